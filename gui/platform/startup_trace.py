"""Milestones of a start, for the start-up benchmark: one JSON line each on standard error, when it asks for them."""

from __future__ import annotations

import json
import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_IS_ON = bool(os.environ.get("MICROSCALP_STARTUP_TRACE"))


def milestone(name: str) -> None:
    """Writes that `name` was reached, with the monotonic time in seconds."""
    if _IS_ON:
        print(json.dumps({"milestone": name, "monotonic_s": time.monotonic()}), file=sys.stderr, flush=True)  # noqa: T201


class FirstPaint(QObject):
    """Writes a milestone once the next paint of any widget has been delivered."""

    def __init__(self, application: QApplication, name: str) -> None:
        super().__init__(application)
        self._application = application
        self._name = name
        if _IS_ON:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._application.removeEventFilter(self)
            QTimer.singleShot(0, lambda: milestone(self._name))
        return False
