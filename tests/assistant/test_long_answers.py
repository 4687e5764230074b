"""Answers that take long are made a part at a time: the desk goes on between them, and the answers are the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.assistant.candles import STEP
from engine.recall import CHECKPOINT_CANDLES, STEP_CANDLES, returned_by
from tests.assistant.desks import AssistedScript
from tests.builders import MONDAY

MINUTES = 2_000


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AssistedScript]:
    desk = await AssistedScript(tmp_path, minutes=MINUTES).open()
    yield desk
    desk.archive.close()


async def turns_during(desk: AssistedScript, operation: str, **arguments: Any) -> tuple[int, Any]:
    """How often the loop has its turn before the answer, and the answer."""
    asked, turns = asyncio.ensure_future(desk.ask(operation, **arguments)), 0
    while not asked.done():
        await asyncio.sleep(0)
        turns += 1
    return turns, asked.result()


async def test_that_a_candle_is_explained_a_part_of_a_frame_at_a_time(desk: AssistedScript) -> None:
    at = MONDAY + timedelta(minutes=1_000)
    turns, answer = await turns_during(desk, "explain_candle", symbol="XAUUSD", at=at.isoformat())
    assert turns > CHECKPOINT_CANDLES / STEP_CANDLES
    recalled = returned_by(desk.engine.pipeline.recalled("XAUUSD", at))
    assert recalled is not None
    assert (answer["levels"]["vwap"], answer["high"]) == (recalled.candle.snapshot.vwap, 2000.4)


async def test_that_two_candles_are_explained_at_once(desk: AssistedScript) -> None:
    times = [(MONDAY + timedelta(minutes=minute)).isoformat() for minute in (100, 1_000, 1_900)]
    alone = [await desk.ask("explain_candle", symbol="XAUUSD", at=at) for at in times]
    beside = await asyncio.gather(*(desk.ask("explain_candle", symbol="XAUUSD", at=at) for at in times))
    assert alone == beside
    assert len({answer["candle_time"] for answer in alone}) == len(times)


async def test_that_days_of_candles_are_looked_through_some_at_a_time(desk: AssistedScript) -> None:
    sunday = MONDAY + timedelta(minutes=MINUTES, days=3)
    desk.clock.set(sunday)
    turns, answer = await turns_during(desk, "candles", symbol="XAUUSD", count=240)
    assert turns >= MINUTES / STEP
    assert [answer["candles"][place]["at"] for place in (0, -1)] == ["2026-03-03T13:20:00Z", "2026-03-03T17:19:00Z"]
