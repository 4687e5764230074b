"""Price alerts on a broker's live prices: while the desk runs, and over a time in which it did not."""

from __future__ import annotations

from pathlib import Path

from engine.domain.price_alerts import AddPriceAlert, AtLevel, PriceAlert, PriceAlertChanged, PriceAlertFired
from tests.adapters.mt5.desk.world_desk import BID, GOLD, QUIET, SPREAD, START, WorldDesk, world_desk
from tests.fake_metatrader5.simulator import SimulatorClient


async def add(desk: WorldDesk, *levels: float) -> None:
    for level in levels:
        alert = PriceAlert(alert_id=f"at {level}", symbol=GOLD, cause=AtLevel(level), created_at=START)
        desk.do(AddPriceAlert(alert))
    await desk.hears(PriceAlertChanged, len(levels))


async def test_that_an_alert_fires_once_on_live_prices_and_says_after_a_restart_what_was_passed_meanwhile(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as first:
        await first.minute(QUIET)
        await add(first, BID + 1.0, BID + 2.0, BID + 30.0)
        await first.tick(BID + 1.5)
        fired = await first.hears(PriceAlertFired)
        assert (fired.level, fired.price, fired.was_away) == (BID + 1.0, BID + 1.5, False)
    simulator.advance(120.0, in_steps_of=5.0)
    simulator.push(GOLD, BID + 3.0, BID + 3.0 + SPREAD)
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as second:
        await second.tick(BID + 3.0)
        passed = await second.hears(PriceAlertFired)
        assert (passed.level, passed.was_away) == (BID + 2.0, True)
        await second.minute(QUIET)
        assert len(second.of(PriceAlertFired)) == 1
        kinds = [entry.kind for entry in second.desk.archive.journal.read() if entry.kind.startswith("price_alert")]
        assert kinds == ["price_alert_added"] * 3 + ["price_alert_fired"] * 2
