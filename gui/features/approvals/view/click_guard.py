"""Ignores clicks on a button that has just appeared or moved under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

STILL_FOR_MS = 400
"""Milliseconds for which a button must have been visible in one place before it takes a click."""
LOOK_EVERY_MS = 40

_Place = tuple[QPoint, bool]


class ClickGuard(QObject):
    """Watches the position on the screen of the buttons that `buttons` lists, and whether they are covered."""

    def __init__(self, buttons: Callable[[], list[QPushButton]], parent: QObject) -> None:
        super().__init__(parent)
        self._buttons = buttons
        self._clock = QElapsedTimer()
        self._clock.start()
        self._places: dict[QPushButton, tuple[_Place, int]] = {}
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def look(self) -> None:
        """Notes where every button stands now; stops looking when there are none."""
        now, before = self._clock.elapsed(), self._places
        self._places = {}
        for button in self._buttons():
            place = _place_of(button)
            known = before.get(button)
            self._places[button] = known if known is not None and known[0] == place else (place, now)
        if not self._places:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def admits(self, button: QPushButton) -> bool:
        """Whether the button has stood still, uncovered, for long enough."""
        self.look()
        found = self._places.get(button)
        return found is not None and found[0][1] and self._clock.elapsed() - found[1] >= STILL_FOR_MS

    def restart(self, button: QPushButton) -> None:
        """The meaning of the button has changed: treats it as if it had just appeared."""
        self._places.pop(button, None)
        self.look()


class GuardedButton(QPushButton):
    """A button for the mouse alone that takes only clicks the guard admits, and never the second of a double click.

    It takes no keyboard: one that had it would hand it to the next card when its own card goes.
    """

    def __init__(self, words: str, name: str, tip: str, guard: ClickGuard) -> None:
        super().__init__(words)
        self._guard = guard
        self.setObjectName(name)
        self.setToolTip(tip)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._guard.admits(self):
            super().mousePressEvent(event)
        else:
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


def _place_of(button: QPushButton) -> _Place:
    """Where on the screen it is, and whether it is this button that is seen there."""
    middle = button.mapToGlobal(button.rect().center())
    return middle, button.isVisible() and _is_seen_at(button, middle)


def _is_seen_at(button: QWidget, middle: QPoint) -> bool:
    return QApplication.widgetAt(middle) is button
