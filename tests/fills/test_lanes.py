"""Facts about how the minutes of several markets become one stream of prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from engine.domain.fills import Fills
from engine.domain.market import Candle, FeedItem, Minute, Quote
from engine.fills.lanes import Lanes
from engine.market.feed import Market
from engine.market.item_order import order_of, time_of
from tests.adapters.markets import market_of_candles, market_of_ticks
from tests.builders import MONDAY


def never(_: str) -> bool:
    return False


def always(_: str) -> bool:
    return True


def lanes(
    *markets: Market,
    minute: int = 0,
    fills: Fills | None = None,
    depends: Callable[[str], bool] = always,
    foresee: Callable[[Candle], None] = lambda _: None,
) -> Lanes:
    return Lanes(markets, MONDAY + timedelta(minutes=minute), fills or Fills(), depends, foresee)


def test_that_a_minute_on_which_nothing_depends_comes_whole_when_it_closes() -> None:
    market = market_of_candles([0, 1])
    items = list(lanes(market, depends=never))
    assert items == [Minute(candle) for candle in market.candles()]
    assert [time_of(item) for item in items] == [candle.closed_at for candle in market.candles()]


def test_that_candles_beside_ticks_are_drawn_since_their_quotes_close_the_minutes_of_the_others() -> None:
    beside = market_of_ticks([2, 60, 61, 119], symbol="ETHUSD")
    items = list(lanes(market_of_candles([0, 1]), beside, depends=never))
    assert [item.symbol for item in items].count("XAUUSD") == 122


def test_that_what_happens_in_one_minute_decides_whether_the_next_is_drawn() -> None:
    items: list[FeedItem] = []
    for item in lanes(market_of_candles([0, 1, 2]), depends=lambda _: len(items) == 1):
        items.append(item)  # noqa: PERF402 - the next minute depends on how many there are
    assert [type(item) for item in items] == [Minute, *[Quote] * 60, Candle, Minute]


def test_that_only_the_symbol_that_something_depends_on_is_drawn() -> None:
    gold, bitcoin = market_of_candles([0]), market_of_candles([0], symbol="BTCUSD")
    items = list(lanes(gold, bitcoin, depends=lambda symbol: symbol == "BTCUSD"))
    assert [item.symbol for item in items].count("XAUUSD") == 1
    assert [item.symbol for item in items].count("BTCUSD") == 61


def test_that_ticks_are_played_as_they_are() -> None:
    market = market_of_ticks([0, 7, 61, 100])
    assert list(lanes(market, depends=never)) == list(market.items_from(MONDAY))


def test_that_all_markets_are_heard_in_order_of_time_and_candles_before_the_next_minute() -> None:
    markets = (
        market_of_candles([0, 1, 3]),
        market_of_candles([1, 2], symbol="BTCUSD"),
        market_of_ticks([2, 60, 61, 119], symbol="ETHUSD"),
    )
    for depends in (always, never):
        items = list(lanes(*markets, depends=depends))
        assert all(order_of(sooner) <= order_of(later) for sooner, later in pairwise(items))


def test_that_a_path_does_not_depend_on_where_playing_began() -> None:
    market = market_of_candles(range(60))
    whole = list(lanes(market))
    for minute in (3, 17, 44):
        rest = list(lanes(market, minute=minute))
        assert rest == whole[-len(rest) :]
        assert time_of(rest[0]) == MONDAY + timedelta(minutes=minute)


def test_that_a_path_does_not_depend_on_other_symbols() -> None:
    gold, bitcoin = market_of_candles(range(8)), market_of_candles(range(8), symbol="BTCUSD")
    both = [item for item in lanes(gold, bitcoin) if item.symbol == "XAUUSD"]
    assert both == list(lanes(gold))


def test_that_seeds_draw_different_paths_of_the_same_candles() -> None:
    market = market_of_candles(range(8))
    first, second = list(lanes(market, fills=Fills(seed=1))), list(lanes(market, fills=Fills(seed=2)))
    assert first != second
    assert [item for item in first if isinstance(item, Candle)] == [item for item in second if isinstance(item, Candle)]


@pytest.mark.parametrize("depends", [always, never])
def test_that_for_the_worst_case_a_minute_is_open_and_close_and_the_broker_hears_what_lay_between(
    depends: Callable[[str], bool],
) -> None:
    market = market_of_candles([0, 1])
    items: list[FeedItem] = []
    for item in lanes(market, fills=Fills(is_worst=True), depends=depends, foresee=items.append):
        items.append(item)  # noqa: PERF402 - the broker is called in between
    first, second = market.candles()
    assert [type(item) for item in items] == [Quote, Candle, Quote, Candle] * 2
    assert [item for item in items if isinstance(item, Candle)] == [first, first, second, second]
    quotes = [item for item in items if isinstance(item, Quote)]
    assert [quote.bid for quote in quotes] == [10.0, 11.0] * 2
    assert [quote.at - MONDAY for quote in quotes] == [timedelta(seconds=second) for second in (0, 59, 60, 119)]


def test_that_the_next_candle_of_the_same_minute_is_known_beforehand() -> None:
    both = lanes(market_of_candles([0]), market_of_candles([0], symbol="BTCUSD"))
    closes = [both.closes_another(item.closed_at) for item in both if isinstance(item, Candle)]
    assert closes == [True, False]
