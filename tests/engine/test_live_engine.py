"""The engine on a feed that lives by the clock: it is waited for, and time passes without quotes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from engine.domain.market import MarketItem
from engine.domain.messages.commands import AddPlan, SetAuthority
from engine.domain.messages.engine import CandleClosed, MarketOpened
from engine.domain.messages.trading import CommandRefused, PlanChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from tests.builders import MONDAY, candle, plan, quote
from tests.engine.desks import EngineDesk
from tests.fakes import ScriptedPlayer, source


class OpenEndedFeed(ScriptedPlayer):
    """Known only when `known` is set; after its script it waits for quotes that never come."""

    def __init__(self) -> None:
        super().__init__(((), (quote(0),)), source=source())
        self.known = asyncio.Event()
        self.is_silent = asyncio.Event()

    async def open(self) -> None:
        await self.known.wait()

    async def items(self) -> AsyncIterator[MarketItem]:
        yield quote(0)
        self.is_silent.set()
        await asyncio.Event().wait()


class LiveDesk(EngineDesk):
    def __init__(self) -> None:
        self.feed = OpenEndedFeed()
        super().__init__(self.feed, beat_s=0.001)


async def test_that_nothing_trades_before_the_feed_is_known_and_the_user_is_reported_so() -> None:
    desk = LiveDesk()
    running = asyncio.create_task(desk.engine.run())
    await asyncio.sleep(0)
    desk.engine.handle(SetAuthority(Authority.AUTO))
    assert desk.witness.of(MarketOpened) == []
    assert [each.reason for each in desk.witness.of(CommandRefused)] == [
        "the market is not open yet, and nothing trades"
    ]
    desk.feed.known.set()
    await desk.feed.is_silent.wait()
    assert len(desk.witness.of(MarketOpened)) == 1
    running.cancel()


@pytest.mark.parametrize("missing", ["", "candles are missing from 08:01 to 08:02 UTC"])
async def test_that_nothing_is_judged_while_candles_are_missing(missing: str) -> None:
    quotes = (quote(10), quote(65), quote(130), candle(2), quote(185))
    desk = EngineDesk(ScriptedPlayer(((candle(-1),), quotes), source=source()), missing_candles=lambda _: missing)
    await desk.engine.play()
    closed = desk.witness.of(CandleClosed)
    minutes = [each.snapshot.candle.opened_at for each in closed]
    if missing:
        assert minutes == [MONDAY + timedelta(minutes=2)], "quotes of a part of a minute make no candle"
        assert closed[0].judgement is None
    else:
        assert minutes == [MONDAY + timedelta(minutes=each) for each in range(3)]
        assert all(each.judgement is not None for each in closed)


async def test_that_a_plan_expires_although_no_quote_comes() -> None:
    desk = LiveDesk()
    desk.feed.known.set()
    running = asyncio.create_task(desk.engine.run())
    await desk.feed.is_silent.wait()
    desk.engine.handle(AddPlan(plan()))
    desk.clock.set(MONDAY + timedelta(minutes=31))
    async with asyncio.timeout(60.0):
        while desk.witness.of(PlanChanged)[-1].plan.status is not PlanStatus.EXPIRED:
            await asyncio.sleep(0.001)
    running.cancel()
