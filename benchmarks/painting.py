"""Shared by the benchmarks of the window: Qt's offscreen platform, and the time until something is painted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from gui import theme


@cache
def themed_application() -> QApplication:
    """The application, with the desk's theme; it lives as long as the process."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application)
    return application


def flush() -> None:
    """Delivers what Qt has queued and paints it."""
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def timed_ms(act: Callable[[], object]) -> float:
    """Milliseconds that `act` takes."""
    began = time.perf_counter()
    act()
    return 1000.0 * (time.perf_counter() - began)


def painted_ms(act: Callable[[], object]) -> float:
    """Milliseconds that `act` takes until its outcome is painted."""
    began = time.perf_counter()
    act()
    flush()
    return 1000.0 * (time.perf_counter() - began)
