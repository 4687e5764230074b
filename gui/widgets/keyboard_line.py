"""A line above a part that paints all of itself: it shows that the keyboard is there."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QFrame, QWidget

from gui.widgets.restyle import restyle

HEIGHT = 2


class KeyboardLine(QFrame):
    """Coloured while `part` has the keyboard, else as the ground."""

    def __init__(self, part: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyboardLine")
        self.setFixedHeight(HEIGHT)
        self._part = part
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def _follow(self, _: QWidget | None, focus: QWidget | None) -> None:
        restyle(self, "isHere", focus is self._part)
