"""Symbols that the terminal knows later, or has not loaded yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from engine.adapters.mt5.calls import Answer, Answered, Failed, TerminalCall
from engine.domain.messages.commands import CloseTrade, Flatten
from engine.domain.messages.engine import QuoteReceived, SourceFound, SourceMissing, TermsDoubted
from engine.domain.messages.execution import OrderSent, PositionAdopted, Reconciled, TradeOpened
from engine.domain.orders import ExitReason
from tests.adapters.mt5.desk import world_desk
from tests.adapters.mt5.desk.world_desk import (
    BID,
    GOLD,
    HAMMER,
    MAGIC,
    QUIET,
    SPREAD,
    WorldDesk,
    desk_settings,
    lose_store,
    token_in,
)
from tests.adapters.mt5.links import DirectLink
from tests.fake_metatrader5.simulator import SimulatorClient, Symbol, exness_bitcoin, exness_gold, lost_answer

BITCOIN = "BTCUSDm"
STILL = {"seed": None, "history_minutes": 60, "gap_probability": 0.0}


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is asked for again without a wait."""
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 0.02)


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> type[Loading]:
    """The link of desks to come, as a terminal that is still loading."""
    monkeypatch.setattr(world_desk, "DirectLink", Loading)
    monkeypatch.setattr(Loading, "missing", frozenset())
    monkeypatch.setattr(Loading, "blank", ())
    return Loading


def begin(simulator: SimulatorClient, *symbols: Symbol) -> None:
    simulator.reset(world_desk.world(symbols=symbols))
    for symbol in symbols:
        simulator.push(symbol.name, symbol.price, symbol.price + symbol.spread * symbol.point)


def gold(**changes: object) -> Symbol:
    return exness_gold(**(STILL | {"price": BID} | changes))


def bitcoin(**changes: object) -> Symbol:
    return exness_bitcoin(**(STILL | changes))


class Loading(DirectLink):
    """A terminal that does not know `missing` symbols yet, or shows `blank` fields as zero, as while it is starting."""

    missing: frozenset[str] = frozenset()
    blank: tuple[str, ...] = ()

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if call.function != "order_send" and any(name in call.arguments for name in self.missing):
            return answered(Failed(code=-4, text="Terminal: Not found"))
        if call.function == "symbols_get":
            return answered(Answered(value=[], took_ms=0.1, at_s=0.0))
        answer = super().call(call)
        if call.function == "symbol_info" and isinstance(answered_call := answer.result(), Answered):
            zeros = {name: 0.0 for name in answered_call.value if name.startswith(self.blank)} if self.blank else {}
            return answered(msgspec.structs.replace(answered_call, value=answered_call.value | zeros))
        return answer


def answered(answer: Answer) -> asyncio.Future[Answer]:
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


async def plays_until(desk: WorldDesk, is_so: Callable[[], bool]) -> None:
    """The world goes on and both markets move until it is so."""
    for step in range(400):
        if is_so():
            return
        desk.simulator.advance(0.5)
        desk.simulator.push(GOLD, BID + 0.001 * (step % 9), BID + SPREAD + 0.001 * (step % 9))
        desk.simulator.push(BITCOIN, 60_000.0 + step % 7, 60_010.0 + step % 7)
        await asyncio.sleep(0.01)
    raise AssertionError([type(event).__name__ for event in desk.events][-30:])


def quoted(desk: WorldDesk) -> set[str]:
    return {event.quote.symbol for event in desk.of(QuoteReceived)}


async def test_that_a_symbol_the_terminal_did_not_know_at_the_start_is_traded_when_it_comes(
    simulator: SimulatorClient, loading: type[Loading]
) -> None:
    begin(simulator, gold(), bitcoin())
    loading.missing = frozenset({BITCOIN})
    desk = WorldDesk(simulator, desk_settings(symbols=(GOLD, BITCOIN)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        opened = await desk.enter()
        (missing,) = {event.reason for event in desk.of(SourceMissing)}
        loading.missing = frozenset()
        await plays_until(desk, lambda: BITCOIN in quoted(desk))
        assert desk.of(SourceFound) == [SourceFound(missing)]
        await desk.until(lambda: len(desk.of(Reconciled)) >= 2)
        desk.do(CloseTrade(opened.ticket))  # the position in gold is led as before
        assert (await desk.closes()).ticket == opened.ticket
    finally:
        await desk.stop()


async def test_that_an_order_without_an_answer_is_not_lost_where_a_symbol_comes(
    simulator: SimulatorClient, loading: type[Loading]
) -> None:
    begin(simulator, gold(), bitcoin())
    loading.missing = frozenset({BITCOIN})
    desk = WorldDesk(simulator, desk_settings(symbols=(GOLD, BITCOIN)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        simulator.inject(lost_answer())
        await desk.minute(HAMMER)
        await desk.hears(OrderSent)
        loading.missing = frozenset()
        await plays_until(desk, lambda: BITCOIN in quoted(desk) and bool(desk.of(TradeOpened)))
        (position,) = simulator.positions()
        assert {event.trade.ticket for event in desk.of(TradeOpened)} == {position["ticket"]}
        assert len(desk.sent("open")) == 1
    finally:
        await desk.stop()


async def test_that_a_position_whose_symbol_is_not_known_yet_is_managed_and_can_be_closed_once_it_is(
    simulator: SimulatorClient, tmp_path: Path, loading: type[Loading]
) -> None:
    begin(simulator, gold(), bitcoin())
    settings = desk_settings(symbols=(GOLD, BITCOIN), btcusd_rules=desk_settings().xauusd_rules)
    first = WorldDesk(simulator, settings, tmp_path)
    await first.start()
    first.trade_by_itself()
    opened = await first.enter()
    await first.stop()
    loading.missing = frozenset({GOLD})
    desk = WorldDesk(simulator, settings, tmp_path)
    try:
        await desk.start()
        assert [event.trade.ticket for event in desk.of(TradeOpened)] == [opened.ticket]
        assert quoted(desk) <= {BITCOIN}
        loading.missing = frozenset()
        await plays_until(desk, lambda: GOLD in quoted(desk))
        desk.do(Flatten())
        await desk.until(lambda: not simulator.positions())
        assert (await desk.closes()).ticket == opened.ticket
    finally:
        await desk.stop()


async def test_that_a_position_of_ours_in_a_symbol_that_nobody_watches_can_be_left(
    simulator: SimulatorClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 1000.0)
    begin(simulator, gold(), bitcoin())
    first = WorldDesk(simulator, desk_settings(), tmp_path)
    await first.start()
    await first.stop()
    lose_store(tmp_path)
    bid = simulator.tick(BITCOIN)["bid"]
    simulator.place(BITCOIN, 0.01, bid - 100.0, sl=bid - 1000.0, magic=MAGIC, comment=token_in(tmp_path))
    desk = WorldDesk(simulator, desk_settings(), tmp_path)
    try:
        await desk.start()
        simulator.push(BITCOIN, bid - 200.0, bid - 190.0)
        adopted = (await desk.hears(PositionAdopted)).trade
        assert BITCOIN not in desk.desk.feed.terms
        desk.do(CloseTrade(adopted.ticket))
        assert (await desk.closes()).ticket == adopted.ticket
    finally:
        await desk.stop()


@pytest.mark.parametrize(
    ("blank", "is_store_kept"),
    [
        (("trade_tick_value",), True),
        (("trade_tick_value",), False),
        (("volume_", "trade_contract_size", "trade_tick_", "point"), True),
    ],
)
async def test_that_a_position_is_ours_and_managed_before_its_terms_are_loaded(
    simulator: SimulatorClient, tmp_path: Path, loading: type[Loading], blank: tuple[str, ...], is_store_kept: bool
) -> None:
    begin(simulator, gold(), bitcoin())
    settings = desk_settings(symbols=(GOLD, BITCOIN))
    first = WorldDesk(simulator, settings, tmp_path)
    await first.start()
    first.trade_by_itself()
    opened = await first.enter()
    await first.stop()
    if not is_store_kept:
        lose_store(tmp_path)
    loading.blank = blank
    desk = WorldDesk(simulator, settings, tmp_path)
    try:
        await desk.start()
        doubted = {event.symbol: event.sentence for event in desk.of(TermsDoubted)}
        assert doubted[GOLD] == desk.desk.feed.terms[GOLD].doubt
        await desk.minute(QUIET)
        await desk.minute((0.0, -0.5))  # the first whole candle, and against the position
        await desk.until(lambda: not simulator.positions())
        closed = await desk.closes()
        assert (closed.ticket, closed.reason) == (opened.ticket, ExitReason.ADVERSE_CANDLE)
    finally:
        await desk.stop()


async def test_that_a_tick_value_of_nothing_is_asked_for_again_and_entries_wait_for_it(
    simulator: SimulatorClient,
) -> None:
    begin(simulator, gold())
    simulator.change_symbol(GOLD, tick_value=0.0)
    desk = WorldDesk(simulator, desk_settings(), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        await desk.until(lambda: desk.denials() == ["terms_unknown"])
        simulator.change_symbol(GOLD, tick_value=None)
        await desk.until(lambda: desk.of(TermsDoubted)[-1].sentence == "")
        await desk.enter()
    finally:
        await desk.stop()
