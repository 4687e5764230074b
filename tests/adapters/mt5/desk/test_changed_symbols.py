"""A live desk whose symbols were changed between two runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from engine.domain.messages.commands import CloseTrade
from engine.domain.messages.engine import RecallCandle
from engine.domain.messages.trading import DayFiguresChanged
from tests.adapters.mt5.desk import world_desk as w
from tests.fake_metatrader5.simulator import SimulatorClient, exness_bitcoin, exness_gold

BITCOIN = "BTCUSDm"


async def test_that_a_desk_starts_and_counts_the_day_after_its_symbols_were_changed(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    gold = exness_gold(seed=None, history_minutes=60, gap_probability=0.0, price=w.BID)
    world = w.world(symbols=(gold, exness_bitcoin(seed=None, history_minutes=60, gap_probability=0.0)))
    simulator.reset(world)
    for symbol in world.symbols:
        simulator.push(symbol.name, symbol.price, symbol.price + symbol.spread * symbol.point)
    desk = w.WorldDesk(simulator, w.desk_settings(symbols=(w.GOLD,)), tmp_path)
    await desk.start()
    desk.trade_by_itself()
    opened = await desk.enter()
    desk.do(CloseTrade(opened.ticket))
    closed = await desk.closes()
    await desk.stop()
    desk = w.WorldDesk(simulator, w.desk_settings(symbols=(BITCOIN,)), tmp_path)
    try:
        await desk.start()
        figures = desk.of(DayFiguresChanged)[-1].figures
        assert (figures.trades, figures.profit) == (1, closed.net_profit)
        desk.do(RecallCandle(w.GOLD, closed.entered_at))
    finally:
        with suppress(BaseException):
            await desk.stop()
