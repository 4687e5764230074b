"""However much other programs write, the desk looks at it once, a little at a time, and goes on with the market."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.plan import PlanStatus
from engine.persistence.migrations import MIGRATIONS, UNFINISHED
from engine.persistence.opening import DATABASE_FILE, open_store
from engine.trading.plans import intake
from tests.builders import MONDAY, plan
from tests.persistence.outside import insert, stored
from tests.plans.stores import StoredDesk

FOREIGN = '{"plan_type": "range_scalp"}'


def fill(other: sqlite3.Connection, count: int, **changes: object) -> None:
    other.execute("BEGIN")
    for number in range(count):
        insert(other, plan_id=f"row-{number:06}", **changes)
    other.execute("COMMIT")


def looks_until_all_is_seen(desk: StoredDesk) -> list[int]:
    """How many plans each look takes in."""
    taken = []
    while desk.plans.has_news:
        taken.append(len(desk.plans.read_external(MONDAY).accepted))
    return taken


@pytest.fixture
def commits(desk: StoredDesk) -> list[str]:
    """Every commit of the desk from now on."""
    seen: list[str] = []
    desk.database._connection.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


def test_that_a_look_ends_when_its_time_is_over_and_the_next_one_goes_on_behind_it(
    desk: StoredDesk, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LOOK_S", 0.0)
    fill(other, 3 * intake.MIN_ROWS + 5)
    assert looks_until_all_is_seen(desk) == [intake.MIN_ROWS] * 3 + [5]
    assert [one.plan_id for one in desk.plans.unfinished] == [f"row-{number:06}" for number in range(65)]


def test_that_the_answers_of_a_look_are_one_commit(
    desk: StoredDesk, other: sqlite3.Connection, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LOOK_S", 60.0)
    fill(other, 150)
    insert(other, plan_id="faulty", volume=-1.0)
    news = desk.plans.read_external(MONDAY)
    assert (len(news.accepted), len(news.refused)) == (150, 1)
    assert len(commits) == 2  # the second says what has been looked at


def test_that_rows_of_another_strategy_are_looked_at_once_and_left_as_they_are(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    fill(other, 3_000, conditions=FOREIGN)
    before = stored(other, "row-000007")
    assert set(looks_until_all_is_seen(desk)) == {0}
    assert desk.table.noted(0, 10) == []
    insert(other, plan_id="ours")
    assert [one.plan_id for one in desk.plans.read_external(MONDAY).accepted] == ["ours"]
    assert stored(other, "row-000007") == before


def test_that_a_row_of_another_strategy_that_is_made_ours_is_taken_in(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    insert(other, plan_id="row", conditions=FOREIGN)
    assert not desk.plans.read_external(MONDAY).accepted
    other.execute('UPDATE trade_plans SET conditions = \'{"plan_type": "micro_scalp"}\'')
    assert [one.plan_id for one in desk.plans.read_external(MONDAY).accepted] == ["row"]


def test_that_what_another_program_does_to_a_plan_of_the_desk_is_seen_among_any_number(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    fill(other, 100)
    looks_until_all_is_seen(desk)
    other.execute("UPDATE trade_plans SET status = 'cancelled' WHERE plan_id = 'row-000042'")
    (changed,) = desk.plans.read_external(MONDAY).changed
    assert (changed.plan_id, changed.status) == ("row-000042", PlanStatus.CANCELLED)


def test_that_what_the_desk_writes_itself_is_no_news(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.cancel(plan().plan_id, MONDAY, by="person", reason="")
    assert desk.table.noted(0, 10) == []


@pytest.mark.parametrize("version", [4, len(MIGRATIONS)])
def test_that_rows_put_where_nobody_noted_them_are_found_at_the_start(tmp_path: Path, version: int) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        for step in MIGRATIONS[:version]:
            for statement in step:
                sql.execute(statement)
        sql.execute(f"PRAGMA user_version = {version}")
        insert(sql)
    open_store(tmp_path, MONDAY).database.close()
    desk = StoredDesk(tmp_path)
    desk.plans.begin(MONDAY)
    assert len(desk.plans.read_external(MONDAY).accepted) == 1
    desk.close()


def test_that_a_halt_takes_back_a_thousand_plans_in_a_few_commits(
    desk: StoredDesk, other: sqlite3.Connection, commits: list[str]
) -> None:
    fill(other, 1_000, expires_at="2026-03-02T20:00:00Z")
    looks_until_all_is_seen(desk)
    commits.clear()
    cancelled = desk.plans.cancel_pending(MONDAY, by="person", reason="halt", made_until=MONDAY + timedelta(days=1))
    assert len(cancelled) == 1_000
    assert len(commits) <= 5
    assert not desk.plans.unfinished
    assert other.execute("SELECT count(*) FROM trade_plans WHERE status = 'cancelled'").fetchone()[0] == 1_000


def test_that_plans_whose_time_is_over_together_are_ended_together(
    desk: StoredDesk, other: sqlite3.Connection, commits: list[str]
) -> None:
    fill(other, 50)
    looks_until_all_is_seen(desk)
    commits.clear()
    assert len(desk.plans.expire(MONDAY + timedelta(hours=1))) == 50
    assert len(commits) == 1


def test_that_a_plan_that_another_program_ended_is_left_out_of_what_ends_together(
    desk: StoredDesk, other: sqlite3.Connection
) -> None:
    fill(other, 3)
    looks_until_all_is_seen(desk)
    other.execute("UPDATE trade_plans SET status = 'cancelled', close_reason = 'theirs' WHERE plan_id = 'row-000001'")
    ended = desk.plans.expire(MONDAY + timedelta(hours=1))
    assert [one.plan_id for one in ended] == ["row-000000", "row-000002"]
    assert stored(other, "row-000001")["close_reason"] == "theirs"
    assert [one.status for one in desk.plans.read_external(MONDAY).changed] == [PlanStatus.CANCELLED]


def test_that_every_guard_that_notes_is_renewed(tmp_path: Path) -> None:
    StoredDesk(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
        sql.execute("DROP TRIGGER plans_are_noted")
        insert(sql)
    desk = StoredDesk(tmp_path)
    assert len(desk.plans.read_external(MONDAY).accepted) == 1
    desk.close()


def test_that_the_store_names_the_same_states_as_final_as_the_desk_does() -> None:
    names = ", ".join(f"'{status.value}'" for status in PlanStatus if status.is_final)
    assert f"status NOT IN ({names})" == UNFINISHED


def test_that_a_start_looks_up_what_is_unfinished_and_does_not_look_through_all_plans(
    desk: StoredDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    read = desk.database.read

    def noted(query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        asked.append((query, values))
        return read(query, values)

    monkeypatch.setattr(desk.database, "read", noted)
    desk.plans.begin(MONDAY)
    desk.intents(MONDAY)
    desk.closed_trades(MONDAY)
    desk.table.on_record(MONDAY, PAPER_ACCOUNT)
    desk.plans.read_external(MONDAY, is_forced=True)
    steps = [row["detail"] for query, values in asked for row in read(f"EXPLAIN QUERY PLAN {query}", values)]
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert len(steps) > 10
    assert all("json_each" in step for step in scans), scans
    assert any(step.startswith("SEARCH j USING INDEX journal_by_time") for step in steps)
