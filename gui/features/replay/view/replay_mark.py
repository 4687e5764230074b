"""Marks a replay window: a frame around it, and a badge."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QMainWindow

_MAX_PIXELS = 420


class ReplayFrame(QFrame):
    """A coloured line along the edges of its window, on top of everything and transparent for the mouse."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("replayFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self._fit(window)
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and isinstance(watched, QMainWindow):
            self._fit(watched)
        return False

    def _fit(self, window: QMainWindow) -> None:
        self.setGeometry(window.rect())
        self.raise_()


def mark_replay(window: QMainWindow, words: str) -> None:
    """Frames the window, and says `REPLAY` and what is played in its menu bar."""
    ReplayFrame(window)
    badge = QLabel(window.menuBar())
    badge.setText(f"REPLAY  {badge.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, _MAX_PIXELS)}")
    badge.setObjectName("replayBadge")
    badge.setToolTip(f"This window plays {words} with its own paper account; the other desk is not affected")
    window.menuBar().setCornerWidget(badge, Qt.Corner.TopRightCorner)
    badge.show()
