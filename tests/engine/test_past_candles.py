"""Past candles, and the newest one, on request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.messages.commands import Halt
from engine.domain.messages.engine import (
    CandleRecalled,
    ExplainLive,
    HistoryRead,
    LiveExplained,
    RecallCandle,
)
from tests.builders import MONDAY, candle, quote
from tests.engine.desks import ScriptedDesk


async def test_that_any_past_candle_can_be_reported_again_exactly() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7 + minute % 13 / 10) for minute in range(1300)]
    desk = ScriptedDesk((whole, ()))
    await desk.engine.play()
    read = [each for event in desk.witness.of(HistoryRead) for each in event.candles]
    for minute in (0, 1, 511, 512, 513, 700, 1299):
        desk.engine.handle(RecallCandle("XAUUSD", whole[minute].opened_at))
        assert desk.witness.of(CandleRecalled)[-1].candle == read[minute]


async def test_that_a_past_candle_is_reported_with_every_check_of_its_judgement() -> None:
    whole = [candle(minute, close=2000.0 + minute % 7) for minute in range(40)]
    desk = ScriptedDesk((whole, ()))
    await desk.engine.play()
    desk.engine.handle(RecallCandle("XAUUSD", whole[30].opened_at))
    recalled = desk.witness.of(CandleRecalled)[-1]
    assert recalled.explanation is not None
    assert recalled.explanation.judgement == recalled.candle.judgement


async def test_that_the_newest_candle_is_explained_with_the_spread_and_age_of_the_last_quote() -> None:
    desk = ScriptedDesk(((candle(0), candle(1)), (quote(121, spread=0.4),)))
    await desk.engine.play()
    desk.clock.set(MONDAY + timedelta(seconds=124))
    desk.engine.handle(ExplainLive("XAUUSD"))
    explanation = desk.witness.of(LiveExplained)[-1].explanation
    values = {check.name: check.value for check in explanation.buy[0].deciding}
    assert explanation.judgement.candle_time == candle(1).opened_at
    assert values["data_fresh"] == 3.0
    assert values["spread_max"] == pytest.approx(0.4)


async def test_that_a_halted_desk_says_that_the_newest_candle_may_not_be_traded() -> None:
    desk = ScriptedDesk(((candle(0), candle(1)), (quote(121),)))
    await desk.engine.play()
    desk.engine.handle(Halt("enough for today"))
    desk.engine.handle(ExplainLive("XAUUSD"))
    lock = desk.witness.of(LiveExplained)[-1].explanation.buy[0].deciding[-1]
    assert (lock.name, lock.is_passed, lock.value) == ("not_locked", False, float("inf"))


async def test_that_nothing_is_explained_before_the_first_candle() -> None:
    desk = ScriptedDesk(((), (quote(0),)))
    await desk.engine.play()
    desk.engine.handle(ExplainLive("XAUUSD"))
    assert desk.witness.of(LiveExplained) == []


async def test_that_a_candle_that_does_not_exist_is_not_recalled() -> None:
    desk = ScriptedDesk(((candle(0), candle(2)), ()))
    await desk.engine.play()
    desk.engine.handle(RecallCandle("XAUUSD", candle(1).opened_at))
    assert desk.witness.of(CandleRecalled) == []
