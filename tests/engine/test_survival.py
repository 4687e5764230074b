"""A part of the desk that fails unexpectedly costs authority, never the desk: positions are managed all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime

import pytest

from engine import survival
from engine.bus import Bus
from engine.domain.market import Candle, MarketItem, Quote
from engine.domain.messages.commands import AddPlan, SetAuthority
from engine.domain.messages.engine import (
    CandleClosed,
    Event,
    FaultReported,
    HistoryCompleted,
    MarketEnded,
    QuoteReceived,
)
from engine.domain.messages.trading import CommandRefused, ModesChanged
from engine.domain.risk import Authority
from engine.faults import FaultLog
from engine.market.feed import Feed
from engine.survival import Survival
from engine.symbol_state import SymbolState
from tests.builders import BITCOIN, MONDAY, quote
from tests.engine.desks import EngineDesk
from tests.fakes import ScriptedPlayer, Witness, source

BAD = 1234.5
"""A bid at which the readings of gold fail."""


class FragileSymbolState(SymbolState):
    """Readings with a fault in them."""

    def on_quote(self, quote: Quote) -> None:
        if quote.bid == BAD:
            raise ZeroDivisionError("a fault of the readings")
        super().on_quote(quote)


class LiveFeed:
    """A market that nobody plays; what it raises it raises once each."""

    def __init__(self, *scripts: Sequence[MarketItem], faults: Sequence[Exception]) -> None:
        self.sources = (source(),)
        self._scripts, self._faults = list(scripts), list(faults)

    async def open(self) -> None:
        if len(self._faults) > len(self._scripts):
            raise self._faults.pop(0)

    def history(self) -> Iterator[Candle]:
        return iter(())

    async def items(self) -> AsyncIterator[MarketItem]:
        for item in self._scripts.pop(0) if self._scripts else ():
            yield item
        if self._faults:
            raise self._faults.pop(0)
        await asyncio.Event().wait()

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:  # noqa: ARG002
        return iter(())


class Desk(EngineDesk):
    """An engine that runs until it is asked to end, with a switch at AUTO."""

    def __init__(self, feed: Feed) -> None:
        super().__init__(feed, state=FragileSymbolState)
        self.bus.subscribe(self._switch_on, HistoryCompleted)

    def _switch_on(self, _: Event) -> None:
        self.engine.handle(SetAuthority(Authority.AUTO))

    async def run_until(self, is_so: Callable[[], bool]) -> None:
        running = asyncio.create_task(self.engine.run())
        async with asyncio.timeout(5):
            while not is_so() and not running.done():
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    @property
    def authority(self) -> Authority:
        return self.witness.of(ModesChanged)[-1].authority


async def test_that_a_price_that_the_indicators_fail_at_leaves_the_desk_close_only_and_going_on() -> None:
    quotes = [quote(0), quote(10, bid=BAD), quote(20, bid=BAD), quote(61), quote(122)]
    desk = Desk(ScriptedPlayer(((), quotes), source=source()))
    await desk.run_until(lambda: bool(desk.witness.of(MarketEnded)))
    assert [event.quote.at for event in desk.witness.of(QuoteReceived)] == [each.at for each in quotes]
    assert len(desk.witness.of(CandleClosed)) == 2
    assert desk.authority is Authority.EXITS_ONLY
    (fault,) = desk.witness.of(FaultReported)
    assert "ZeroDivisionError: a fault of the readings" in fault.sentence
    assert "only closes positions" in fault.sentence


async def test_that_a_candle_that_cannot_be_read_keeps_no_other_symbols_candle_from_closing() -> None:
    gold, bitcoin = quote(0), Quote(symbol=BITCOIN.symbol, at=MONDAY, bid=50_000.0, ask=50_010.0, volume=1.0)
    later = quote(61)
    feed = ScriptedPlayer(((), [gold, bitcoin, later]), source=source(), beside=(source(instrument=BITCOIN),))
    desk = Desk(feed)

    class Unreadable(FragileSymbolState):
        def update(self, candle: Candle) -> CandleClosed:
            if candle.symbol == gold.symbol:
                raise ArithmeticError("a fault of the indicators")
            return super().update(candle)

    desk.engine._state_of = Unreadable
    await desk.run_until(lambda: bool(desk.witness.of(MarketEnded)))
    assert [event.snapshot.candle.symbol for event in desk.witness.of(CandleClosed)] == [BITCOIN.symbol]
    assert desk.authority is Authority.EXITS_ONLY


async def test_that_a_command_that_fails_unexpectedly_is_answered_each_time() -> None:
    desk = Desk(ScriptedPlayer(((), [quote(0), quote(61)]), source=source()))

    def fail_at_end(_: Event) -> None:
        for _attempt in range(2):
            desk.engine.handle(AddPlan("no plan"))  # type: ignore[arg-type]  # fails within

    desk.bus.subscribe(fail_at_end, MarketEnded)
    await desk.run_until(lambda: len(desk.witness.of(CommandRefused)) == 2)
    assert [event.reason for event in desk.witness.of(CommandRefused)] == [
        "an internal error (AttributeError); see the log"
    ] * 2
    assert len(desk.witness.of(FaultReported)) == 1
    assert desk.authority is Authority.EXITS_ONLY


async def test_that_a_market_that_is_only_played_through_ends_at_its_fault() -> None:
    desk = Desk(ScriptedPlayer(((), [quote(0, bid=BAD)]), source=source()))
    with pytest.raises(ZeroDivisionError):
        await desk.engine.play()


async def test_that_a_live_feed_that_fails_is_begun_again_with_less_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survival, "FIRST_PAUSE_S", 0.001)
    feed = LiveFeed([quote(0)], [quote(61), quote(122)], faults=[RuntimeError("once"), RuntimeError("twice")])
    desk = Desk(feed)
    await desk.run_until(lambda: len(desk.witness.of(QuoteReceived)) == 3)
    assert len(desk.witness.of(FaultReported)) == 1  # the same line twice is one cause
    assert [event.authority for event in desk.witness.of(ModesChanged)].count(Authority.EXITS_ONLY) >= 1


async def test_that_a_task_that_fails_while_it_is_ended_is_not_begun_again() -> None:
    kept, begun = Survival(lambda _: None, lambda _: None), []

    async def fragile() -> None:
        begun.append(1)
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("a fault at the end")

    task = asyncio.create_task(kept.keep("A task", fragile))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(RuntimeError):
        await task
    assert begun == [1]


async def test_that_an_observer_that_fails_is_announced_once_to_the_others() -> None:
    bus, witness = Bus(), Witness()

    def broken(_: object) -> None:
        raise RuntimeError("a broken observer")

    bus.subscribe(broken)
    bus.subscribe(witness)
    for _ in range(100):
        bus.publish(MarketEnded())
    assert [type(event) for event in witness.events[:2]] == [MarketEnded, FaultReported]
    assert len(witness.of(FaultReported)) == 1
    assert len(witness.of(MarketEnded)) == 100
    assert bus.failures == 101


def test_that_the_same_fault_a_thousand_times_is_four_lines_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    faults = FaultLog()

    def fail() -> str:
        try:
            raise ValueError("the same")
        except ValueError as error:
            return faults.note("A part", error)

    sentences = [fail() for _ in range(1000)]
    assert sentences[0].startswith("A part failed: ValueError: the same (test_survival.py, line ")
    assert not any(sentences[1:])
    assert faults.count == 1000
    assert len(caplog.records) == 4
