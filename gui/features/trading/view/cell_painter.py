"""Paints the cells of tables, because Qt's own style is too slow for fifty of them per tick."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.features.chart.view.layers.labels import lettering
from gui.features.trading.model.table import RowTable, Tone
from gui.theme import Theme, colour

INSET = 8
"""Pixels left and right of the words in a cell."""


class CellPainter(QStyledItemDelegate):
    """Words in the colour of their tone; what can be clicked looks like a button, the current cell has a frame."""

    def __init__(self, table: RowTable, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._plain, self._strong = lettering(12), lettering(12, QFont.Weight.Medium)
        self._numbers = tuple(column.is_number for column in table.columns)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._inks: dict[Tone, QColor] = {
            Tone.PLAIN: colour(theme.text),
            Tone.MUTED: colour(theme.text_muted),
            Tone.GAIN: colour(theme.up),
            Tone.LOSS: colour(theme.down),
            Tone.PASSED: colour(theme.passed),
            Tone.FAILED: colour(theme.failed),
            Tone.WARNING: colour(theme.warning),
            Tone.ACTION: colour(theme.accent),
        }
        self._ground, self._chosen = colour(theme.background), colour(theme.surface_hover)
        self._button, self._edge = colour(theme.surface_raised), colour(theme.border)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        column = index.column()
        cell = self._table.cell(index.row(), column)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.fillRect(rect, self._chosen if is_chosen else self._ground)
        if has_focus:
            painter.setPen(self._inks[Tone.ACTION])
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        lettering = self._strong if cell.tone in (Tone.WARNING, Tone.FAILED) else self._plain
        if cell.tone is Tone.ACTION:
            self._paint_button(painter, rect, has_focus=has_focus)
        y = rect.y() + (rect.height() - lettering.height) / 2
        space, words = rect.width() - 2 * INSET, cell.text
        width = lettering.width(words)
        if width > space:
            words = option.fontMetrics.elidedText(words, option.textElideMode, space)
            width = space
        if cell.tone is Tone.ACTION:
            x = rect.x() + (rect.width() - width) / 2
        else:
            x = rect.right() - INSET - width if self._numbers[column] else rect.x() + INSET
        lettering.paint(painter, x, y, words, self._inks[cell.tone])

    def _paint_button(self, painter: QPainter, rect: QRect, *, has_focus: bool) -> None:
        frame = rect.adjusted(3, 2, -3, -2)
        painter.fillRect(frame, self._inks[Tone.ACTION] if has_focus else self._edge)
        painter.fillRect(frame.adjusted(1, 1, -1, -1), self._button)
