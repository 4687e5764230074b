"""Names of gold and bitcoin at the broker and in the settings."""

from __future__ import annotations

import pytest

from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.domain.market import DayRoll
from engine.domain.messages.engine import CandleClosed
from tests.adapters.mt5.desk import world_desk
from tests.adapters.mt5.desk.world_desk import (
    BID,
    HAMMER,
    OFFSET,
    SPREAD,
    START,
    WorldDesk,
    desk_settings,
)
from tests.adapters.mt5.links import DirectLink
from tests.fake_metatrader5.simulator import Clock, SimulatorClient, Symbol, World, exness_bitcoin, exness_gold

BITCOIN = "BTCUSDm"
STILL = {"seed": None, "history_minutes": 60, "gap_probability": 0.0}


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is asked for again without a wait."""
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 0.02)


def begin(simulator: SimulatorClient, *symbols: Symbol) -> None:
    simulator.reset(world_desk.world(symbols=symbols))
    for symbol in symbols:
        simulator.push(symbol.name, symbol.price, symbol.price + symbol.spread * symbol.point)


def gold(**changes: object) -> Symbol:
    return exness_gold(**(STILL | {"price": BID} | changes))


def bitcoin(**changes: object) -> Symbol:
    return exness_bitcoin(**(STILL | changes))


def resolver(simulator: SimulatorClient, *symbols: Symbol) -> SymbolResolver:
    simulator.reset(World(symbols=symbols, clock=Clock(start=START, is_manual=True)))
    for symbol in symbols:
        simulator.push(symbol.name, symbol.price, symbol.price + SPREAD)
    return SymbolResolver(DirectLink(simulator, OFFSET))


@pytest.mark.parametrize("name", ["GOLD", "mXAUUSD"])
async def test_that_gold_by_another_name_is_found_and_judged_by_the_rules_of_gold(
    simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(world_desk, "GOLD", name)
    begin(simulator, gold(name=name))
    desk = WorldDesk(simulator, desk_settings(symbols=("XAUUSD",)), None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        assert desk.of(CandleClosed)[-1].judgement is not None
        await desk.until(lambda: bool(simulator.positions()))
    finally:
        await desk.stop()


@pytest.mark.parametrize("name", ["#BTCUSD", "CRYPTO.BTCUSD", "BITCOIN", "mBTCUSD", "btc-cfd"])
async def test_that_bitcoin_by_another_name_rolls_its_day_at_midnight_utc(
    simulator: SimulatorClient, name: str
) -> None:
    (terms,) = (await resolver(simulator, bitcoin(name=name)).resolve([name])).terms
    assert (terms.instrument.day_roll, terms.instrument.stands_for) == (DayRoll.UTC_MIDNIGHT, "BTCUSD")
    assert terms.contract.stands_for == "BTCUSD"


@pytest.mark.parametrize("asked", ["XAUUSD", "GOLD", "XAU/USD", "gold#"])
async def test_that_gold_is_found_by_each_of_its_names(simulator: SimulatorClient, asked: str) -> None:
    found = await resolver(simulator, gold(name="XAUUSD.r"), bitcoin()).resolve([asked])
    assert [terms.symbol for terms in found.terms] == ["XAUUSD.r"]


async def test_that_a_company_called_gold_is_not_taken_for_the_metal(simulator: SimulatorClient) -> None:
    company = gold(name="GOLD", base="USD", path="Stocks\\NYSE\\GOLD")
    found = await resolver(simulator, company).resolve(["XAUUSD"])
    assert found.terms == ()
    (terms,) = (await resolver(simulator, company).resolve(["GOLD"])).terms
    assert desk_settings().rules_for(terms.symbol, terms.contract.stands_for) is None
