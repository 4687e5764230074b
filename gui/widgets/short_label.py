"""Labels that are elided where space is short: a bar must not widen its window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

MIN_WIDTH = 24


class ShortLabel(QLabel):
    """Shrinks for its neighbours; while its text is cut, its tooltip begins with the full text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._cut_for, self._cut = ("", -1), ""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown_words(self) -> str:
        """The part of the text that fits."""
        words, width = self.text(), self.contentsRect().width()
        if (words, width) != self._cut_for:
            self._cut_for = words, width
            self._cut = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
        return self._cut

    @property
    def full_tip(self) -> str:
        parts = [self.toolTip()] if self.shown_words == self.text() else [self.text(), self.toolTip()]
        return "\n".join(dict.fromkeys(part for part in parts if part))

    def changeEvent(self, event: QEvent) -> None:
        self._cut_for = "", -1
        super().changeEvent(event)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(MIN_WIDTH, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        self.drawFrame(painter)
        role = self.foregroundRole()
        self.style().drawItemText(
            *(painter, self.contentsRect(), self.alignment(), self.palette(), self.isEnabled(), self.shown_words, role)
        )
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.full_tip, self)
            return True
        return super().event(event)
