"""Facts about ticks that must not reach a decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.conditions import OFF
from engine.adapters.mt5.market.ticks import TickFilter
from engine.adapters.mt5.port import LinkReport, ServerClock
from engine.domain.market import Quote
from engine.errors import InvalidMarketData
from tests.adapters.mt5.links import ReportingLink
from tests.builders import MONDAY

OFFSET = timedelta(hours=2)


class Ticks:
    """A filter on a server two hours ahead; `update` offers a tick that is `age_s` old, so many seconds after Monday's
    start."""

    def __init__(self) -> None:
        clock = ServerClock(offset=OFFSET, residual=timedelta(0), measured_at=MONDAY)
        self._filter = TickFilter("XAUUSD", ServerTimes(ReportingLink(LinkReport(condition=OFF, clock=clock))))

    def update(self, seconds: float, bid: float = 2000.0, ask: float | None = None, age_s: float = 0.0) -> Quote | None:
        now = MONDAY + timedelta(seconds=seconds)
        stamp = now - timedelta(seconds=age_s) + OFFSET
        tick = {"time_msc": round(stamp.timestamp() * 1000), "bid": bid, "ask": bid + 0.2 if ask is None else ask}
        return self._filter.update(tick, now)


def test_that_a_fresh_tick_is_a_quote_in_utc() -> None:
    quote = Ticks().update(1.5)
    assert quote is not None
    assert (quote.at, quote.bid, quote.ask) == (MONDAY + timedelta(seconds=1.5), 2000.0, 2000.2)


def test_that_the_same_tick_is_a_quote_only_once() -> None:
    ticks = Ticks()
    assert ticks.update(1.0) is not None
    assert ticks.update(2.0, age_s=1.0) is None


def test_that_two_prices_of_one_millisecond_are_two_quotes() -> None:
    ticks = Ticks()
    assert ticks.update(1.0) is not None
    assert ticks.update(1.0, bid=2000.1) is not None


def test_that_the_last_tick_before_the_weekend_is_no_price_of_monday() -> None:
    assert Ticks().update(0.0, age_s=48 * 3600) is None


@pytest.mark.parametrize(("bid", "ask"), [(2000.2, 2000.0), (0.0, 2000.0), (-1.0, 1.0), (float("nan"), 2000.0)])
def test_that_a_crossed_or_impossible_tick_is_refused(bid: float, ask: float) -> None:
    with pytest.raises(InvalidMarketData):
        Ticks().update(1.0, bid=bid, ask=ask)


def test_that_a_tick_ahead_of_the_time_is_refused() -> None:
    with pytest.raises(InvalidMarketData, match="ahead of the time"):
        Ticks().update(0.0, age_s=-6.0)


def test_that_a_tick_older_than_the_last_one_is_refused() -> None:
    ticks = Ticks()
    ticks.update(10.0)
    with pytest.raises(InvalidMarketData, match="came after"):
        ticks.update(11.0, age_s=5.0)


def test_that_an_absurd_price_is_believed_only_when_the_next_tick_says_the_same() -> None:
    ticks = Ticks()
    ticks.update(1.0)
    assert ticks.update(2.0, bid=1500.0) is None
    assert ticks.update(3.0) is not None  # a spike: the market never was there
    assert ticks.update(4.0, bid=1900.0) is None
    assert ticks.update(5.0, bid=1899.5) is not None  # a crash: it really is


def test_that_an_absurd_spread_is_not_believed_at_once() -> None:
    ticks = Ticks()
    ticks.update(1.0)
    assert ticks.update(2.0, bid=2000.0, ask=2100.0) is None
