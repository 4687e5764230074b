"""Today's figures: results on the left, limits as gauges on the right."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.features.trading.model.figures import FiguresModel, Use
from gui.widgets.controls import make_words
from gui.widgets.restyle import restyle

NEAR = 0.75
"""Share of a limit from which its gauge warns."""


class FiguresView(QWidget):
    """Words and gauges; shown at once, changed only where something changed."""

    def __init__(self, figures: FiguresModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self._figures = figures
        self.results = [make_words("figureValue", wraps=False) for _ in figures.results]
        self.uses = [(make_words("figureValue", wraps=False), _gauge()) for _ in figures.uses]
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(48)
        row.addLayout(self._results_grid())
        row.addLayout(self._uses_grid())
        row.addStretch(1)
        figures.changed.connect(self._refresh_if_seen)
        self.refresh()

    def _results_grid(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        for line, ((title, _), value) in enumerate(zip(self._figures.results, self.results, strict=True)):
            grid.addWidget(make_words("figureName", title, wraps=False), line, 0)
            grid.addWidget(value, line, 1)
        return _on_top(grid)

    def _uses_grid(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        for line, (use, (value, gauge)) in enumerate(zip(self._figures.uses, self.uses, strict=True)):
            grid.addWidget(make_words("figureName", use.title, wraps=False), line, 0)
            grid.addWidget(gauge, line, 1)
            grid.addWidget(value, line, 2)
        return _on_top(grid)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        for (_, words), value in zip(self._figures.results, self.results, strict=True):
            value.setText(words)
        for use, (value, gauge) in zip(self._figures.uses, self.uses, strict=True):
            _show_use(use, value, gauge)


def _show_use(use: Use, value: QLabel, gauge: QProgressBar) -> None:
    value.setText(f"{use.words}  limit reached" if use.share >= 1.0 else use.words)
    gauge.setValue(round(100.0 * min(1.0, use.share)))
    restyle(gauge, "isNear", use.share >= NEAR)


def _gauge() -> QProgressBar:
    gauge = QProgressBar()
    gauge.setRange(0, 100)
    gauge.setTextVisible(False)
    gauge.setFixedSize(160, 6)
    return gauge


def _on_top(grid: QGridLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.addLayout(grid)
    column.addStretch(1)
    return column
