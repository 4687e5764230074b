"""Window placement: wholly on a screen, even if the window was made for another one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication, QRegion, QScreen, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

TITLE_BAR = QSize(16, 40)
"""Pixels that the system's frame adds to a window, where the system has not said yet."""


def largest_size(screen: QScreen) -> QSize:
    """The largest size of a window, without its frame, that is wholly in sight on `screen`."""
    return screen.availableGeometry().size() - TITLE_BAR


def fit_to_screen(window: QWidget) -> bool:
    """Move and shrink a top-level window until no part of it is off the screens; False where nothing was to do.

    A window that spans several screens stays as it is. One that is maximised or full screen is the system's to place.
    """
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if not screens or window.isMaximized() or window.isFullScreen():
        return False
    frame = window.frameGeometry()
    if _is_covered(frame, screens):
        return False
    space = max(screens, key=lambda screen: _area(frame.intersected(screen)))
    if not _area(frame.intersected(space)):
        space = QGuiApplication.primaryScreen().availableGeometry()
    border = frame.size() - window.size()
    window.resize(window.size().boundedTo(space.size() - (TITLE_BAR if border.isEmpty() else border)))
    window.move(_nearest(window.frameGeometry(), space).topLeft())
    return True


def keep_clear(window: QWidget, of: QRect) -> bool:
    """Move a floating window beside an area of the screen that it covers; False where it covers nothing of it."""
    frame = window.frameGeometry()
    if not frame.intersects(of):
        return False
    space = window.screen().availableGeometry()
    fits_left = of.left() - space.left() >= space.right() - of.right()
    frame.moveLeft(of.left() - frame.width() if fits_left else of.right() + 1)
    window.move(_nearest(frame, space).topLeft())
    return True


class FittedDialog(QDialog):
    """A dialog that is wholly on a screen whenever it is shown."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_screen(self)


def _is_covered(frame: QRect, screens: list[QRect]) -> bool:
    uncovered = QRegion(frame)
    for screen in screens:
        uncovered -= QRegion(screen)
    return uncovered.isEmpty()


def _nearest(frame: QRect, space: QRect) -> QRect:
    """The frame moved as little as possible until `space` contains it, or at least its upper left corner."""
    left = max(space.left(), min(frame.left(), space.right() + 1 - frame.width()))
    top = max(space.top(), min(frame.top(), space.bottom() + 1 - frame.height()))
    return QRect(left, top, frame.width(), frame.height())


def _area(rectangle: QRect) -> int:
    return max(0, rectangle.width()) * max(0, rectangle.height())
