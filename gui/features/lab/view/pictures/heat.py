"""A map of results over two settings."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.features.lab.model.numbers import in_r, signed
from gui.features.lab.model.pictures import Heat
from gui.features.lab.view.pictures.picture import PAD, PictureView, elided
from gui.theme import Theme

LEFT, LEGEND, NAME = 92.0, 64.0, 16.0
STRONGEST = 0.8
WIDE, HIGH = 46.0, 17.0
"""Pixels of a cell from which on its figure is written in it."""


class HeatView(PictureView):
    """A cell is as strong as its value; the one with the best worst neighbour is framed.

    `chosen` carries the key of a cell that was clicked.
    """

    chosen = Signal(object)

    def __init__(self, heat: Heat, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(heat.title, heat.caption, theme, parent)
        self._heat = heat
        known = heat.values[np.isfinite(heat.values)]
        self._maximum = float(np.abs(known).max()) if known.size else 1.0
        self._best = _best_of(heat.values if heat.judged is None else heat.judged)

    def _cells(self, area: QRectF) -> QRectF:
        """Below the name of the one setting, above that of the other."""
        top = area.top() + NAME
        return QRectF(area.left() + LEFT, top, area.width() - LEFT - LEGEND, area.bottom() - top - NAME)

    def _cell(self, cells: QRectF, row: int, column: int) -> QRectF:
        rows, columns = self._heat.values.shape
        left, right = (round(cells.left() + cells.width() * place / columns) for place in (column, column + 1))
        top, bottom = (round(cells.bottom() - cells.height() * place / rows) for place in (row + 1, row))
        return QRectF(left, top, right - left, bottom - top)

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        cells, ink = self._cells(area), self.palette_of
        rows, columns = self._heat.values.shape
        for row in range(rows):
            for column in range(columns):
                self._paint_cell(painter, self._cell(cells, row, column), row, column)
        if self._best is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.text, 2.0))
            painter.drawRect(self._cell(cells, *self._best).adjusted(1.0, 1.0, -2.0, -2.0))
        self._paint_words(painter, cells)
        self._paint_legend(painter, QRectF(cells.right() + 16.0, cells.top() + 8.0, 10.0, cells.height() - 16.0))

    def _paint_cell(self, painter: QPainter, cell: QRectF, row: int, column: int) -> None:
        value, ink = float(self._heat.values[row, column]), self.palette_of
        inner = cell.adjusted(0.0, 0.0, -1.0, -1.0)
        if not np.isfinite(value):
            painter.fillRect(inner, ink.grid)
            return
        painter.fillRect(inner, self._shade(value))
        if cell.width() >= WIDE and cell.height() >= HIGH:
            words = signed(value, 2)
            x = cell.center().x() - ink.words.width(words) / 2.0
            ink.words.paint(painter, x, cell.center().y() - ink.words.height / 2.0, words, ink.text)

    def _shade(self, value: float) -> QColor:
        share = min(1.0, abs(value) / self._maximum) if self._maximum else 0.0
        return self.palette_of.pale(self.palette_of.signed(value), 0.06 + (STRONGEST - 0.06) * share)

    def _paint_words(self, painter: QPainter, cells: QRectF) -> None:
        heat, ink = self._heat, self.palette_of
        rows, columns = heat.values.shape
        widest = max((ink.words.width(words) for words in heat.x_words), default=1.0) + 8.0
        every = max(1, int(np.ceil(widest / max(cells.width() / columns, 1.0))))
        for column in range(0, columns, every):
            words, middle = heat.x_words[column], self._cell(cells, 0, column).center().x()
            ink.words.paint(painter, middle - ink.words.width(words) / 2.0, cells.bottom() + 4.0, words, ink.muted)
        every = max(1, int(np.ceil(ink.words.height / max(cells.height() / rows, 1.0))))
        for row in range(0, rows, every):
            words, middle = heat.y_words[row], self._cell(cells, row, 0).center().y()
            x = cells.left() - 6.0 - ink.words.width(words)
            ink.words.paint(painter, x, middle - ink.words.height / 2.0, words, ink.muted)
        foot = cells.bottom() + 4.0 + ink.words.height
        width = ink.words.width(heat.x_name)
        ink.words.paint(painter, cells.center().x() - width / 2.0, foot, heat.x_name, ink.text)
        name = elided(ink.words, f"{heat.y_name} ↑", LEFT + cells.width() / 2.0)
        ink.words.paint(painter, PAD, cells.top() - ink.words.height - 1.0, name, ink.text)

    def _paint_legend(self, painter: QPainter, bar: QRectF) -> None:
        ink, steps = self.palette_of, 40
        for step in range(steps):
            share = 1.0 - 2.0 * (step + 0.5) / steps
            top = bar.top() + bar.height() * step / steps
            painter.fillRect(
                QRectF(bar.left(), top, bar.width(), bar.height() / steps + 1.0), self._shade(share * self._maximum)
            )
        for share in (0.0, 0.5, 1.0):
            value = (1.0 - 2.0 * share) * self._maximum
            y = bar.top() + bar.height() * share - ink.words.height / 2.0
            ink.words.paint(painter, bar.right() + 5.0, y, signed(value, 2), ink.muted)

    def _cell_at(self, cells: QRectF, place: QPointF) -> tuple[int, int] | None:
        """Row and column; None beside the cells."""
        if not cells.contains(place):
            return None
        rows, columns = self._heat.values.shape
        column = min(columns - 1, int((place.x() - cells.left()) / cells.width() * columns))
        return min(rows - 1, int((cells.bottom() - place.y()) / cells.height() * rows)), column

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        cell = self._cell_at(self._cells(self.area()), event.position())
        if event.button() is Qt.MouseButton.LeftButton and cell is not None and cell in self._heat.keys:
            self.chosen.emit(self._heat.keys[cell])

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:
        heat, cells = self._heat, self._cells(area)
        cell = self._cell_at(cells, pointer)
        if cell is None:
            return
        row, column = cell
        value = float(heat.values[row, column])
        lines = [
            f"{heat.x_name} {heat.x_words[column]}, {heat.y_name} {heat.y_words[row]}",
            f"at least {in_r(value)}" if np.isfinite(value) else "not tried",
        ]
        if heat.judged is not None and np.isfinite(heat.judged[row, column]):
            lines.append(f"worst neighbour {in_r(float(heat.judged[row, column]))}")
        painter.setPen(self.palette_of.text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._cell(cells, row, column).adjusted(0.0, 0.0, -1.0, -1.0))
        self.paint_box(painter, pointer, lines)


def _best_of(values: Any) -> tuple[int, int] | None:
    if not np.isfinite(values).any():
        return None
    row, column = np.unravel_index(int(np.nanargmax(values)), values.shape)
    return int(row), int(column)
