"""A desk that is used without a pause: `python -m benchmarks.chaos.soak [--minutes N] [--json] [--stacks]`.

The real window runs on the demo market at 20x, on Qt's offscreen platform unless QT_QPA_PLATFORM says otherwise, and a
scripted person opens, changes and closes everything in it, round after round: as quickly as a hand can within each act,
with ten seconds to look at the market between two of them. The first third of the run warms up in a hurry, with one
second between two acts, so that everything has been opened dozens of times: slope and handles are of the rest, gaps and
warnings of the whole run. Handles are counted between two rounds, when only the desk's own window is open. Of Qt's
warnings those alone are left out by which the offscreen platform says that it cannot do `propagateSizeHints` and
`raise`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from benchmarks.chaos.soak_gauges import Complaints, LoopWatch, MemoryWatch, StackWatch, open_handles
from benchmarks.chaos.soak_user import User
from benchmarks.history import Figure, record
from benchmarks.machine import print_json, print_machine, print_table
from benchmarks.painting import themed_application
from config.settings import Settings
from engine.bootstrap import build_engine
from gui import theme
from gui.beside import WindowsBeside
from gui.features.layout.file import LayoutFile
from gui.features.opening.markets import Markets
from gui.platform.event_loop import QtEventLoop
from gui.platform.garbage import GarbageKeeper, keep_what_exists
from gui.running_desk import RunningDesk
from gui.window import MainWindow

SPEED, SEED = 20.0, 7
WARM_UP_SHARE = 1 / 3
HURRIED_LOOK_S, LOOK_S = 1.0, 10.0
"""Between two acts, while the run warms up and after that."""
LATE_MS = 80.0
"""From here on `--stacks` asks where the loop stands."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything that is read while the desk runs."""

    loop: LoopWatch
    memory: MemoryWatch
    complaints: Complaints
    stacks: StackWatch | None


async def soak(minutes: float, folder: Path, *, has_stacks: bool) -> dict[str, Any]:
    """Uses a desk for so many minutes; every figure of this benchmark."""
    complaints = Complaints()
    complaints.listen(asyncio.get_running_loop())
    running = _open_desk(folder)
    beside = WindowsBeside(None, folder)
    beside.serve(running)
    loop = LoopWatch()
    gauges = Gauges(loop, MemoryWatch(), complaints, StackWatch(loop, LATE_MS) if has_stacks else None)
    if gauges.stacks is not None:
        gauges.stacks.start()
    try:
        return await _use(running, beside, gauges, 60.0 * minutes)
    finally:
        loop.stop()
        gauges.memory.stop()
        await running.close()
        await beside.close()


def _open_desk(folder: Path) -> RunningDesk:
    """As the front door opens it, in its own directory."""
    markets = Markets.demo(SEED)
    window = MainWindow(theme.DARK, LayoutFile(folder / "layout.json"))
    window.show()
    desk = build_engine(markets.markets, Settings(), speed=SPEED, directory=folder / "store")
    running = RunningDesk(window, desk, markets, folder)
    window.desk.settings.keep_in(folder / "settings.json")
    return running


async def _use(running: RunningDesk, beside: WindowsBeside, gauges: Gauges, seconds: float) -> dict[str, Any]:
    user = User(running, beside, SEED)
    began_s, warm_s = time.monotonic(), WARM_UP_SHARE * seconds
    handles: list[int] = []
    desk = running.window.desk
    while not (desk.charts and all(chart.count for chart in desk.charts.values()) and desk.trading.modes.is_known):
        await asyncio.sleep(0.05)
    keep_what_exists()
    while (used_s := time.monotonic() - began_s) < seconds:
        await user.do_all(
            lambda name: setattr(gauges.loop, "during", name),
            lambda: time.monotonic() - began_s < seconds,
            HURRIED_LOOK_S if used_s < warm_s else LOOK_S,
        )
        gauges.loop.during = "rest"
        await asyncio.sleep(1.0)
        if time.monotonic() - began_s >= warm_s:
            handles.append(open_handles())
    return _figures(gauges, user, handles, seconds)


def _figures(gauges: Gauges, user: User, handles: list[int], seconds: float) -> dict[str, Any]:
    complaints, memory = gauges.complaints, gauges.memory
    return {
        "minutes": round(seconds / 60.0, 2),
        "memory_slope_mb_per_h": round(memory.slope_mb_per_h(WARM_UP_SHARE * seconds), 2),
        "max_frame_gap_ms": gauges.loop.longest_ms,
        "qt_warnings": complaints.of_qt.total(),
        "handles_start": handles[0],
        "handles_end": handles[-1],
        "warm_up_minutes": round(WARM_UP_SHARE * seconds / 60.0, 2),
        "memory_mb": memory.by_minute(),
        "objects": len(gc.get_objects()),
        "widgets": len(QApplication.allWidgets()),
        "worst_gaps": [asdict(gap) for gap in sorted(gauges.loop.worst, reverse=True)],
        "warnings": dict(complaints.of_qt),
        "errors": dict(complaints.of_python),
        "acts": dict(user.done),
        "unanswered": dict(user.unanswered),
        "stacks": {} if gauges.stacks is None else dict(gauges.stacks.places.most_common(25)),
    }


def print_results(results: dict[str, Any]) -> None:
    print_machine()
    for name, value in results.items():
        if not isinstance(value, dict | list):
            print(f"{name.replace('_', ' ')}: {value}")
    if worst := results["worst_gaps"]:
        print_table("The longest gaps between two turns of the event loop", worst)
    for title in ("warnings", "errors", "acts", "unanswered", "stacks"):
        if counted := results[title]:
            print_table(title.capitalize(), [{"count": count, "what": what} for what, count in counted.items()])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the desk is used")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--stacks", action="store_true", help="tell where the event loop stood when it was late")
    options = parser.parse_args(arguments)
    application = themed_application()
    application.setQuitOnLastWindowClosed(False)
    GarbageKeeper(application)
    with (
        TemporaryDirectory(prefix="microscalp-soak-") as folder,
        asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner,
    ):
        results = runner.run(soak(options.minutes, Path(folder), has_stacks=options.stacks))
    (print_json if options.json else print_results)(results)
    figures = {
        "longest gap of the event loop": Figure(results["max_frame_gap_ms"], "ms"),
        "memory at the end": Figure(results["memory_mb"][-1], "MB"),
    }
    record("chaos.soak", options, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
