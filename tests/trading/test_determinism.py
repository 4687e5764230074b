"""The same recording and settings give the same decisions, at every speed, on every machine and in every language."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.commands.chronicle import Chronicle
from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan
from engine.domain.messages.engine import CandleClosed, Event
from engine.lab.unattended import trade_without_asking
from engine.persistence.opening import DATABASE_FILE
from tests.adapters.virtual_time import VirtualLoop, in_virtual_time
from tests.builders import plan
from tests.recordings import recording

pytestmark = pytest.mark.long

EXPORT = "XAUUSD_M1_202602160207_202602272357.csv"
CANDLES = 800
"""Enough that the limit of trades a day is reached."""


@pytest.fixture(scope="module")
def stretch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of a real recording."""
    whole = recording(EXPORT)
    path = tmp_path_factory.mktemp("stretch") / EXPORT
    with whole.open(encoding="utf-8") as lines:
        path.write_text("".join(islice(lines, CANDLES + 1)), encoding="utf-8")
    return path


def replayed(
    path: Path,
    speed: float,
    directory: Path | None = None,
    settings: Settings | None = None,
    visit: Callable[[PlayedDesk], None] = lambda _: None,
) -> Chronicle:
    """The chronicle of a recording played at that speed, waiting in virtual time; `visit` meets the desk before."""
    markets = open_markets(MarketChoice(files=(path,)))
    settings = settings or Settings()
    desk = build_engine(markets, settings, speed=speed, start=markets[0].first_at, directory=directory)
    chronicle = Chronicle()
    chronicle.listen(desk.bus)
    visit(desk)
    trade_without_asking(desk, settings)

    async def play(_: VirtualLoop) -> None:
        await desk.engine.play()

    in_virtual_time(play)
    desk.archive.close()
    return chronicle


@pytest.fixture(scope="module")
def reference(stretch: Path) -> Chronicle:
    """What is decided as fast as it goes."""
    return replayed(stretch, math.inf)


def test_that_something_is_decided_at_all(reference: Chronicle) -> None:
    assert reference.candles == CANDLES
    assert len(reference.trades) > 5


@pytest.mark.parametrize("speed", [1.0, 1000.0])
def test_that_the_speed_of_playing_changes_no_decision(stretch: Path, reference: Chronicle, speed: float) -> None:
    """At the user's speed every minute is drawn; as fast as it goes, only where something depends on it."""
    slow = replayed(stretch, speed)
    assert (slow.decision_hash, slow.trades) == (reference.decision_hash, reference.trades)


def plan_often(desk: PlayedDesk) -> None:
    """Adds a plan at the close of every twentieth candle, for some minutes and a part of one."""
    count = 0

    def add(event: Event) -> None:
        nonlocal count
        assert isinstance(event, CandleClosed)
        count += 1
        if count % 20 == 0:
            at, close = event.snapshot.candle.closed_at, event.snapshot.candle.close
            levels = {"entry_price": close, "stop_loss": close - 0.9, "take_profit": close + 1.9}
            ends_at = at + timedelta(minutes=7, seconds=13)
            desk.engine.handle(AddPlan(plan(plan_id=f"plan-{count}", created_at=at, expires_at=ends_at, **levels)))

    desk.bus.subscribe(add, CandleClosed)


@pytest.mark.parametrize("check_s", [7, 137])
def test_that_plans_are_compared_with_the_price_at_the_same_instants_at_any_speed(
    stretch: Path, tmp_path: Path, check_s: int
) -> None:
    hours = tmp_path / EXPORT
    hours.write_text("".join(stretch.read_text(encoding="utf-8").splitlines(keepends=True)[:201]), encoding="utf-8")
    chosen = Settings(check_interval_seconds=check_s)
    fast = replayed(hours, math.inf, settings=chosen, visit=plan_often)
    slow = replayed(hours, 1000.0, settings=chosen, visit=plan_often)
    assert (slow.decision_hash, slow.trades) == (fast.decision_hash, fast.trades)


def test_that_a_plan_that_another_program_writes_is_taken_in_at_the_same_instant_at_any_speed(
    stretch: Path, tmp_path: Path
) -> None:
    hour = tmp_path / EXPORT
    hour.write_text("".join(stretch.read_text(encoding="utf-8").splitlines(keepends=True)[:61]), encoding="utf-8")
    row = plan(direction=Side.BUY)
    values = (row.symbol, row.direction, row.entry_price, row.stop_loss, row.take_profit, row.volume)

    def played(speed: float) -> Chronicle:
        directory = tmp_path / f"{speed}"
        directory.mkdir()

        def write_beside(desk: PlayedDesk) -> None:
            def write(_: Event) -> None:
                with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as other:
                    if other.execute("SELECT count(*) FROM trade_plans").fetchone()[0] == 0:
                        other.execute(
                            "INSERT INTO trade_plans (plan_id, symbol, direction, entry_price, stop_loss, take_profit, "
                            """volume, conditions) VALUES ('p', ?, ?, ?, ?, ?, ?, '{"plan_type": "micro_scalp"}')""",
                            values,
                        )

            desk.bus.subscribe(write, CandleClosed)

        return replayed(hour, speed, directory, visit=write_beside)

    assert played(1000.0).decision_hash == played(math.inf).decision_hash


def test_that_a_store_on_the_disk_changes_no_decision(stretch: Path, reference: Chronicle, tmp_path: Path) -> None:
    assert replayed(stretch, math.inf, tmp_path).decision_hash == reference.decision_hash


def test_that_a_store_written_beside_the_loop_changes_no_decision(
    stretch: Path, reference: Chronicle, tmp_path: Path
) -> None:
    markets = open_markets(MarketChoice(files=(stretch,)))
    desk = build_engine(markets, Settings(), speed=math.inf, start=markets[0].first_at, directory=tmp_path)
    chronicle = Chronicle()
    chronicle.listen(desk.bus)
    trade_without_asking(desk, desk.settings)

    async def play() -> None:
        writing = asyncio.create_task(desk.archive.journal.run())
        await asyncio.sleep(0)
        await desk.engine.play()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    asyncio.run(play())
    desk.archive.close()
    assert (chronicle.decision_hash, chronicle.trades) == (reference.decision_hash, reference.trades)
    again = build_engine(markets, Settings(), speed=math.inf, start=markets[0].first_at, directory=tmp_path)
    assert len(again.archive.trades(desk.settings).read()) == len(reference.trades)
    again.archive.close()


@pytest.mark.parametrize(("zone", "language"), [("America/New_York", "C"), ("Pacific/Chatham", "tr_TR.UTF-8")])
def test_that_time_zone_and_language_of_the_machine_change_no_decision(
    stretch: Path, reference: Chronicle, tmp_path: Path, zone: str, language: str
) -> None:
    report = _replayed_by_command(stretch, tmp_path, {"TZ": zone, "LC_ALL": language, "LANG": language})
    assert report["decision_hash"] == reference.decision_hash
    assert (report["candles"], len(report["trades"])) == (CANDLES, len(reference.trades))


def _replayed_by_command(path: Path, home: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What `microscalp replay --auto --json` prints in a separate process, without the person's configuration."""
    command = [sys.executable, "-m", "gui.app", "replay", str(path), "--auto", "--json"]
    where = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONHASHSEED": "7"}
    finished = subprocess.run(
        command, env=os.environ | where | environment, capture_output=True, text=True, check=True, timeout=120
    )
    return dict(json.loads(finished.stdout))
