"""The tick value where the broker contradicts itself."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from config.trading import ExecutionSettings
from engine.adapters.mt5.calls import Answer, Answered, TerminalCall
from engine.domain.market import Side
from engine.domain.messages.engine import TermsDoubted
from tests.adapters.mt5.desk import world_desk
from tests.adapters.mt5.desk.world_desk import (
    BID,
    GOLD,
    HAMMER,
    WorldDesk,
    desk_settings,
)
from tests.adapters.mt5.links import DirectLink
from tests.fake_metatrader5.simulator import SimulatorClient, Symbol, exness_gold

BY_RISK = desk_settings(execution=ExecutionSettings(sizing="risk", risk_pct=0.5))
STILL = {"seed": None, "history_minutes": 60, "gap_probability": 0.0}


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is asked for again without a wait."""
    monkeypatch.setattr("engine.adapters.mt5.market.symbol_keeper.LOOK_S", 0.02)


@pytest.fixture
def misreporting(monkeypatch: pytest.MonkeyPatch) -> type[Misreporting]:
    """The link of desks to come, to a broker that states a wrong tick value."""
    monkeypatch.setattr(world_desk, "DirectLink", Misreporting)
    monkeypatch.setattr(Misreporting, "share", 1.0)
    return Misreporting


def begin(simulator: SimulatorClient, *symbols: Symbol) -> None:
    simulator.reset(world_desk.world(symbols=symbols))
    for symbol in symbols:
        simulator.push(symbol.name, symbol.price, symbol.price + symbol.spread * symbol.point)


def gold(**changes: object) -> Symbol:
    return exness_gold(**(STILL | {"price": BID} | changes))


def answered(answer: Answer) -> asyncio.Future[Answer]:
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future


class Misreporting(DirectLink):
    """`symbol_info` states `share` of the true tick value; what the broker books and calculates is right."""

    share = 1.0

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        answer = super().call(call)
        answered_call = answer.result()
        if call.function == "symbol_info" and isinstance(answered_call, Answered):
            fields = {
                name: answered_call.value[name] * self.share
                for name in answered_call.value
                if name.startswith("trade_tick_val")
            }
            return answered(msgspec.structs.replace(answered_call, value=answered_call.value | fields))
        return answer


def at_risk(simulator: SimulatorClient) -> list[float]:
    """What the stops of the open positions would lose by the broker's own sums, in dollars."""
    return [(each["price_open"] - each["sl"]) * 100.0 * each["volume"] for each in simulator.positions()]


@pytest.mark.parametrize("share", [1.0, 0.1, 10.0])
async def test_that_a_trade_is_sized_by_the_worse_of_two_tick_values(
    simulator: SimulatorClient, misreporting: type[Misreporting], share: float
) -> None:
    misreporting.share = share
    begin(simulator, gold())
    desk = WorldDesk(simulator, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.enter()
        (money,) = at_risk(simulator)
        assert money <= 50.0
        assert money > 40.0 or share > 1.0
        assert [event.symbol for event in desk.of(TermsDoubted)] == ([] if share == 1.0 else [GOLD])
        contract = desk.desk.contracts[GOLD]
        assert contract.profit(Side.BUY, BID, BID + 1.0, 1.0) == pytest.approx(100.0 * min(1.0, share))
        assert contract.profit(Side.BUY, BID, BID - 1.0, 1.0) == pytest.approx(-100.0 * max(1.0, share))
        assert contract.margin(BID, 1.0) == pytest.approx(BID * 100.0 / 500, rel=1e-3)
    finally:
        await desk.stop()


async def test_that_nothing_is_sized_by_tick_values_that_are_absurdly_far_apart(
    simulator: SimulatorClient, misreporting: type[Misreporting]
) -> None:
    misreporting.share = 0.001
    begin(simulator, gold())
    desk = WorldDesk(simulator, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        await desk.until(lambda: desk.denials() == ["terms_unknown"])
        assert simulator.positions() == []
        assert "no trade can be sized" in desk.of(TermsDoubted)[-1].sentence
    finally:
        await desk.stop()


async def test_that_a_tick_value_that_goes_wrong_later_is_noticed_within_the_hour(
    simulator: SimulatorClient, misreporting: type[Misreporting]
) -> None:
    begin(simulator, gold())
    desk = WorldDesk(simulator, BY_RISK, None)
    try:
        await desk.start()
        desk.trade_by_itself()
        misreporting.share = 0.1
        simulator.advance(3601.0, in_steps_of=600.0)
        await desk.hears(TermsDoubted)
        await desk.enter()
        assert [money <= 50.0 for money in at_risk(simulator)] == [True]
    finally:
        await desk.stop()
