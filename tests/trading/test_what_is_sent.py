"""The card of a proposal, its order, and the recorded reasons why it was sent or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from config.desk import PaperSettings
from config.trading import ExecutionSettings, RiskMitigation
from engine.domain.journal import JournalEntry
from engine.domain.market import Side
from engine.domain.messages.commands import (
    AddPlan,
    ApprovePlan,
    CancelPlan,
    Halt,
    LowerAuthority,
    RejectPlan,
    ReviewApprovals,
    SetAuthority,
    TradingCommand,
)
from engine.domain.messages.execution import OrderSent
from engine.domain.messages.trading import ApprovalAnswered, ApprovalReviewed
from engine.domain.orders import Order
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.domain.tokens import order_token
from engine.trading.approvals.desk import REMEMBERED_VERDICTS, ApprovalDesk, ClickRefusal, Verdict, Waiting
from tests.approximate import close_to
from tests.builders import MONDAY, plan, setup
from tests.plans.test_approval import ASKED, waiting
from tests.trading.desks import TradingDesk, settings

PLAN = "scanner-signal-0"


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def last(desk: TradingDesk, kind: str) -> JournalEntry:
    return list(desk.archive.journal.read(kind=kind))[-1]


def a_desk(**changes: object) -> TradingDesk:
    return TradingDesk(settings=settings(**changes)).start()


# -- the card ---------------------------------------------------------------------------------------------------------


def test_that_a_card_shows_when_it_was_asked_when_it_ends_and_what_it_costs() -> None:
    desk = a_desk(
        paper=PaperSettings(latency_ms=0, slippage_spreads=0.5), execution=ExecutionSettings(volume_lots=0.02)
    )
    desk.propose()
    (card,) = desk.cards
    assert (card.asked_at, card.ends_at) == (at(60), at(120))
    assert (card.spread, card.money_at_risk) == (close_to(0.2), 1.0)
    assert card.cost_r == pytest.approx(0.2 * 1.5 / 0.5)
    assert card.setup.signal_id == "signal-0"
    assert card.plan.volume == 0.02


def test_that_a_review_shows_the_card_with_the_objections_of_now() -> None:
    desk = a_desk()
    desk.propose()
    desk.tick(70)
    desk.tick(80, spread=0.9)
    desk.do(ReviewApprovals())
    reviewed = desk.of(ApprovalReviewed)[-1].card
    assert (reviewed.plan.plan_id, reviewed.asked_at, reviewed.spread) == (PLAN, at(60), close_to(0.2))
    assert next(denial.name.value for denial in reviewed.objections) == "spread_too_wide"


@pytest.mark.parametrize(("seconds", "is_proposed"), [(70.0, True), (70.001, False)])
def test_that_a_candle_announced_more_than_ten_seconds_after_its_close_proposes_nothing(
    seconds: float, is_proposed: bool
) -> None:
    desk = a_desk()
    desk.tick(seconds)
    desk.close_candle(0, found=setup(minute=0, signal_id="signal-0"))
    assert bool(desk.cards) is is_proposed


def test_that_a_desk_which_is_switched_off_proposes_nothing() -> None:
    desk = a_desk(enabled=False)
    desk.propose()
    assert (desk.cards, desk.plans) == ([], {})


@pytest.mark.parametrize(("commission", "lots"), [(0.0, 1.0), (12.5, 0.66)])
def test_that_a_size_by_risk_counts_the_commission_there_and_back(commission: float, lots: float) -> None:
    desk = a_desk(
        paper=PaperSettings(latency_ms=0, commission_per_lot=commission),
        execution=ExecutionSettings(sizing="risk", risk_pct=0.5),
        risk_mitigation=RiskMitigation(max_volume_lots=50.0),
    )
    desk.propose()
    assert desk.cards[0].plan.volume == lots


def test_that_a_size_by_risk_is_never_above_the_desks_largest_volume() -> None:
    desk = a_desk(
        execution=ExecutionSettings(sizing="risk", risk_pct=5.0), risk_mitigation=RiskMitigation(max_volume_lots=0.4)
    )
    desk.propose()
    assert desk.cards[0].plan.volume == 0.4


# -- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "stop", "target"), [(Side.BUY, 1999.5, 2001.0), (Side.SELL, 2000.5, 1999.0)])
def test_that_an_order_says_what_its_plan_says_at_the_price_of_now(side: Side, stop: float, target: float) -> None:
    desk = a_desk(execution=ExecutionSettings(magic=77, deviation_r=0.2, deviation_points=5)).trade_by_itself()
    desk.propose(side=side)
    (sent,) = desk.of(OrderSent)
    assert sent.order == Order(
        token=order_token(PLAN),
        plan_id=PLAN,
        magic=77,
        symbol="XAUUSD",
        side=side,
        volume_lots=0.01,
        stop_loss=stop,
        take_profit=target,
        reference_price=2000.0,
        max_deviation=close_to(0.1),
    )


def test_that_an_order_expects_to_pay_the_price_at_its_approval_not_that_of_its_setup() -> None:
    desk = a_desk()
    desk.propose()
    desk.tick(70, bid=1999.9)
    desk.do(ApprovePlan(PLAN))
    assert desk.cards[0].idea_price == 2000.0
    assert desk.of(OrderSent)[0].order.reference_price == pytest.approx(2000.1)


@pytest.mark.parametrize(("is_auto", "by"), [(True, "auto"), (False, "person")])
def test_that_an_intent_is_on_record_with_its_grounds_and_who_let_it_go(is_auto: bool, by: str) -> None:
    desk = a_desk()
    if is_auto:
        desk.trade_by_itself()
    desk.propose()
    desk.do(ApprovePlan(PLAN))
    details = last(desk, "plan_executing").payload["told"]
    assert (details["approved_by"], details["order"]["token"]) == (by, order_token(PLAN))
    found = setup(minute=0, signal_id="signal-0")
    assert details["grounds"] == {
        "signal_id": "signal-0",
        "candle_time": MONDAY.isoformat().replace("+00:00", "Z"),
        "session": details["grounds"]["session"],
        "signals": list(found.signals),
        "edges": list(found.edges),
        "score": found.score,
        "is_a_plus": found.is_a_plus,
    }
    assert (details["inputs"]["equity"], details["inputs"]["quote"]["ask"]) == (10_000.0, 2000.0)
    assert last(desk, "plan_executing").at == at(60)


def test_that_a_denied_order_is_on_record_with_the_limit_and_the_desk_that_was_judged() -> None:
    desk = a_desk(risk_mitigation=RiskMitigation(max_price_drift_r=0.1)).trade_by_itself()
    desk.tick(59, bid=2000.0)
    desk.close_candle(0, found=setup(minute=0, signal_id="signal-0"), close=1999.8)
    entry = last(desk, "plan_denied")
    assert entry.payload["told"]["denial"] == {
        "name": "price_drifted",
        "value": pytest.approx(0.4),
        "limit": 0.1,
    }
    assert entry.payload["told"]["inputs"]["quote"]["bid"] == 2000.0
    assert (desk.plans[PLAN].status, entry.at, desk.orders) == (PlanStatus.DENIED, at(60), 0)


def test_that_a_stop_behind_the_price_of_now_is_denied_by_name() -> None:
    desk = a_desk(risk_mitigation=RiskMitigation(max_price_drift_r=10.0, max_slippage_pct=5.0)).trade_by_itself()
    desk.tick(59, bid=1999.3)
    desk.close_candle(0, found=setup(minute=0, signal_id="signal-0"), close=1999.8)
    assert desk.denials() == ["stop_too_close"]


def test_that_a_netting_account_denies_a_second_position_with_how_many_there_are() -> None:
    desk = a_desk(
        paper=PaperSettings(latency_ms=0, is_hedging=False),
        cooldown_seconds=0,
        risk_mitigation=RiskMitigation(cool_off_seconds=0),
    ).trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.propose(1)
    assert last(desk, "plan_denied").payload["told"]["denial"] == {
        "name": "positions_of_symbol",
        "value": 1.0,
        "limit": 1.0,
    }


# -- who ordered it ---------------------------------------------------------------------------------------------------


def test_that_the_journal_names_who_ordered_a_command() -> None:
    desk, phone = a_desk(), "the phone (Telegram)"
    desk.propose()
    desk.do(RejectPlan("scanner-signal-0", phone))
    assert last(desk, "plan_rejected").payload["told"]["by"] == phone
    assert desk.plans["scanner-signal-0"].close_reason == "rejected by the phone (Telegram)"
    desk.propose(10)
    desk.do(LowerAuthority(Authority.EXITS_ONLY, "requested from the phone", phone))
    assert last(desk, "modes_changed").payload["by"] == phone
    desk.do(Halt("requested from the phone", phone))
    assert last(desk, "halted").payload["by"] == phone


# -- clicks -----------------------------------------------------------------------------------------------------------


def test_that_each_answer_names_its_plan_and_its_verdict() -> None:
    desk = a_desk()
    commands: tuple[Callable[[str], TradingCommand], ...] = (ApprovePlan, RejectPlan, CancelPlan)
    for minute, command in enumerate(commands):
        desk.propose(10 * minute)
        desk.do(command(f"scanner-signal-{10 * minute}"))
    assert desk.of(ApprovalAnswered) == [
        ApprovalAnswered("scanner-signal-0", Verdict.APPROVED),
        ApprovalAnswered("scanner-signal-10", Verdict.REJECTED),
        ApprovalAnswered("scanner-signal-20", Verdict.WITHDRAWN),
    ]


def test_that_a_plan_cancelled_before_anybody_was_asked_leaves_the_approval_desk_alone() -> None:
    desk = a_desk()
    desk.do(AddPlan(plan("mine", entry_price=2050.0, stop_loss=2049.5, take_profit=2051.5)))
    desk.do(CancelPlan("mine"))
    assert desk.plans["mine"].status is PlanStatus.CANCELLED
    assert desk.of(ApprovalAnswered) == []


def test_that_new_settings_make_the_next_proposal_and_its_order() -> None:
    desk = a_desk()
    desk.trader.use(settings(execution=ExecutionSettings(volume_lots=0.03, magic=78)))
    desk.do(SetAuthority(Authority.AUTO))
    desk.trade_by_itself()
    desk.propose()
    (sent,) = desk.of(OrderSent)
    assert (sent.order.volume_lots, sent.order.magic) == (0.03, 78)


def test_that_the_answers_of_the_last_thousand_proposals_are_remembered() -> None:
    desk = ApprovalDesk()
    for number in range(REMEMBERED_VERDICTS + 1):
        desk.ask(waiting(f"plan-{number}"))
        assert isinstance(desk.reject(f"plan-{number}", ASKED), Waiting)
    assert desk.approve("plan-0", ASKED) is ClickRefusal.NEVER_ASKED
    assert desk.approve("plan-1", ASKED) is ClickRefusal.ALREADY_REJECTED


def test_that_only_what_lies_on_the_desk_is_found_there() -> None:
    desk = ApprovalDesk()
    for plan_id in ("plan-2", "plan-1"):
        desk.ask(waiting(plan_id))
    assert desk.find("plan-1") == waiting("plan-1")
    assert desk.find("plan-3") is None
    assert [one.plan.plan_id for one in desk.waiting] == ["plan-2", "plan-1"]
    desk.withdraw("plan-2")
    assert desk.find("plan-2") is None
