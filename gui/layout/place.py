"""Windows that stand where there is a screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

TITLE_HEIGHT = 40
LEAST_SEEN = QSize(120, 24)
"""Of the upper edge, by which a person can take hold of a window."""


def bring_into_view(window: QWidget) -> bool:
    """Moves a window whose upper edge no screen shows onto the main screen; False where it could stay."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    frame = window.frameGeometry()
    if not screens or any(_can_be_held(frame, screen) for screen in screens):
        return False
    room = QGuiApplication.primaryScreen().availableGeometry()
    size = window.size().boundedTo(room.size())
    window.resize(size)
    window.move(room.center() - QRect(room.topLeft(), size).center() + room.topLeft())
    return True


def _can_be_held(frame: QRect, screen: QRect) -> bool:
    seen = QRect(frame.topLeft(), QSize(frame.width(), TITLE_HEIGHT)).intersected(screen)
    return seen.width() >= min(LEAST_SEEN.width(), frame.width()) and seen.height() >= LEAST_SEEN.height()
