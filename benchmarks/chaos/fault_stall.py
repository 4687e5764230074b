"""A call of the terminal hangs and holds its interpreter: how long does Qt's event loop of the desk stand still?

Beside it another process, which has nothing to do with the desk, keeps time in the same way: what holds up both is the
machine.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.chaos.fault_desk import FaultDesk, running_desk, world
from benchmarks.machine import Row
from tests.fake_metatrader5.simulator import SimulatorClient, hang
from tests.fake_metatrader5.simulator import delay as takes

MAX_MS: Final = 50.0
_TICK_MS: Final = 5
_SYMBOLS: Final = 2
_CALM_S: Final = 20.0
_BESIDE: Final = f"""
import select, sys, time
largest, at = 0.0, time.perf_counter()
while True:
    if select.select([sys.stdin], (), (), {_TICK_MS / 1000})[0]:
        if not sys.stdin.readline():
            break
        print(largest * 1000.0, flush=True)
        largest = 0.0
    now = time.perf_counter()
    largest, at = max(largest, now - at), now
"""


def stall(hang_s: float, limit_s: float) -> list[Row]:
    """In a separate process: the largest gaps between two timers of five milliseconds, without and with a call that
    hangs for `hang_s`; `limit_s` is when the desk ends a worker whose call does not come back."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from gui.platform.event_loop import QtEventLoop
    from gui.platform.garbage import GarbageKeeper

    application = QApplication([])
    keeper = GarbageKeeper(application)  # as in the window
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
        rows = runner.run(_measure(hang_s, limit_s))
    keeper.deleteLater()
    return rows


class Gaps:
    """Keeps time on Qt's own timer."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._note)
        self._at = time.perf_counter()
        self._gaps_ms: list[float] = []
        self._timer.start()

    def _note(self) -> None:
        now = time.perf_counter()
        self._gaps_ms.append((now - self._at) * 1000.0)
        self._at = now

    def pop(self) -> list[float]:
        gaps, self._gaps_ms = sorted(self._gaps_ms), []
        return gaps


class Beside:
    """The other process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def pop_ms(self) -> float:
        """Its largest gap since this was last asked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print("largest", file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


@contextmanager
def _beside() -> Iterator[Beside]:
    command = [sys.executable, "-c", _BESIDE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Beside(process)


async def _measure(hang_s: float, limit_s: float) -> list[Row]:
    from gui.platform.garbage import keep_what_exists

    with SimulatorClient.start(world(_SYMBOLS, 1)) as simulator, _beside() as beside:
        async with running_desk(simulator, 1, _SYMBOLS, poll_limit_s=limit_s, order_limit_s=limit_s) as desk:
            desk.is_trading = True
            gaps = Gaps()
            keep_what_exists()
            await asyncio.sleep(1.0)
            gaps.pop()
            beside.pop_ms()
            await asyncio.sleep(_CALM_S)
            calm = _row("no call hangs", gaps.pop(), _CALM_S, beside.pop_ms())
            begun = time.monotonic()
            restarts = desk.desk.link.report.restarts
            functions = ("symbol_info_tick",)
            simulator.inject(hang(functions=functions) if limit_s < hang_s else takes(hang_s, functions=functions))
            await asyncio.sleep(hang_s)
            name = (
                f"a call hangs, its worker ended after {limit_s:g} s"
                if limit_s < hang_s
                else f"a call takes {hang_s:g} s"
            )
            assert limit_s > hang_s or desk.desk.link.report.restarts > restarts
            hung = _row(name, gaps.pop(), time.monotonic() - begun, beside.pop_ms())
            await _is_back(desk)
            return [calm, hung]


async def _is_back(desk: FaultDesk) -> None:
    async with asyncio.timeout(30.0):
        while not desk.diary.is_ready:
            await asyncio.sleep(0.05)


def is_late(row: Row) -> bool:
    """Whether the loop stood still for too long, and not because the machine did."""
    largest, machine = float(str(row["largest ms"])), float(str(row["beside ms"]))
    return largest > MAX_MS and largest > 2.0 * machine


def _row(name: str, gaps: list[float], seconds: float, beside_ms: float) -> Row:
    return {
        "while": name,
        "seconds": round(seconds, 1),
        "timers": len(gaps),
        "p99 ms": round(gaps[len(gaps) * 99 // 100], 1),
        "largest ms": round(gaps[-1], 1),
        "beside ms": round(beside_ms, 1),
    }
