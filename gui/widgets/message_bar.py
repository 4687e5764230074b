"""A line across the window that takes space only while it has a message."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolBar, QWidget


class MessageBar(QToolBar):
    """Holds its parts in a row as high as its text: a toolbar would reserve the height of the narrowest text."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._is_said = False
        self._holder = QWidget()
        self._holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self._holder)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._row.setSpacing(10)
        self.addWidget(self._holder)

    def put(self, part: QWidget, stretch: int = 0) -> None:
        """Adds a part at the end of the row."""
        self._row.addWidget(part, stretch)

    def show_line(self, is_said: bool) -> None:
        """Whether there is something to say; the parts have to say it already."""
        self._is_said = is_said
        self.setVisible(is_said)
        self._fit()

    def setVisible(self, visible: bool) -> None:
        """A layout that is restored has no say in it."""
        super().setVisible(visible and self._is_said)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """For the width of the window: before it is laid out its own is a sliver, and a window grows for good."""
        words = self._row.heightForWidth(self.window().width())
        buttons = (part.sizeHint().height() for part in self._holder.findChildren(QPushButton))
        self._holder.setFixedHeight(max(words, max(buttons, default=0) + 4))
