"""The market that a trade was made in is kept with it; a market without trades is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from engine.archive import Archive
from engine.bus import Bus
from engine.clock import MarketClock
from engine.domain.messages.engine import CandleClosed, HistoryRead, MarketOpened
from engine.domain.messages.execution import TradeClosed
from engine.persistence.prices import MAX_CANDLES
from tests.builders import MONDAY, candle, closed_trade
from tests.conditions.markets import a_setup
from tests.fakes import source


class Market:
    """A store that listens to a market of gold played by a test."""

    def __init__(self, directory: Path | None = None) -> None:
        self.archive = Archive.open(directory, Settings(), MarketClock(MONDAY))
        self.bus = Bus()
        self.archive.listen(self.bus, MarketClock(MONDAY))
        self.begin()

    def begin(self) -> str:
        self.bus.publish(MarketOpened((source(),)))
        return self.archive.begin_run(MONDAY)

    def close_candles(self, *minutes: int, price: float = 2000.0) -> None:
        for minute in minutes:
            self.bus.publish(_closed(minute, price))

    def close_trade(self) -> None:
        self.bus.publish(TradeClosed(trade=closed_trade()))

    def kept(self, run: str = "p1-") -> list[tuple[int, float]]:
        """Minute and close of what was kept of a run."""
        week = timedelta(days=7)
        found = self.archive.trades(Settings()).prices(run, "XAUUSD", MONDAY - week, MONDAY + week)
        return [((each.at - MONDAY) // timedelta(minutes=1), each.close) for each in found]


def _closed(minute: int, price: float = 2000.0) -> CandleClosed:
    return CandleClosed(a_setup(candle=candle(minute, close=price)), None)


@pytest.fixture
def market() -> Iterator[Market]:
    market = Market()
    yield market
    market.archive.close()


def test_that_the_minutes_before_a_trade_are_kept_when_it_is_closed(market: Market) -> None:
    market.bus.publish(HistoryRead((_closed(-2, 1998.0), _closed(-1, 1999.0))))
    market.close_candles(0, 1)
    assert market.kept() == []
    market.close_trade()
    assert market.kept() == [(-2, 1998.0), (-1, 1999.0), (0, 2000.0), (1, 2000.0)]
    market.close_candles(2)
    market.close_trade()
    assert market.kept()[-1] == (2, 2000.0)


def test_that_a_market_without_trades_keeps_no_more_than_a_day(market: Market) -> None:
    market.close_candles(*range(2 * MAX_CANDLES))
    market.close_trade()
    assert len(market.kept()) == MAX_CANDLES


def test_that_each_run_has_its_own_market(market: Market) -> None:
    market.close_candles(0)
    market.close_trade()
    market.close_candles(1)
    assert market.begin() == "p2-"
    market.close_candles(0, price=1900.0)
    market.close_trade()
    assert market.kept("p1-") == [(0, 2000.0)]
    assert market.kept("p2-") == [(0, 1900.0)]


def test_that_a_desk_that_comes_back_keeps_what_it_knew(tmp_path: Path) -> None:
    first = Market(tmp_path)
    first.close_candles(0)
    first.close_trade()
    first.archive.close()
    again = Market(tmp_path)
    assert again.kept() == [(0, 2000.0)]
    again.archive.close()
