"""Proposals whose levels and volume the user changes before the approval."""

from __future__ import annotations

import pytest

from engine.domain.messages.commands import ApprovePlan
from engine.domain.messages.manual import EditProposal
from engine.domain.messages.trading import ApprovalReviewed
from tests.trading.desks import TradingDesk

PLAN = "scanner-signal-0"


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start()


def edit(**changes: float) -> EditProposal:
    return EditProposal(plan_id=PLAN, **({"stop_loss": 1999.2, "take_profit": 2002.0, "volume": 0.02} | changes))


def test_that_an_edited_proposal_is_sent_as_edited_and_only_as_it_was_shown_last(desk: TradingDesk) -> None:
    desk.propose()
    shown = desk.cards[0].fingerprint
    desk.do(edit())
    card = desk.of(ApprovalReviewed)[-1].card
    assert (card.plan.stop_loss, card.plan.volume) == (1999.2, 0.02)
    assert card.money_at_risk == pytest.approx(1.6)
    desk.do(ApprovePlan(PLAN, shown))
    assert desk.refusals == ["the proposal has changed since the card was shown: check it again"]
    desk.do(ApprovePlan(PLAN, card.fingerprint))
    desk.tick(61)
    desk.tick(62, bid=1999.1)
    (trade,) = desk.trades
    assert (trade.volume_lots, trade.stop_loss, trade.take_profit) == (0.02, 1999.2, 2002.0)
    assert desk.plans[PLAN].stop_loss == 1999.5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop_loss": 1990.0}, "stop distance 10 is outside 0.5 to 1.2"),
        ({"volume": 0.005}, "volume 0.005 is outside 0.01 to 50 lots"),
    ],
)
def test_that_an_edit_beyond_what_plans_may_have_leaves_the_proposal_as_it_was(
    desk: TradingDesk, changes: dict[str, float], reason: str
) -> None:
    desk.propose()
    desk.do(edit(**changes))
    assert reason in desk.refusals[0]
    assert desk.of(ApprovalReviewed)[-1].card.fingerprint == desk.cards[0].fingerprint


def test_that_a_proposal_that_is_over_cannot_be_edited(desk: TradingDesk) -> None:
    desk.do(edit())
    assert desk.refusals == ["it is not awaiting approval"]
