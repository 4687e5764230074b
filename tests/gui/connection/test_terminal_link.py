"""The link to a terminal on the window's own loop: nothing that the terminal does is felt."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from engine.adapters.mt5.calls import Lost, TerminalCall
from engine.adapters.mt5.conditions import LinkState
from gui.platform.event_loop import QtEventLoop
from tests.adapters.mt5.linked import StandIn, linked, swift_settings


class FrameTimer:
    """Notes how long the window would have stood still."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._fired_at = time.perf_counter()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
        self._timer.timeout.connect(self._fire)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _fire(self) -> None:
        now = time.perf_counter()
        self.longest_s, self._fired_at = max(self.longest_s, now - self._fired_at), now


def test_that_the_window_does_not_stand_still_while_a_call_hangs_and_its_worker_is_replaced(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = StandIn(tmp_path)
    monkeypatch.setenv("STAND_IN_FILE", str(terminal.file))

    async def hang() -> float:
        async with linked(swift_settings(poll_limit_s=0.25)) as desk:
            frames = FrameTimer()
            await desk.reach(LinkState.READY)
            terminal.set(takes={"positions_get": 120.0}, holds_gil=True)
            answer = await desk.link.call(TerminalCall(function="positions_get"))
            assert isinstance(answer, Lost)
            terminal.set(takes={})
            await desk.reach(LinkState.WORKER_LATE)
            await desk.reach(LinkState.READY)
            frames.stop()
            return frames.longest_s

    with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
        # A busy machine may hold up any process now and then, a hanging call would hold it up each time.
        assert any(runner.run(hang()) < 0.05 for _ in range(3))
