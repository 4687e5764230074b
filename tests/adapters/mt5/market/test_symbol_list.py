"""The broker's symbols as the terminal lists them: all of them, in parts, or a sentence that says why not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from engine.adapters.mt5.calls import Answer, Answered, TerminalCall
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.market.symbol_list import FIELDS, GROUPS, TerminalSymbols
from engine.adapters.mt5.worker.results import plain_fields
from engine.errors import SymbolsUnavailable
from engine.market.symbol_list import OfferedSymbol
from tests.adapters.mt5.links import DirectLink
from tests.fake_metatrader5.simulator import SimulatorClient, World, exness_bitcoin, exness_gold

GOLD, BITCOIN = exness_gold(seed=None, history_minutes=5), exness_bitcoin(seed=None, history_minutes=5)
SMALL, HASH = replace(GOLD, name="mXAUEURm", is_selected=False), replace(GOLD, name="#AAPL", description="Apple Inc")
WORLD = World(symbols=(GOLD, replace(BITCOIN, is_selected=False), SMALL, HASH))


def link(simulator: SimulatorClient) -> DirectLink:
    simulator.reset(WORLD)
    return DirectLink(simulator, timedelta(hours=2))


async def test_that_every_symbol_is_listed_by_name_whatever_its_first_letter(simulator: SimulatorClient) -> None:
    found = await TerminalSymbols(link(simulator)).offered()
    assert [each.name for each in found] == ["#AAPL", "BTCUSDm", "mXAUEURm", "XAUUSDm"]
    bitcoin = found[1]
    assert (bitcoin.description, bitcoin.digits, bitcoin.is_selected) == ("Bitcoin vs US Dollar", 2, False)
    assert found[3].is_selected


async def test_that_the_list_is_asked_for_in_parts_with_few_fields(simulator: SimulatorClient) -> None:
    terminal = link(simulator)
    await TerminalSymbols(terminal).offered()
    assert [call.keywords["group"] for call in terminal.asked] == list(GROUPS)
    assert {call.fields for call in terminal.asked} == {FIELDS}


async def test_that_a_symbol_is_put_into_market_watch_before_it_counts(simulator: SimulatorClient) -> None:
    symbols = TerminalSymbols(link(simulator))
    assert await symbols.select("BTCUSDm") == ""
    assert {each.name: each.is_selected for each in await symbols.offered()}["BTCUSDm"]


async def test_that_a_symbol_the_broker_does_not_have_cannot_be_added(simulator: SimulatorClient) -> None:
    with pytest.raises(SymbolsUnavailable, match="NOPE cannot be added to the terminal's Market Watch"):
        await TerminalSymbols(link(simulator)).select("NOPE")


async def test_that_a_terminal_that_refuses_says_why_there_is_no_list(simulator: SimulatorClient) -> None:
    terminal = link(simulator)
    terminal.silent = ("symbols_get",)
    with pytest.raises(SymbolsUnavailable, match="The terminal did not list its symbols: "):
        await TerminalSymbols(terminal).offered()


async def test_that_a_link_that_cannot_be_read_says_what_to_do_and_asks_nothing(simulator: SimulatorClient) -> None:
    terminal = link(simulator)
    terminal.become(condition=Condition(LinkState.TERMINAL_CLOSED, "The terminal is closed.", "Start it."))
    symbols = TerminalSymbols(terminal)
    for asked in (symbols.offered(), symbols.select("BTCUSDm")):
        with pytest.raises(SymbolsUnavailable, match=r"The terminal is closed\. Start it\."):
            await asked
    assert terminal.asked == []


class _Answering(DirectLink):
    """Every list is the same."""

    rows: Any = ()

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if call.function != "symbols_get":
            return super().call(call)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(Answered(value=self.rows, took_ms=0.1, at_s=0.0))
        return answer


async def test_that_rows_no_terminal_can_have_are_left_out(simulator: SimulatorClient) -> None:
    terminal = _Answering(simulator, timedelta(hours=2))
    terminal.rows = [{"name": "ODD", "digits": -1, "trade_mode": [3], "visible": None}, {"digits": 2}, None, 7]
    assert await TerminalSymbols(terminal).offered() == (OfferedSymbol(name="ODD", is_selected=False),)
    terminal.rows = []
    with pytest.raises(SymbolsUnavailable, match="lists no symbols"):
        await TerminalSymbols(terminal).offered()


def test_that_a_symbol_that_can_only_be_closed_says_so() -> None:
    class Result:
        name, description, trade_mode = "XAUUSD", "Gold", 3

    assert plain_fields((Result(),), ("name", "trade_mode", "missing")) == [
        {"name": "XAUUSD", "trade_mode": 3, "missing": None}
    ]
    assert plain_fields(None, ("name",)) is None
