"""Markets are played in the order and at the pace of their time."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime

import pytest

from engine.adapters.playback import Playback
from engine.clock import MarketClock
from engine.domain.market import Candle, Quote
from engine.errors import DeskError
from engine.market.feed import Player
from tests.adapters.markets import market_of_candles, market_of_ticks
from tests.adapters.playing import at, heard, playing, time_of
from tests.adapters.virtual_time import VirtualLoop, in_virtual_time
from tests.builders import MONDAY


def test_that_a_playback_is_a_player() -> None:
    assert isinstance(playing(market_of_candles([0])), Player)


def test_that_quotes_come_when_their_time_has_come() -> None:
    items = heard(playing(market_of_ticks([0, 10, 30, 61]), speed=10))
    assert [seconds for seconds, _ in items] == pytest.approx([0, 1, 3, 6.1], abs=0.005)


def test_that_a_candle_comes_after_its_quotes_when_its_minute_is_over() -> None:
    items = heard(playing(market_of_candles([0, 1])))
    assert [type(item) for _, item in items] == [*[Quote] * 60, Candle] * 2
    assert [seconds for seconds, _ in items] == pytest.approx([*range(61), *range(60, 121)], abs=0.01)


def test_that_a_long_day_at_speed_does_not_drift() -> None:
    items = heard(playing(market_of_ticks([n * 0.7 for n in range(5000)]), speed=100))
    assert items[-1][0] == pytest.approx(4999 * 0.7 / 100, abs=0.01)
    assert len(items) == 5000


def test_that_playing_as_fast_as_it_can_waits_for_nothing() -> None:
    items = heard(playing(market_of_candles(range(100)), speed=math.inf))
    assert items[-1][0] == 0
    assert len(items) == 6_100


def test_that_the_rest_of_the_loop_gets_its_turn_while_playing_as_fast_as_it_can() -> None:
    turns = 0

    async def listen(loop: VirtualLoop) -> None:
        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.ensure_future(count())
        async for _ in playing(market_of_candles(range(100)), speed=math.inf).items():
            loop.spend(0.001)
        other.cancel()

    in_virtual_time(listen)
    assert turns > 80


def test_that_a_gap_of_more_than_a_minute_of_waiting_is_skipped() -> None:
    items = heard(playing(market_of_ticks([0, 60, 60 + 3 * 86400, 61 + 3 * 86400]), speed=1))
    assert [seconds for seconds, _ in items] == pytest.approx([0, 60, 60, 61], abs=0.01)


def test_that_a_gap_is_waited_through_where_that_takes_less_than_a_minute() -> None:
    items = heard(playing(market_of_ticks([0, 60, 3600]), speed=100))
    assert items[-1][0] == pytest.approx(36, abs=0.01)


def test_that_a_machine_that_slept_goes_on_without_rushing() -> None:
    async def listen(loop: VirtualLoop) -> list[float]:
        times: list[float] = []
        async for _ in playing(market_of_ticks(range(100))).items():
            if not times:
                loop.spend(3600)
            times.append(loop.time())
        return times

    times = in_virtual_time(listen)
    assert times[-1] - times[1] == pytest.approx(98, abs=0.02)


def test_that_markets_are_merged_by_time_and_candles_close_before_the_next_minute() -> None:
    gold, bitcoin = market_of_candles([0, 1]), market_of_candles([0, 1], symbol="BTCUSD")
    items = [item for _, item in heard(playing(gold, bitcoin, speed=math.inf))]
    assert [time_of(item) for item in items] == sorted(time_of(item) for item in items)
    first_of_next_minute = next(n for n, item in enumerate(items) if isinstance(item, Quote) and item.at == at(1))
    assert [type(item) for item in items[first_of_next_minute - 2 : first_of_next_minute]] == [Candle, Candle]


def test_that_history_and_play_split_at_the_start() -> None:
    playback = playing(market_of_candles(range(10)), speed=math.inf, start=at(4))
    assert [candle.opened_at for candle in playback.history()] == [at(n) for n in range(4)]
    assert time_of(heard(playback)[0][1]) == at(4)


def test_that_histories_are_merged_by_time() -> None:
    gold, bitcoin = market_of_candles([0, 2]), market_of_candles([1, 3], symbol="BTCUSD")
    playback = playing(gold, bitcoin, start=at(3))
    assert [candle.opened_at for candle in playback.history()] == [at(0), at(1), at(2)]


def test_that_the_clock_shows_the_time_of_the_newest_item() -> None:
    clock = MarketClock(MONDAY)
    playback = Playback([market_of_candles([0, 1])], clock, speed=math.inf, start=MONDAY)
    shown: list[datetime] = []
    items = heard(playback, lambda *_: shown.append(clock.now()))
    assert shown == [time_of(item) for _, item in items]
    assert playback.position == at(2)


def test_that_two_markets_of_one_symbol_are_refused() -> None:
    with pytest.raises(DeskError, match=r"XAUUSD.csv and XAUUSD.csv are both of XAUUSD"):
        playing(market_of_candles([0]), market_of_candles([5]))


@pytest.mark.parametrize("speed", [0, -1, math.nan])
def test_that_a_speed_of_zero_or_no_number_is_refused(speed: float) -> None:
    with pytest.raises(DeskError, match="speed"):
        playing(market_of_candles([0]), speed=speed)
    playback = playing(market_of_candles([0]))
    with pytest.raises(DeskError, match="speed"):
        playback.set_speed(speed)
    assert playback.speed == 1.0


# -- where it begins --------------------------------------------------------------------------------------------------


def test_that_a_desk_without_a_start_time_begins_where_every_market_has_a_past_and_a_future() -> None:
    gold, bitcoin = market_of_candles(range(400)), market_of_candles(range(200, 600), symbol="BTCUSD")
    assert Playback([gold, bitcoin], MarketClock(MONDAY), speed=1).position == at(300)


def test_that_markets_without_a_common_time_play_one_after_the_other() -> None:
    gold, bitcoin = market_of_candles(range(400)), market_of_candles(range(5000, 5400), symbol="BTCUSD")
    playback = Playback([gold, bitcoin], MarketClock(MONDAY), speed=1)
    assert playback.position == at(100)
    assert (playback.first_at, playback.last_at) == (at(0), at(5399))
