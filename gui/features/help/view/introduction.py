"""Guides the user through the window, which keeps running meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from gui.features.help.model.introduction import IntroductionModel
from gui.features.help.view.bubble import Bubble, Ring
from gui.theme import Theme

LOOK_EVERY_MS = 150
"""Panels move under the ring: it follows."""
MARGIN = 3


class Introduction(QObject):
    """Makes bubble and ring when they are needed first. A place that is not visible is described in the middle."""

    def __init__(self, window: QMainWindow, place: Callable[[str], QRect], theme: Callable[[], Theme]) -> None:
        """`place` says where something is, in the window's pixels; empty where it is not visible."""
        super().__init__(window)
        self._theme = theme
        self.model = IntroductionModel(parent=self)
        self._window, self._place_of = window, place
        self.bubble: Bubble | None = None
        self.ring: Ring | None = None
        self._focus: QWidget | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._place)
        self.model.changed.connect(self._show)

    def begin(self) -> None:
        """Starts at the first step."""
        if self.bubble is None:
            self.ring, self.bubble = Ring(self._window), Bubble(self.model, self._theme(), self._window)
        self._focus = QApplication.focusWidget()
        self.model.begin()

    def _show(self) -> None:
        ring, bubble = self.ring, self.bubble
        if ring is None or bubble is None:
            return
        if self.model.step is None:
            self._remove(ring, bubble)
            return
        bubble.refresh()
        self._place()
        bubble.show()
        bubble.raise_()
        bubble.further.setFocus()
        self._timer.start()

    def _remove(self, ring: Ring, bubble: Bubble) -> None:
        """The keyboard goes back first: Qt would look for its next place within the bubble."""
        self._timer.stop()
        if self._focus is not None and self._focus.isVisible():
            self._focus.setFocus()
        elif (focus := bubble.focusWidget()) is not None:
            focus.clearFocus()
        self._focus = None
        ring.hide()
        bubble.hide()

    def _place(self) -> None:
        step, ring, bubble = self.model.step, self.ring, self.bubble
        if step is None or ring is None or bubble is None:
            return
        space = self._window.rect()
        target = self._place_of(step.place)
        if not target.isEmpty():
            target = target.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).intersected(space)
        ring.setVisible(not target.isEmpty())
        if target.isEmpty():
            target = QRect(space.center(), space.center())
        elif ring.geometry() != target:
            ring.setGeometry(target)
            ring.raise_()
            bubble.raise_()
        bubble.stand_beside(target, space)
