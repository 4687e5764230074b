"""Rows that other programs put into the table: the original strategy's, sound ones, odd ones, hostile ones."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.plan import PlanStatus
from engine.errors import PlanConflict
from engine.persistence.opening import DATABASE_FILE
from engine.trading.plans.store import PlanStore
from tests.builders import MONDAY, order, plan
from tests.persistence.outside import insert, stored
from tests.plans.stores import LIFE, StoredDesk, gold_terms
from tests.plans.test_validation import ORIGINAL


def test_that_the_plan_of_the_original_strategy_is_taken_in(desk: StoredDesk, other: sqlite3.Connection) -> None:
    insert(other)
    (accepted,) = desk.plans.read_external(MONDAY).accepted
    assert (accepted.plan_id, accepted.symbol, accepted.expires_at) == ("micro_scalp_001", "XAUUSDc", MONDAY + LIFE)
    assert desk.plans.pending_for("XAUUSDc") == (accepted,)
    assert desk.kinds("micro_scalp_001") == ["plan_accepted"]
    assert stored(other)["created_by"] == "outside"


def test_that_it_needs_no_status_of_its_own(desk: StoredDesk, other: sqlite3.Connection) -> None:
    row = {key: value for key, value in ORIGINAL.items() if key != "status"}
    row["conditions"] = json.dumps(row["conditions"])
    other.execute(
        f"INSERT INTO trade_plans ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
    assert len(desk.plans.read_external(MONDAY).accepted) == 1


def test_that_a_row_is_read_only_after_another_program_has_written(desk: StoredDesk, other: sqlite3.Connection) -> None:
    insert(other)
    assert desk.plans.read_external(MONDAY).accepted
    assert desk.plans.read_external(MONDAY) == desk.plans.read_external(MONDAY)
    assert desk.kinds("micro_scalp_001") == ["plan_accepted"]


@pytest.mark.parametrize("status", ["closed", "cancelled", "executing"])
def test_that_a_row_which_does_not_wait_for_a_setup_is_no_plan_of_the_desk(
    desk: StoredDesk, other: sqlite3.Connection, status: str
) -> None:
    insert(other, status=status)
    news = desk.plans.read_external(MONDAY)
    assert (news.accepted, news.refused, desk.plans.unfinished) == ((), (), ())
    assert stored(other)["status"] == status


def test_that_a_row_put_there_while_no_desk_ran_is_found_at_the_start(tmp_path: Path) -> None:
    StoredDesk(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        insert(sql)
    desk = StoredDesk(tmp_path)
    desk.plans.begin(MONDAY)
    assert len(desk.plans.read_external(MONDAY).accepted) == 1
    desk.close()


def test_that_an_illegal_row_is_marked_rejected_with_every_reason(desk: StoredDesk, other: sqlite3.Connection) -> None:
    insert(other, stop_loss=2003.0, volume=0.005)
    (refused,) = desk.plans.read_external(MONDAY).refused
    assert refused.plan is not None
    assert refused.plan.status is PlanStatus.REJECTED
    row = stored(other)
    assert row["status"] == "rejected"
    assert "stop_loss 2003 of a BUY must lie below" in row["close_reason"]
    assert "volume 0.005 is outside" in row["close_reason"]


def test_that_a_rejected_row_that_its_author_mends_is_looked_at_again(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    insert(other, volume=0.005)
    assert desk.plans.read_external(MONDAY).refused
    other.execute("UPDATE trade_plans SET volume = 0.01, status = 'pending'")
    assert desk.plans.read_external(MONDAY).accepted


def test_that_an_expiry_in_the_past_is_refused_and_not_just_expired(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    insert(other, expires_at="2026-03-02T07:59:00Z")
    assert "is in the past" in desk.plans.read_external(MONDAY).refused[0].reason


def test_that_the_plan_of_another_program_is_left_untouched(desk: StoredDesk, other: sqlite3.Connection) -> None:
    insert(other, conditions='{"plan_type": "range_scalp"}', volume=-1.0)
    before = stored(other)
    assert desk.plans.read_external(MONDAY) == desk.plans.read_external(MONDAY, is_forced=True)
    assert stored(other) == before
    other.execute("UPDATE trade_plans SET status = 'whatever', volume = 7")
    other.execute("DELETE FROM trade_plans")


HOSTILE: list[dict[str, Any]] = [
    {"entry_price": "NaN"},
    {"entry_price": float("nan")},
    {"entry_price": float("inf")},
    {"entry_price": "2000; DROP TABLE journal"},
    {"stop_loss": b"\x00\xff\xfe"},
    {"volume": None},
    {"volume": "9" * 1_000_000},
    {"direction": 1},
    {"symbol": "X" * 5_000_000},
    {"symbol": "XAUUSD\x00c"},
    {"symbol": "XAUUSD\u202ec"},
    {"conditions": "gibberish"},
    {"conditions": b"\xff\xfe\x00"},
    {"conditions": "[" * 50_000},
    {"conditions": '{"plan_type": "micro_scalp", "timeframe": ' + "9" * 400 + "}"},
    {"plan_id": ""},
    {"plan_id": b"\xff\x00"},
    {"plan_id": "x" * 1_000_000},
    {"created_at": "not a time"},
    {"expires_at": -1},
    {"executed_at": "10000-01-01"},
    {"ticket": "many"},
    {"notes": "x" * 1_000_000},
    {"profit_loss": "NaN"},
]


@pytest.mark.parametrize("changes", HOSTILE, ids=lambda changes: next(iter(changes)))
def test_that_a_hostile_row_is_rejected_and_the_sound_one_beside_it_is_taken_in(
    desk: StoredDesk, other: sqlite3.Connection, changes: dict[str, Any]
) -> None:
    insert(other, **({"plan_id": "hostile"} | changes))
    insert(other, plan_id="sound")
    news = desk.plans.read_external(MONDAY)
    assert [one.plan_id for one in news.accepted] == ["sound"]
    assert len(news.refused) == 1
    assert len(news.refused[0].reason) < 1_000
    assert other.execute("SELECT count(*) FROM trade_plans WHERE status = 'rejected'").fetchone()[0] == 1
    assert [one.plan_id for one in desk.plans.recent(10)][:1] == ["sound"]


def test_that_text_which_is_not_utf_8_keeps_nothing_else_from_being_read(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    insert(other)
    other.execute("UPDATE trade_plans SET notes = CAST(x'fffe41' AS TEXT)")
    (accepted,) = desk.plans.read_external(MONDAY).accepted
    assert accepted.notes.endswith("A")


def test_that_a_plan_that_is_cancelled_from_outside_is_gone_before_its_order_leaves(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    desk.plans.add(plan(), MONDAY)
    other.execute("UPDATE trade_plans SET status = 'cancelled'")
    with pytest.raises(PlanConflict):
        desk.intend(order(), MONDAY, approved_by="person")
    assert desk.intents(MONDAY) == ()
    (changed,) = desk.plans.read_external(MONDAY).changed
    assert changed.status is PlanStatus.CANCELLED
    assert desk.plans.unfinished == ()


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        ("UPDATE trade_plans SET status = 'open'", "cannot go from the state it is in"),
        ("UPDATE trade_plans SET status = 'executing'", "executes only after its intent is written"),
        ("UPDATE trade_plans SET volume = 100", "cannot be changed"),
        ("UPDATE trade_plans SET stop_loss = NULL", "cannot be changed"),
        ("UPDATE trade_plans SET plan_id = 'other'", "cannot be changed"),
        ("DELETE FROM trade_plans", "cannot be deleted"),
        ("INSERT OR REPLACE INTO trade_plans (plan_id) VALUES ('plan-1')", "used already"),
        ("DELETE FROM accepted_plans", "stays accepted"),
    ],
)
def test_that_nobody_changes_a_plan_behind_the_desks_back(
    desk: StoredDesk, other: sqlite3.Connection, attack: str, refusal: str
) -> None:
    desk.plans.add(plan(), MONDAY)
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        other.execute(attack)
    assert desk.plans.get("plan-1") == plan()


def test_that_a_plan_that_has_traded_is_not_traded_again_by_putting_it_back(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), MONDAY, approved_by="auto")
    desk.plans.fail("plan-1", MONDAY, reason="refused")
    with pytest.raises(sqlite3.IntegrityError):
        insert(other, plan_id="plan-1")
    with pytest.raises(sqlite3.IntegrityError):
        other.execute("UPDATE trade_plans SET status = 'pending'")


def test_that_two_programs_may_write_at_once(desk: StoredDesk, other: sqlite3.Connection) -> None:
    other.execute("PRAGMA busy_timeout = 2000")
    for number in range(50):
        insert(other, plan_id=f"outside-{number}")
        desk.plans.add(plan(f"inside-{number}"), MONDAY)
    accepted = 0
    while desk.plans.has_news:
        accepted += len(desk.plans.read_external(MONDAY).accepted)
    assert accepted == 50
    assert len(desk.plans.unfinished) == 100


def test_that_a_plan_damaged_beside_its_agreed_terms_is_still_the_desks(
    desk: StoredDesk, other: sqlite3.Connection, tmp_path: Path
) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), MONDAY, approved_by="auto")
    other.execute("UPDATE trade_plans SET notes = x'ff', ticket = 'many', created_at = 'long ago'")
    other.close()
    desk.close()
    again = StoredDesk(tmp_path)
    again.plans.begin(MONDAY + timedelta(hours=1))
    assert [one.status for one in again.plans.unfinished] == [PlanStatus.EXECUTING]
    assert [intent.ticket for intent in again.intents(MONDAY)] == [None]
    again.close()


def test_that_a_row_of_another_account_waits_for_the_desk_on_it(desk: StoredDesk, other: sqlite3.Connection) -> None:
    account = "demo account 8 at Broker-Demo"
    insert(other, account=account)
    assert desk.plans.read_external(MONDAY).accepted == ()
    assert stored(other)["status"] == "pending"
    elsewhere = PlanStore(desk.table, gold_terms, LIFE, account=account)
    (accepted,) = elsewhere.read_external(MONDAY).accepted
    assert (accepted.plan_id, accepted.account) == ("micro_scalp_001", account)


def test_that_a_plan_whose_notes_another_program_changes_is_no_news(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    added = desk.plans.add(plan(), MONDAY)
    other.execute("UPDATE trade_plans SET notes = 'wait for London'")
    assert desk.plans.read_external(MONDAY).changed == ()
    assert desk.plans.unfinished == (added,)
