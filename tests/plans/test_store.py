"""The plan store: legal, durable, recorded in the journal, and at most once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.orders import Order
from engine.domain.plan import Permit, PlanStatus
from engine.domain.risk import Denial, DenialName, Lock, LockName
from engine.errors import DeskError, IllegalTransition, PlanConflict, UnusableStore
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.plan_table import SqlitePlanTable
from engine.trading.plans.store import PlanStore
from engine.trading.plans.table import Outcome, PlanChange
from tests.builders import MONDAY, at, closed_trade, order, plan
from tests.plans.stores import LIFE, StoredDesk, gold_terms, unwritable


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StoredDesk]:
    desk = StoredDesk(tmp_path)
    yield desk
    desk.close()


def restarted(desk: StoredDesk, directory: Path) -> StoredDesk:
    desk.close()
    desk.__init__(directory)  # type: ignore[misc]  # the same desk, after a restart
    return desk


COOLDOWN = Lock(name=LockName.COOLDOWN, symbol="XAUUSD", since=MONDAY, until=at(30), reason="after an entry")


def test_that_a_plan_lives_from_pending_to_closed_and_the_journal_shows_it(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.await_approval("plan-1", at(60), signal_id="signal-1")
    desk.intend(order(), at(70), approved_by="person")
    opened = desk.plans.opened("plan-1", at(71), ticket=42, locks=(COOLDOWN,))
    assert (opened.ticket, opened.executed_at) == (42, at(71))
    closed = desk.plans.closed(closed_trade(ticket=42, profit=-0.5, commission=-0.1), at(300))
    assert closed is not None
    assert (closed.status, closed.profit_loss, closed.exit_price) == (PlanStatus.CLOSED, -0.6, 1999.5)
    assert (closed.close_reason, closed.close_time) == ("stop_loss", MONDAY + timedelta(minutes=5))
    assert desk.kinds("plan-1") == [
        "plan_added",
        "plan_awaiting_approval",
        "plan_executing",
        "plan_open",
        "plan_closed",
    ]
    assert desk.plans.unfinished == ()
    assert desk.plans.get("plan-1") == closed


def test_that_everything_reads_back_as_it_was_after_a_restart(desk: StoredDesk, tmp_path: Path) -> None:
    kept = desk.plans.add(plan(notes="wait for London"), MONDAY)
    desk.plans.add(plan("plan-2"), MONDAY)
    sent = desk.intend(order("plan-2"), at(1), approved_by="auto", signal_id="signal-1")
    again = restarted(desk, tmp_path)
    assert again.plans.begin(at(5)) == ()
    assert again.plans.unfinished == (kept, sent)
    assert again.plans.is_signal_used("signal-1")
    assert [intent.order for intent in again.intents(at(100))] == [order("plan-2")]


def test_that_who_approved_and_what_was_known_stand_beside_the_intent(desk: StoredDesk) -> None:
    desk.journal.use_settings('{"enabled": true}', MONDAY)
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="person", inputs={"spread": 0.2})
    entry = next(desk.journal.read(kind="plan_executing"))
    assert entry.payload["told"]["approved_by"] == "person"
    assert entry.payload["told"]["inputs"] == {"spread": 0.2}
    assert entry.payload["told"]["order"]["token"] == order().token
    assert desk.journal.settings_of(entry.settings) == '{"enabled": true}'


def test_that_a_plan_sends_one_order_and_never_a_second(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="person")
    with pytest.raises(IllegalTransition, match="executing"):
        desk.intend(order(), at(2), approved_by="person")


def test_that_a_signal_serves_one_plan_only(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.add(plan("plan-2"), MONDAY)
    desk.intend(order(), at(1), approved_by="auto", signal_id="signal-1")
    with pytest.raises(PlanConflict, match="signal-1 was used by plan plan-1"):
        desk.intend(order("plan-2"), at(2), approved_by="auto", signal_id="signal-1")
    assert desk.plans.get("plan-2") == plan("plan-2")
    assert desk.kinds("plan-2") == ["plan_added"]


def test_that_a_signal_that_made_a_proposal_makes_no_second_one(desk: StoredDesk) -> None:
    desk.plans.add(plan("scanner-1", status=PlanStatus.AWAITING_APPROVAL), MONDAY, signal_id="signal-1")
    with pytest.raises(PlanConflict):
        desk.plans.add(plan("scanner-1", status=PlanStatus.AWAITING_APPROVAL), at(1), signal_id="signal-1")
    with pytest.raises(PlanConflict):
        desk.plans.add(plan("scanner-2"), at(1), signal_id="signal-1")
    assert desk.plans.is_signal_used("signal-1")
    assert not desk.plans.is_signal_used("signal-1", "scanner-1")


def test_that_a_plan_cannot_be_born_as_anything_but_waiting(desk: StoredDesk) -> None:
    with pytest.raises(IllegalTransition):
        desk.plans.add(plan(status=PlanStatus.OPEN), MONDAY)


def test_that_a_plan_that_has_ended_cannot_move_and_the_error_says_where_it_is(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.cancel("plan-1", at(1), by="person", reason="changed my mind")
    with pytest.raises(IllegalTransition, match="plan-1 is cancelled"):
        desk.intend(order(), at(2), approved_by="person")
    with pytest.raises(IllegalTransition, match="unknown here"):
        desk.plans.cancel("plan-7", at(2), by="person", reason="")


def test_that_a_denied_plan_keeps_the_named_reason_with_its_value_and_limit(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    denial = Denial(name=DenialName.SPREAD_TOO_WIDE, value=0.34, limit=0.25)
    denied = desk.plans.deny("plan-1", at(1), denial=denial, signal_id="signal-1")
    assert denied.close_reason == "spread_too_wide: spread 0.34 is above the maximum of 0.25"
    entry = next(desk.journal.read(kind="plan_denied"))
    assert entry.payload["told"]["denial"] == {"name": "spread_too_wide", "value": 0.34, "limit": 0.25}
    assert desk.plans.is_signal_used("signal-1")


def test_that_a_failed_order_says_why(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="auto")
    assert desk.plans.fail("plan-1", at(2), reason="10019 no money").close_reason == "10019 no money"


def test_that_plans_expire_when_their_time_is_over_and_not_before(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    assert desk.plans.expire(at(30 * 60 - 1)) == ()
    assert [one.status for one in desk.plans.expire(at(30 * 60))] == [PlanStatus.EXPIRED]
    assert desk.plans.expire(at(31 * 60)) == ()


def test_that_a_halt_takes_back_what_has_sent_no_order_and_nothing_else(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.add(plan("plan-2"), MONDAY)
    desk.plans.await_approval("plan-2", at(1), signal_id="signal-1")
    desk.plans.add(plan("plan-3"), MONDAY)
    sent = desk.intend(order("plan-3"), at(1), approved_by="auto")
    cancelled = desk.plans.cancel_pending(at(2), by="person", reason="halt", made_until=at(2))
    assert [one.plan_id for one in cancelled] == ["plan-1", "plan-2"]
    assert desk.plans.unfinished == (sent,)


def test_that_a_restart_rejects_what_nobody_answered_and_expires_what_is_over(desk: StoredDesk, tmp_path: Path) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.add(plan("plan-2"), MONDAY)
    desk.plans.await_approval("plan-2", at(1), signal_id="signal-1")
    ended = restarted(desk, tmp_path).plans.begin(at(3600))
    assert [(one.plan_id, one.status) for one in ended] == [
        ("plan-2", PlanStatus.REJECTED),
        ("plan-1", PlanStatus.EXPIRED),
    ]


def test_that_a_result_its_locks_and_its_figures_are_one_write(desk: StoredDesk, tmp_path: Path) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="auto")
    desk.plans.opened("plan-1", at(2), ticket=1)
    cool_off = Lock(name=LockName.COOL_OFF, symbol="XAUUSD", since=at(300), until=at(360), reason="after an exit")
    desk.plans.closed(closed_trade(), at(300), locks=(cool_off,))
    again = restarted(desk, tmp_path)
    assert again.closed_trades(MONDAY) == (closed_trade(),)
    assert SqliteLockTable(again.database, again.journal).locks() == (cool_off,)
    rows = again.database.read("SELECT trades, losses, profit, consecutive_losses FROM daily_figures")
    assert [tuple(row) for row in rows] == [(1, 1, -0.5, 1)]


def test_that_a_result_heard_twice_counts_once(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="auto")
    desk.plans.opened("plan-1", at(2), ticket=1)
    desk.plans.closed(closed_trade(), at(300))
    desk.plans.closed(closed_trade(), at(301))
    desk.plans.closed(closed_trade("", ticket=9, profit=2.0), at(302))
    desk.plans.closed(closed_trade("", ticket=9, profit=2.0), at(303))
    rows = desk.database.read("SELECT trades, wins, losses, profit FROM daily_figures")
    assert [tuple(row) for row in rows] == [(2, 1, 1, 1.5)]
    assert len(list(desk.journal.read(kind="trade_closed"))) == 1


def test_that_a_trade_that_was_filled_and_closed_unseen_ends_its_plan(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), at(1), approved_by="auto")
    closed = desk.plans.closed(closed_trade(ticket=5), at(300))
    assert closed is not None
    assert (closed.status, closed.ticket) == (PlanStatus.CLOSED, 5)


def test_that_nothing_has_happened_where_the_store_cannot_be_written(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    with desk.database.transaction(is_durable=False) as sql:
        sql.execute("PRAGMA query_only = ON")
    with pytest.raises(UnusableStore):
        desk.intend(order(), at(1), approved_by="auto")
    assert desk.plans.pending_for("XAUUSD") == (plan(),)
    assert desk.intents(MONDAY) == ()


def test_that_the_newest_plans_come_first_in_every_state(desk: StoredDesk) -> None:
    for number in range(5):
        desk.plans.add(plan(f"plan-{number}"), MONDAY)
    desk.plans.cancel("plan-3", at(1), by="person", reason="")
    assert [one.plan_id for one in desk.plans.recent(3)] == ["plan-4", "plan-3", "plan-2"]


def test_that_an_intent_keeps_every_word_of_its_order(desk: StoredDesk) -> None:
    sent: Order = order(max_deviation=0.3, volume_lots=0.29, reference_price=2000.07)
    desk.plans.add(plan(), MONDAY)
    desk.intend(sent, at(1), approved_by="person")
    assert desk.intents(MONDAY)[0].order == sent


# -- what cannot be moved ---------------------------------------------------------------------------------------------


def test_that_a_plan_of_another_account_is_left_to_the_desk_on_it(desk: StoredDesk) -> None:
    added = desk.plans.add(plan(), MONDAY)
    elsewhere = PlanStore(desk.table, gold_terms, LIFE, account="real account 7 at Broker-Live")
    elsewhere.begin(MONDAY)
    with pytest.raises(IllegalTransition, match=f"belongs to the {added.account}: only the desk on it can change it"):
        elsewhere.cancel("plan-1", at(1), by="user", reason="no")
    assert desk.plans.get("plan-1") == added


def test_that_an_intent_that_cannot_be_written_is_answered_and_leaves_the_plan_as_it_was(
    desk: StoredDesk, tmp_path: Path
) -> None:
    added = desk.plans.add(plan(), MONDAY)
    with unwritable(tmp_path), pytest.raises(UnusableStore):
        desk.intend(order(), at(1), approved_by="user")
    assert desk.plans.unfinished == (added,)
    assert not desk.plans.is_leaving("plan-1")
    assert desk.intend(order(), at(2), approved_by="user").status is PlanStatus.EXECUTING


def test_that_an_intent_of_a_practice_run_that_cannot_be_written_is_answered_as_well(
    desk: StoredDesk, tmp_path: Path
) -> None:
    plans = PlanStore(desk.table, gold_terms, LIFE, run="practice")
    added = plans.add(plan(), MONDAY)
    answers: list[Permit | DeskError] = []
    with unwritable(tmp_path):
        plans.intend(order(), at(1), approved_by="user", then=answers.append)
    assert [type(answer) for answer in answers] == [UnusableStore]
    assert plans.unfinished == (added,)


def test_that_what_fails_once_the_order_has_left_is_not_taken_for_a_fault_of_the_intent(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    answers: list[Permit | DeskError] = []

    def send(answer: Permit | DeskError) -> None:
        answers.append(answer)
        raise UnusableStore("the record of what was sent cannot be written")

    with pytest.raises(UnusableStore, match="the record of what was sent"):
        desk.plans.intend(order(), at(1), approved_by="user", then=send)
    assert [type(answer) for answer in answers] == [Permit]
    assert desk.plans.unfinished[0].status is PlanStatus.EXECUTING


def test_that_a_plan_whose_intent_is_on_its_way_to_the_disk_cannot_become_anything_else(desk: StoredDesk) -> None:
    desk.plans.add(plan(), MONDAY)
    meanwhile: list[str] = []

    class SlowDisk(SqlitePlanTable):
        """The user cancels the plan before its intent is on the disk."""

        def commit(self, change: PlanChange, then: Outcome | None = None) -> None:
            if change.intent is not None:
                with pytest.raises(IllegalTransition) as refusal:
                    plans.cancel("plan-1", at(1), by="user", reason="no")
                meanwhile.append(str(refusal.value))
            super().commit(change, then)

    plans = PlanStore(SlowDisk(desk.database, desk.journal), gold_terms, LIFE)
    plans.begin(MONDAY)
    plans.intend(order(), at(1), approved_by="user", then=lambda _: None)
    assert meanwhile == ["plan plan-1 is about to send its order: it cannot become cancelled"]
