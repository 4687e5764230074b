"""The charts of all symbols, one tab each or side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QStackedLayout, QTabWidget, QWidget

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.timeframe_board import TimeframeBoard

MIN_HEIGHT_BELOW = 72
"""Pixels that are lent for messages below the prices, at least."""
MIN_WIDTH_BELOW = 320
"""Beside others a chart may be narrower than a message is readable."""


class ChartDeck(QWidget):
    """Holds the charts of each symbol.

    `front_changed` carries the symbol in front, `arranged` whether they stand side by side,
    `overlays_changed` that other overlays are shown, `rearranged` that a symbol shows other time frames.

    Side by side that is the chart that the mouse was over last.
    """

    front_changed = Signal(str)
    arranged = Signal(bool)
    overlays_changed = Signal()
    rearranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boards: dict[str, TimeframeBoard] = {}
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
        """M1 of each symbol."""
        return tuple(board.m1 for board in self._boards.values())

    @property
    def boards(self) -> Mapping[str, TimeframeBoard]:
        """All charts of each symbol."""
        return self._boards

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._boards)

    @property
    def is_side_by_side(self) -> bool:
        return self._layout.currentWidget() is self._splitter

    @property
    def front_symbol(self) -> str:
        """The symbol of the chart in front, or of the one pointed at last where all are shown."""
        symbols = list(self._boards)
        if not symbols:
            return ""
        if self.is_side_by_side:
            return self._pointed or symbols[0]
        return symbols[max(0, self._tabs.currentIndex())]

    @property
    def plot_area(self) -> QRect:
        """Where the candles of the chart in front are; everything where there is no chart."""
        board = self._boards.get(self.front_symbol)
        if board is None:
            return self.rect()
        view = board.front_view
        return QRect(view.plot.mapTo(self, QPoint(0, 0)), view.plot.canvas.plot.size())

    @property
    def area_below_prices(self) -> QRect:
        """Where the chart in front shows times and the signal history; its lowest part where that is hidden."""
        prices = self.plot_area
        top = min(prices.bottom() + 1, self.rect().bottom() - MIN_HEIGHT_BELOW)
        right = max(prices.right(), min(prices.left() + MIN_WIDTH_BELOW, self.rect().right()))
        return QRect(QPoint(prices.left(), top), QPoint(right, self.rect().bottom()))

    def add(self, symbol: str, board: TimeframeBoard) -> None:
        self._boards[symbol] = board
        board.m1.hovered.connect(partial(self._point_at, symbol))
        board.m1.overlays_changed.connect(self.overlays_changed)
        board.arranged.connect(self.rearranged)
        if self.is_side_by_side:
            self._splitter.addWidget(board)
        else:
            self._tabs.addTab(board, symbol)

    def set_side_by_side(self, is_side_by_side: bool) -> None:
        if is_side_by_side == self.is_side_by_side:
            return
        for symbol, board in self._boards.items():
            if is_side_by_side:
                self._splitter.addWidget(board)
            else:
                self._tabs.addTab(board, symbol)
            board.show()
        self._pointed = self.front_symbol
        self._layout.setCurrentWidget(self._splitter if is_side_by_side else self._tabs)
        self._splitter.setSizes([1] * len(self._boards))
        self.arranged.emit(is_side_by_side)
        self.front_changed.emit(self.front_symbol)

    def _point_at(self, symbol: str, row: int | None) -> None:
        if self.is_side_by_side and row is not None and symbol != self._pointed:
            self._pointed = symbol
            self.front_changed.emit(symbol)

    def show_symbol(self, number: int) -> None:
        """Brings the chart of the given place, counted from 0, to the front, and the keyboard to it."""
        if not 0 <= number < len(self._boards):
            return
        symbol = self.symbols[number]
        if self.is_side_by_side:
            self._point_at(symbol, 0)
        else:
            self._tabs.setCurrentIndex(number)
        self._boards[symbol].front_view.setFocus()

    def bring(self, symbol: str) -> None:
        """Brings the chart of a symbol to the front; nothing where it has none."""
        if symbol in self._boards:
            self.show_symbol(self.symbols.index(symbol))

    def bring_m1(self, symbol: str) -> ChartView:
        """Brings the M1 chart of a symbol to the front. Raises KeyError where it has none."""
        board = self._boards[symbol]
        board.show_m1()
        self.bring(symbol)
        return board.m1

    def turn(self, steps: int) -> None:
        """Switches to the chart that many places further, wrapping around."""
        if self._boards:
            self.show_symbol((self.symbols.index(self.front_symbol) + steps) % len(self._boards))

    @property
    def view_at_keyboard(self) -> ChartView | None:
        """The chart that has the keyboard, else the one in front; None without charts."""
        board, focus = self.board_at_keyboard, QApplication.focusWidget()
        if board is None:
            return None
        at_focus = (view for view in board.shown_views if focus is not None and view.isAncestorOf(focus))
        return next(at_focus, board.front_view)

    @property
    def board_at_keyboard(self) -> TimeframeBoard | None:
        """The charts of the symbol that has the keyboard, else of the one in front; None without charts."""
        focus = QApplication.focusWidget()
        at_focus = (board for board in self._boards.values() if focus is not None and board.isAncestorOf(focus))
        return next(at_focus, self._boards.get(self.front_symbol))

    def each(self, act: Callable[[ChartView], None]) -> None:
        """M1 of each symbol."""
        for view in self.views:
            act(view)

    def each_shown(self, act: Callable[[ChartView], None]) -> None:
        """Every chart that is shown, of all symbols and time frames."""
        for board in self._boards.values():
            for view in board.shown_views:
                act(view)
