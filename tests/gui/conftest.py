"""Qt without a screen, and what a test leaves is ended on the window's thread as the desk does it, after each test."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from gui.garbage import collect_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def leftovers_end_on_this_thread() -> Iterator[None]:
    gc.disable()
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else the next test would wait for them
    collect_due()
    gc.enable()
