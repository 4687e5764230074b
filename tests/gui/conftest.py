"""Qt without a screen, and what a test leaves is ended on the window's thread as the desk does it, after each test."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.platform.garbage import collect_due

SCREEN = os.path.relpath(Path(__file__).with_name("screen.json"))
"""A screen of 1920 x 1080: Qt's own without one has 800 x 800, for which no trader's window is made. Relative, since a
colon, as in `C:`, would part the options."""
if os.environ.setdefault("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"

PATIENCE_MS = 60_000
"""On a machine that is busy with other tests."""


class PatientBot(QtBot):
    """Waits as long as a busy machine may need where a test names no limit of its own; Qt's own 5 s are too few."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:  # noqa: ARG001
    return PatientBot(request)


@pytest.fixture(autouse=True)
def leftovers_end_on_this_thread() -> Iterator[None]:
    gc.disable()
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else the next test would wait for them
    collect_due()
    gc.enable()
