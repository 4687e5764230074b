"""Manually: a setup waits for the user, and every check is made again at the click."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, ApprovePlan, Halt, RejectPlan
from engine.domain.messages.trading import ApprovalAnswered, ApprovalReviewed
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.trading.approvals.desk import Verdict
from tests.builders import plan, setup
from tests.trading.desks import BID, TradingDesk

PLAN = "scanner-signal-0"


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start()


def test_that_a_setup_waits_for_the_user_with_its_size_and_its_cost(desk: TradingDesk) -> None:
    desk.propose()
    (card,) = desk.cards
    assert (card.plan.plan_id, card.plan.status) == (PLAN, PlanStatus.AWAITING_APPROVAL)
    assert (card.idea_price, card.plan.stop_loss, card.plan.take_profit) == (2000.0, 1999.5, 2001.0)
    assert (card.plan.volume, card.money_at_risk, card.objections) == (0.01, 0.5, ())
    assert card.cost_r == pytest.approx(0.4)
    assert desk.orders == 0


def test_that_an_approved_setup_fills_and_is_managed_to_its_target(desk: TradingDesk) -> None:
    desk.propose()
    desk.do(ApprovePlan(PLAN))
    desk.tick(61)
    desk.tick(70, bid=2001.1)
    assert desk.statuses == [
        PlanStatus.PENDING,
        PlanStatus.AWAITING_APPROVAL,
        PlanStatus.EXECUTING,
        PlanStatus.OPEN,
        PlanStatus.CLOSED,
    ]
    (trade,) = desk.trades
    assert (trade.entry, trade.exit, trade.reason) == (2000.0, 2001.1, ExitReason.TAKE_PROFIT)
    assert desk.plans[PLAN].profit_loss == pytest.approx(1.1)


def test_that_a_rejected_setup_sends_nothing(desk: TradingDesk) -> None:
    desk.propose()
    desk.do(RejectPlan(PLAN))
    desk.tick(61)
    assert (desk.plans[PLAN].status, desk.plans[PLAN].close_reason) == (PlanStatus.REJECTED, "rejected by the user")
    assert desk.orders == 0


def test_that_a_setup_nobody_answers_ends_as_rejected_with_the_next_candle(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(119)
    desk.close_candle(1)
    assert (desk.plans[PLAN].status, desk.plans[PLAN].close_reason) == (PlanStatus.REJECTED, "not answered in time")
    assert desk.of(ApprovalAnswered) == [ApprovalAnswered(PLAN, Verdict.EXPIRED)]


@pytest.mark.parametrize(
    ("clicks", "refusals"),
    [
        ([ApprovePlan, ApprovePlan, ApprovePlan], ["it was approved already"] * 2),
        ([ApprovePlan, RejectPlan], ["it was approved already"]),
        ([RejectPlan, ApprovePlan], ["it was rejected already"]),
    ],
)
def test_that_double_and_contradictory_clicks_make_one_order_at_most(
    desk: TradingDesk, clicks: list[Callable[[str], ApprovePlan]], refusals: list[str]
) -> None:
    desk.propose()
    for click in clicks:
        desk.do(click(PLAN))
    desk.tick(61)
    desk.tick(62)
    assert desk.orders == (clicks[0] is ApprovePlan)
    assert desk.refusals == refusals


def test_that_a_late_click_sends_nothing(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(120)
    desk.do(ApprovePlan(PLAN))
    desk.tick(121)
    assert (desk.orders, desk.refusals) == (0, ["the time is over"])


def test_that_a_click_on_something_unknown_is_refused(desk: TradingDesk) -> None:
    desk.do(ApprovePlan("nothing"))
    assert desk.refusals == ["it is not awaiting approval"]


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda desk: desk.tick(70, bid=BID + 0.13), "price moved"),
        (lambda desk: desk.tick(70, bid=BID - 0.13), "price moved"),
        (lambda desk: desk.tick(70, bid=BID - 0.1, spread=0.3), "spread"),
        (lambda desk: desk.clock.set(desk.clock.now().replace(second=6)), "quote"),
    ],
    ids=["price rose", "price fell", "spread widened", "quotes ceased"],
)
def test_that_a_click_which_the_risk_check_refuses_leaves_the_proposal(
    desk: TradingDesk, happens: Callable[[TradingDesk], None], words: str
) -> None:
    desk.propose()
    happens(desk)
    desk.do(ApprovePlan(PLAN))
    (reason,) = desk.refusals
    assert reason.startswith("the risk check failed: ")
    assert words in reason
    assert (desk.plans[PLAN].status, desk.orders) == (PlanStatus.AWAITING_APPROVAL, 0)
    desk.tick(71)
    desk.do(ApprovePlan(PLAN))
    desk.tick(72)
    assert (desk.denials(), desk.orders) == ([], 1)


def test_that_an_approval_is_only_for_what_its_card_showed(desk: TradingDesk) -> None:
    desk.propose()
    card = desk.cards[0]
    another = msgspec.structs.replace(card, plan=msgspec.structs.replace(card.plan, volume=0.1))
    assert another.fingerprint != card.fingerprint
    desk.do(ApprovePlan(PLAN, another.fingerprint))
    assert desk.refusals == ["the proposal has changed since the card was shown: check it again"]
    assert desk.of(ApprovalReviewed)[-1].card.fingerprint == card.fingerprint
    desk.do(ApprovePlan(PLAN, card.fingerprint))
    desk.tick(61)
    assert desk.orders == 1


def test_that_a_spread_far_above_its_mean_is_refused_at_the_click(desk: TradingDesk) -> None:
    desk.propose(mean_spread=0.12)
    desk.do(ApprovePlan(PLAN))
    assert [denial.name.value for denial in desk.of(ApprovalReviewed)[-1].card.objections] == ["spread_ratio_too_high"]
    assert (len(desk.refusals), desk.orders) == (1, 0)


def test_that_a_halt_meanwhile_takes_the_proposal_away(desk: TradingDesk) -> None:
    desk.propose()
    desk.do(Halt("enough"))
    desk.do(ApprovePlan(PLAN))
    desk.tick(61)
    assert (desk.plans[PLAN].status, desk.orders) == (PlanStatus.CANCELLED, 0)
    assert desk.refusals == ["it was withdrawn"]


def test_that_a_second_approval_does_not_wait_for_the_first_to_fill(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan(direction=Side.SELL, entry_price=1999.8, stop_loss=2000.4, take_profit=1998.4)))
    desk.propose()
    desk.close_candle(found=setup(Side.SELL, price=1999.8, signal_id="another"))
    assert len(desk.cards) == 2
    for card in desk.cards:
        desk.do(ApprovePlan(card.plan.plan_id))
    desk.tick(61)
    assert desk.orders == 1
    assert ["cooldown" in reason for reason in desk.refusals] == [True]


def test_that_what_was_decided_can_be_read_back_from_the_journal(desk: TradingDesk) -> None:
    desk.propose()
    desk.do(ApprovePlan(PLAN))
    desk.tick(61)
    desk.tick(70, bid=1999.3)
    records = list(desk.archive.journal.read(plan_id=PLAN))
    assert [entry.kind for entry in records] == [
        "plan_added",
        "plan_awaiting_approval",
        "plan_executing",
        "order_sent",
        "plan_open",
        "plan_closed",
    ]
    sent = records[2].payload["told"]
    assert (sent["approved_by"], sent["order"]["plan_id"]) == ("person", PLAN)
    assert sent["inputs"]["quote"]["bid"] == BID
    assert {entry.settings for entry in records} == {desk.archive.journal.settings}
