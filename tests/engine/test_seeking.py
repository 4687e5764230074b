"""A market after a jump, and how much of its past is processed and published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import sin

import pytest

from config.changes import with_values
from config.settings import Settings
from engine.domain.messages.engine import (
    CandleClosed,
    CandleRecalled,
    ChangeSettings,
    Event,
    HistoryCompleted,
    HistoryRead,
    MarketOpened,
    QuoteReceived,
    RecallCandle,
    Seek,
)
from engine.recall import CHECKPOINT_CANDLES
from engine.symbol_state import SymbolState
from tests.builders import BITCOIN, MONDAY, candle, quote
from tests.engine.desks import ScriptedDesk
from tests.fakes import source


async def test_that_a_seek_makes_the_market_restart() -> None:
    desk = ScriptedDesk(((), (quote(0), quote(10))), ((candle(0), candle(1)), (quote(120),)))
    await desk.engine.play()
    desk.engine.handle(Seek(MONDAY + timedelta(minutes=2)))
    await desk.engine.play()
    assert len(desk.witness.of(MarketOpened)) == 2
    assert desk.player.sought == [MONDAY + timedelta(minutes=2)]
    assert desk.witness.of(HistoryCompleted)[-1] == HistoryCompleted(2)


async def test_that_a_seek_while_history_is_read_plays_nothing_of_what_was_left() -> None:
    past = [candle(minute) for minute in range(600)]
    desk = ScriptedDesk((past, (quote(36_000),)), (past[:120], (quote(7_200),)))

    def jump_back(_: Event) -> None:
        if not desk.player.sought:
            desk.engine.handle(Seek(MONDAY + timedelta(hours=2)))

    desk.bus.subscribe(jump_back, HistoryRead)
    await desk.engine.play()
    assert desk.witness.of(QuoteReceived) == []
    await desk.engine.play()
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(120)]
    assert [event.quote for event in desk.witness.of(QuoteReceived)] == [quote(7_200)]


THREE_WEEKS = 21 * 1440


async def test_that_a_long_past_is_read_whole_and_its_last_weeks_are_reported() -> None:
    early = [candle(minute - THREE_WEEKS, close=2000.0 + minute % 7) for minute in range(300)]
    late = [candle(minute - 300, close=2010.0 + minute % 11) for minute in range(300)]
    desk = ScriptedDesk(([*early, *late], ()))
    await desk.engine.play()
    state = SymbolState(source(), Settings())
    assert desk.past == [state.update(each) for each in (*early, *late)][300:]
    assert desk.witness.of(HistoryCompleted) == [HistoryCompleted(600)]
    desk.engine.handle(RecallCandle("XAUUSD", late[100].opened_at))
    assert desk.witness.of(CandleRecalled)[-1].candle == desk.past[100]


class JumpedDesk:
    """A desk on a month of gold, a candle each quarter of an hour, that jumps to some of its candles."""

    MONTH = tuple(
        candle(15 * (place - 3000), close=2000.0 + 7 * sin(place / 9) + place % 13 / 10) for place in range(3000)
    )

    def __init__(self, *places: int, settings: Settings | None = None) -> None:
        self._places = places
        self.desk = ScriptedDesk(*((self.MONTH[:place], ()) for place in places), settings=settings)

    async def play(self, between: Callable[[ScriptedDesk], None] | None = None) -> list[CandleClosed]:
        """The published past after the last jump; `between` comes before that."""
        desk = self.desk
        for number, place in enumerate(self._places):
            desk.clock.set(self.MONTH[place - 1].closed_at)
            if number > 0:
                desk.engine.handle(Seek(desk.clock.now()))
            if number == len(self._places) - 1 and between is not None:
                between(desk)
            desk.witness.events.clear()
            await desk.engine.play()
        return desk.past

    @property
    def read_last(self) -> int:
        """Candles processed after the last jump."""
        return self.desk.witness.of(HistoryCompleted)[-1].candles


@pytest.mark.parametrize("places", [(3000, 2900), (3000, 2000, 2950), (2000, 3000), (3000, 1400, 1500)])
async def test_that_a_desk_after_a_jump_shows_the_same_as_one_that_opens_there(places: tuple[int, ...]) -> None:
    jumped, opened = JumpedDesk(*places), JumpedDesk(places[-1])
    assert await jumped.play() == await opened.play()
    for place in (places[-1] - 1, places[-1] - 600, 3):
        played = []
        for each in (jumped, opened):
            each.desk.engine.handle(RecallCandle("XAUUSD", each.MONTH[place].opened_at))
            played.append(each.desk.witness.of(CandleRecalled)[-1])
        assert played[0] == played[1]


async def test_that_jumping_reads_no_more_of_the_past_than_it_shows_and_a_checkpoint_back() -> None:
    jumped = JumpedDesk(3000, 2900)
    shown = await jumped.play()
    assert 0 < len(shown) <= jumped.read_last <= len(shown) + CHECKPOINT_CANDLES


async def test_that_a_past_processed_with_other_settings_is_processed_again_after_a_jump() -> None:
    other = with_values(Settings(), {"xauusd_rules.analysis.sweep_lookback": 5})
    jumped, opened = JumpedDesk(3000, 2900), JumpedDesk(2900, settings=other)
    played = await jumped.play(lambda desk: desk.engine.handle(ChangeSettings(other, "person")))
    assert played == await opened.play()
    assert jumped.read_last == 2900


async def test_that_a_symbol_that_ended_long_ago_is_distinguished_from_its_beginning() -> None:
    gold = [candle(minute - THREE_WEEKS) for minute in range(20)]
    bitcoin = [candle(minute - 20, symbol="BTCUSD") for minute in range(20)]
    desk = ScriptedDesk(([*gold, *bitcoin], ()), beside=(source(instrument=BITCOIN),))
    await desk.engine.play()
    assert [each.snapshot.candle for each in desk.past] == [*gold, *bitcoin]
