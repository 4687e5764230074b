"""The charts of all symbols, one tab each or side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QStackedLayout, QTabWidget, QWidget

from gui.features.chart.view.chart_view import ChartView

MIN_HEIGHT_BELOW = 72
"""Pixels that are lent for messages below the prices, at least."""


class ChartDeck(QWidget):
    """Holds the chart views.

    `front_changed` carries the symbol in front, `arranged` whether they stand side by side,
    `overlays_changed` that other overlays are shown.

    Side by side that is the chart that the mouse was over last.
    """

    front_changed = Signal(str)
    arranged = Signal(bool)
    overlays_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: dict[str, ChartView] = {}
        self._pointed = ""
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._tabs)
        self._layout.addWidget(self._splitter)
        self._tabs.currentChanged.connect(lambda _: self.front_changed.emit(self.front_symbol))

    @property
    def views(self) -> tuple[ChartView, ...]:
        return tuple(self._views.values())

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._views)

    @property
    def is_side_by_side(self) -> bool:
        return self._layout.currentWidget() is self._splitter

    @property
    def front_symbol(self) -> str:
        """The symbol of the chart in front, or of the one pointed at last where all are shown."""
        symbols = list(self._views)
        if not symbols:
            return ""
        if self.is_side_by_side:
            return self._pointed or symbols[0]
        return symbols[max(0, self._tabs.currentIndex())]

    @property
    def plot_area(self) -> QRect:
        """Where the candles of the chart in front are; everything where there is no chart."""
        view = self._views.get(self.front_symbol)
        if view is None:
            return self.rect()
        return QRect(view.plot.mapTo(self, QPoint(0, 0)), view.plot.canvas.plot.size())

    @property
    def area_below_prices(self) -> QRect:
        """Where the chart in front shows times and the signal history; its lowest part where that is hidden."""
        prices = self.plot_area
        top = min(prices.bottom() + 1, self.rect().bottom() - MIN_HEIGHT_BELOW)
        return QRect(QPoint(prices.left(), top), QPoint(prices.right(), self.rect().bottom()))

    def add(self, symbol: str, view: ChartView) -> None:
        self._views[symbol] = view
        view.hovered.connect(partial(self._point_at, symbol))
        view.overlays_changed.connect(self.overlays_changed)
        if self.is_side_by_side:
            self._splitter.addWidget(view)
        else:
            self._tabs.addTab(view, symbol)

    def set_side_by_side(self, is_side_by_side: bool) -> None:
        if is_side_by_side == self.is_side_by_side:
            return
        for symbol, view in self._views.items():
            if is_side_by_side:
                self._splitter.addWidget(view)
            else:
                self._tabs.addTab(view, symbol)
            view.show()
        self._pointed = self.front_symbol
        self._layout.setCurrentWidget(self._splitter if is_side_by_side else self._tabs)
        self._splitter.setSizes([1] * len(self._views))
        self.arranged.emit(is_side_by_side)
        self.front_changed.emit(self.front_symbol)

    def _point_at(self, symbol: str, row: int | None) -> None:
        if self.is_side_by_side and row is not None and symbol != self._pointed:
            self._pointed = symbol
            self.front_changed.emit(symbol)

    def show_symbol(self, number: int) -> None:
        """Brings the chart of the given place, counted from 0, to the front, and the keyboard to it."""
        if not 0 <= number < len(self._views):
            return
        symbol = self.symbols[number]
        if self.is_side_by_side:
            self._point_at(symbol, 0)
        else:
            self._tabs.setCurrentIndex(number)
        self._views[symbol].setFocus()

    def bring(self, symbol: str) -> None:
        """Brings the chart of a symbol to the front; nothing where it has none."""
        if symbol in self._views:
            self.show_symbol(self.symbols.index(symbol))

    def turn(self, steps: int) -> None:
        """Switches to the chart that many places further, wrapping around."""
        if self._views:
            self.show_symbol((self.symbols.index(self.front_symbol) + steps) % len(self._views))

    @property
    def view_at_keyboard(self) -> ChartView | None:
        """The chart that has the keyboard, else the one in front; None without charts."""
        focus = QApplication.focusWidget()
        at_focus = (view for view in self._views.values() if focus is not None and view.isAncestorOf(focus))
        return next(at_focus, self._views.get(self.front_symbol))

    def each(self, act: Callable[[ChartView], None]) -> None:
        for view in self._views.values():
            act(view)
