"""Restrictions by the broker's refusals, for each return code, and the user's way out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.sentences import READY
from engine.adapters.mt5.port import LinkReport
from engine.adapters.mt5.trade.outcome import Outcome
from engine.adapters.mt5.trade.restraint import FIRST_PAUSE, MAX_PAUSE, Restraint
from engine.adapters.mt5.trade.treatments import Treatment, treatment
from engine.clock import MarketClock
from engine.domain.market import Side
from tests.adapters.mt5.links import ReportingLink
from tests.builders import MONDAY

GOLD = "XAUUSDm"


class RecordingLink(ReportingLink):
    """A link that records what is forbidden."""

    def __init__(self) -> None:
        super().__init__(LinkReport(condition=READY))
        self.forbidden: list[Condition] = []

    def forbid(self, condition: Condition) -> None:
        self.forbidden.append(condition)


def answer(code: int) -> Outcome:
    return Outcome(treatment=treatment(code), code=code, words=f"No ({code})")


def restrained(code: int, side: Side | None = None) -> tuple[Restraint, RecordingLink, MarketClock]:
    """After an order of gold was answered with this code."""
    link, clock = RecordingLink(), MarketClock(MONDAY)
    restraint = Restraint(link, clock)
    restraint.on_outcome(GOLD, answer(code), side)
    return restraint, link, clock


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (10017, "Ask the broker"),
        (10026, "expert advisors"),
        (10027, "Algo Trading"),
        (10032, "real accounts"),
        (-8, "Untick"),
    ],
)
def test_that_a_refusal_of_trading_says_what_can_be_done_about_it(code: int, advice: str) -> None:
    _, link, _ = restrained(code)
    (condition,) = link.forbidden
    assert condition.state is LinkState.TRADING_REFUSED
    assert advice in condition.way_out


@pytest.mark.parametrize("code", [10019, 10033, 10034, 10040])
def test_that_an_account_at_its_limit_opens_no_more(code: int) -> None:
    _, link, _ = restrained(code)
    assert [condition.state for condition in link.forbidden] == [LinkState.LIMIT_REACHED]


@pytest.mark.parametrize("code", [10042, 10043, 10044, 10046])
def test_that_the_side_which_was_refused_rests_and_the_other_does_not(code: int) -> None:
    restraint, link, _ = restrained(code, Side.BUY)
    objection = restraint.objection(GOLD, Side.BUY)
    assert objection is not None
    assert objection.treatment is Treatment.SIDE_DISABLED
    assert restraint.objection(GOLD, Side.SELL) is None
    assert link.forbidden == []


@pytest.mark.parametrize("code", [10024, 10028])
def test_that_a_broker_who_has_enough_is_left_in_peace_ever_longer(code: int) -> None:
    restraint, _, clock = restrained(code)
    pause = FIRST_PAUSE
    while pause < MAX_PAUSE:
        assert restraint.objection(GOLD, Side.BUY) is not None
        clock.set(clock.now() + pause - timedelta(milliseconds=1))
        assert not restraint.has_paused()
        clock.set(clock.now() + timedelta(milliseconds=1))
        assert restraint.has_paused()
        assert restraint.objection(GOLD, Side.BUY) is None
        restraint.on_outcome(GOLD, answer(code))
        pause *= 2
