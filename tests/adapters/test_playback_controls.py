"""Pause, speed, step and seek while a market is played."""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from engine.adapters.playback import Playback
from engine.domain.market import Candle, MarketItem
from tests.adapters.markets import market_of_candles, market_of_ticks
from tests.adapters.playing import at, heard, heard_meanwhile, playing, time_of
from tests.adapters.virtual_time import VirtualLoop, in_virtual_time
from tests.builders import MONDAY


def test_that_nothing_comes_while_held_and_all_goes_on_from_there() -> None:
    playback = playing(market_of_ticks([0, 10, 20, 61]))
    items = heard_meanwhile(playback, (12.0, playback.pause), (100.0, playback.resume))
    assert [seconds for seconds, _ in items] == pytest.approx([0, 10, 108, 149], abs=0.01)


def test_that_a_desk_can_be_held_before_it_plays() -> None:
    playback = playing(market_of_ticks([0, 10, 61]))
    playback.pause()
    assert playback.is_paused
    items = heard_meanwhile(playback, (50.0, playback.resume))
    assert [seconds for seconds, _ in items] == pytest.approx([50, 60, 111], abs=0.01)


def test_that_a_new_speed_counts_from_the_time_it_is_set() -> None:
    playback = playing(market_of_ticks([0, 10, 40, 70]))
    items = heard_meanwhile(playback, (20.0, lambda: playback.set_speed(10)))
    assert [seconds for seconds, _ in items] == pytest.approx([0, 10, 22, 25], abs=0.01)
    assert playback.speed == 10


def test_that_unbounded_speed_can_be_slowed_down_again() -> None:
    def slow_down_at_the_second(playback: Playback, item: MarketItem) -> None:
        if time_of(item) == at(seconds=10):
            playback.set_speed(1)

    items = heard(playing(market_of_ticks([0, 10, 40, 70]), speed=math.inf), slow_down_at_the_second)
    assert [seconds for seconds, _ in items] == pytest.approx([0, 0, 30, 60], abs=0.01)


def test_that_a_step_plays_to_the_end_of_one_candle_and_holds() -> None:
    playback = playing(market_of_candles(range(5)))
    playback.pause()
    items = heard_meanwhile(playback, (1.0, playback.step), (2.0, playback.step), (3.0, lambda: playback.seek(at(0))))
    assert [(seconds, item.opened_at) for seconds, item in items if isinstance(item, Candle)] == [
        (1.0, at(0)),
        (2.0, at(1)),
    ]
    assert len(items) == 122
    assert playback.is_paused


def test_that_a_step_closes_the_candles_of_all_symbols() -> None:
    playback = playing(market_of_candles(range(5)), market_of_candles(range(5), symbol="BTCUSD"))
    playback.pause()
    items = heard_meanwhile(playback, (1.0, playback.step), (2.0, lambda: playback.seek(at(0))))
    assert [item.symbol for _, item in items if isinstance(item, Candle)] == ["XAUUSD", "BTCUSD"]
    assert len(items) == 122


def test_that_a_step_through_ticks_ends_with_the_quote_that_closes_the_candle() -> None:
    playback = playing(market_of_ticks([1, 30, 59, 61, 62, 130]))
    playback.pause()
    items = heard_meanwhile(playback, (1.0, playback.step), (2.0, playback.step), (3.0, lambda: playback.seek(at(0))))
    assert [(seconds, time_of(item)) for seconds, item in items] == [
        *((1.0, at(seconds=seconds)) for seconds in (1, 30, 59, 61)),
        *((2.0, at(seconds=seconds)) for seconds in (62, 130)),
    ]


def test_that_the_desk_is_held_already_when_the_last_item_of_a_step_is_heard() -> None:
    playback = playing(market_of_candles(range(3)))
    playback.step()

    async def listen(loop: VirtualLoop) -> list[bool]:
        loop.call_later(5, lambda: playback.seek(at(0)))
        return [playback.is_paused async for _ in playback.items()]

    assert in_virtual_time(listen) == [*[False] * 60, True]


def test_that_playing_on_after_a_step_keeps_the_pace() -> None:
    playback = playing(market_of_candles(range(3)))
    playback.pause()
    items = heard_meanwhile(playback, (1.0, playback.step), (10.0, playback.resume))
    assert [seconds for seconds, _ in items[61:64]] == pytest.approx([10, 11, 12], abs=0.01)


def test_that_a_seek_ends_the_run_and_the_next_one_begins_there() -> None:
    playback = playing(market_of_candles(range(10)), speed=math.inf)

    def seek_back(playback: Playback, item: MarketItem) -> None:
        if isinstance(item, Candle) and item.opened_at == at(5):
            playback.seek(at(2, 30))

    first = heard(playback, seek_back)
    assert time_of(first[-1][1]) == at(6)
    assert playback.position == at(2)
    assert [candle.opened_at for candle in playback.history()] == [at(0), at(1)]
    assert time_of(heard(playback)[0][1]) == at(2)


def test_that_a_seek_is_heard_while_held_and_while_waiting() -> None:
    playback = playing(market_of_ticks([0, 50, 61]))
    assert len(heard_meanwhile(playback, (10.0, lambda: playback.seek(at(0))))) == 1
    playback.pause()
    assert heard_meanwhile(playback, (10.0, lambda: playback.seek(at(0)))) == []


@pytest.mark.parametrize(("instant", "found"), [(at(-500), at(0)), (at(500), at(9)), (at(3, 59), at(3))])
def test_that_a_seek_stays_within_the_market(instant: datetime, found: datetime) -> None:
    playback = playing(market_of_candles(range(10)))
    playback.seek(instant)
    assert playback.position == found


def test_that_the_same_start_splits_into_the_same_past_and_future() -> None:
    def all_of(playback: Playback) -> list[MarketItem]:
        return [*playback.history(), *(item for _, item in heard(playback))]

    playback = playing(market_of_candles(range(10)), market_of_ticks(range(0, 600, 7), symbol="BTCUSD"), speed=math.inf)
    once = all_of(playback)
    playback.seek(at(4))
    later = all_of(playback)
    playback.seek(MONDAY)
    assert all_of(playback) == once
    assert later != once
