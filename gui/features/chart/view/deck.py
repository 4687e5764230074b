"""The charts of all symbols: one tab each, side by side, or in separate windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.chart_window import ChartWindow
from gui.features.chart.view.corners import Corner, chart_corners
from gui.features.chart.view.timeframes.board import TimeframeBoard


class ChartDeck(QWidget):
    """Holds the charts of each symbol.

    `front_changed` carries the symbol in front, `arranged` whether they stand side by side,
    `overlays_changed` that other overlays are shown, `rearranged` that a symbol shows other time frames or that its
    window moved, `style_asked` a symbol and the overlay whose style is wanted.

    Of several charts in sight the one that the mouse was over last is in front.
    """

    front_changed = Signal(str)
    arranged = Signal(bool)
    overlays_changed = Signal()
    rearranged = Signal()
    style_asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boards: dict[str, TimeframeBoard] = {}
        self._windows: dict[str, ChartWindow] = {}
        self._pointed = ""
        self._tabs, self._pages = QTabBar(self), QStackedWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName("Symbols")
        self._pages.widgetRemoved.connect(self._tabs.removeTab)  # a board that stands elsewhere now
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(0, 0, 4, 0)
        self._head.setSpacing(8)
        self._head.addWidget(self._tabs)
        self._layout = QStackedLayout()
        self._layout.addWidget(self._pages)
        self._layout.addWidget(self._splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._layout, 1)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._tabs.currentChanged.connect(self._follow_tab)

    def put_beside_tabs(self, bar: QWidget) -> None:
        """Shows a row of buttons at the right of the tabs."""
        self._head.addWidget(bar, 1)

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
        """The symbol of the visible chart that was pointed at last, or of the chart in front."""
        if self._is_in_sight(self._pointed):
            return self._pointed
        return next((symbol for symbol in self._boards if self._is_in_sight(symbol)), "")

    def _is_in_sight(self, symbol: str) -> bool:
        board = self._boards.get(symbol)
        if board is None:
            return False
        return symbol in self._windows or self.is_side_by_side or self._pages.currentWidget() is board

    def _follow_tab(self) -> None:
        current = (symbol for symbol, board in self._boards.items() if self._pages.currentWidget() is board)
        self._pointed = next(current, self._pointed)
        self.front_changed.emit(self.front_symbol)

    @property
    def _docked_view(self) -> ChartView | None:
        """The chart in front in the main window."""
        front, docked = self.front_symbol, [symbol for symbol in self._boards if symbol not in self._windows]
        in_sight = [symbol for symbol in docked if self._is_in_sight(symbol)]
        symbol = front if front in in_sight else next(iter(in_sight), None)
        return None if symbol is None else self._boards[symbol].front_view

    @property
    def plot_area(self) -> QRect:
        """Where the candles of the chart in front are; everything where there is no chart."""
        view = self._docked_view
        if view is None:
            return self.rect()
        return QRect(view.plot.mapTo(self, QPoint(0, 0)), view.plot.canvas.plot.size())

    def corners(self, size: QSize) -> list[Corner]:
        """Where something of a size covers no price of the chart in front; a corner of the deck without a chart."""
        view = self._docked_view
        if view is None:
            return [Corner("deck", QRect(QPoint(0, 0), size), 0)]
        at_view = view.mapTo(self, QPoint(0, 0))
        return [Corner(each.name, each.rect.translated(at_view), each.candles) for each in chart_corners(view, size)]

    def add(self, symbol: str, board: TimeframeBoard) -> None:
        self._boards[symbol] = board
        board.m1.hovered.connect(partial(self._point_at, symbol))
        board.m1.overlays_changed.connect(self.overlays_changed)
        board.arranged.connect(self.rearranged)
        board.style_asked.connect(partial(self.style_asked.emit, symbol))
        self._dock(symbol)

    def _show_page(self, symbol: str) -> None:
        self._tabs.setCurrentIndex(self._pages.indexOf(self._boards[symbol]))

    def _dock(self, symbol: str) -> None:
        """Puts the charts of a symbol in their place among the others."""
        board, docked = self._boards[symbol], [each for each in self._boards if each not in self._windows]
        place = docked.index(symbol)
        if self.is_side_by_side:
            self._splitter.insertWidget(place, board)
            board.show()
        else:
            self._pages.insertWidget(place, board)
            self._tabs.insertTab(place, symbol)

    def set_side_by_side(self, is_side_by_side: bool) -> None:
        if is_side_by_side == self.is_side_by_side:
            return
        front = self.front_symbol
        self._layout.setCurrentWidget(self._splitter if is_side_by_side else self._pages)
        self._tabs.setHidden(is_side_by_side)
        for symbol in self._boards:
            if symbol not in self._windows:
                self._dock(symbol)
        self._pointed = front
        if not is_side_by_side and front in self._boards:
            self._show_page(front)
        self._splitter.setSizes([1] * len(self._boards))
        self.arranged.emit(is_side_by_side)
        self.front_changed.emit(self.front_symbol)

    def _point_at(self, symbol: str, row: int | None) -> None:
        if row is not None and symbol != self._pointed and self._is_in_sight(symbol):
            self._pointed = symbol
            self.front_changed.emit(symbol)

    # -- windows of their own

    @property
    def windows(self) -> dict[str, bytes]:
        """The symbols whose charts are in a separate window, and its geometry as saved by Qt."""
        return {symbol: window.state for symbol, window in self._windows.items()}

    def detach(self, symbol: str, place: bytes = b"") -> None:
        """Moves the charts of a symbol to a separate window, with its former geometry if there is one."""
        window = self._windows.get(symbol)
        if window is None:
            window = self._windows[symbol] = ChartWindow(symbol, self._boards[symbol], self)
            window.closing.connect(partial(self.attach, symbol))
            window.placed.connect(self.rearranged)
        if place:
            window.place(place)
        window.show()
        self._boards[symbol].show()
        self._point_at(symbol, 0)
        self.rearranged.emit()

    def attach(self, symbol: str) -> None:
        """Takes the charts of a symbol back; does nothing if they are not in a separate window."""
        window = self._windows.pop(symbol, None)
        if window is not None:
            self._dock(symbol)
            window.hide()
            window.deleteLater()
            self.bring(symbol)
            self.rearranged.emit()

    def show_windows(self, windows: Mapping[str, bytes]) -> None:
        """Moves these symbols' charts to separate windows, if there are any, and takes all others back."""
        for symbol in self._boards:
            if symbol in windows:
                self.detach(symbol, windows[symbol])
            else:
                self.attach(symbol)

    # -- which one is in front

    def show_symbol(self, number: int) -> None:
        """Brings the chart of the given place, counted from 0, to the front, and the keyboard to it."""
        if not 0 <= number < len(self._boards):
            return
        symbol = self.symbols[number]
        if symbol in self._windows:
            self._windows[symbol].activateWindow()
            self._windows[symbol].raise_()
        elif not self.is_side_by_side:
            self._show_page(symbol)
        self._point_at(symbol, 0)
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
    def front_view(self) -> ChartView | None:
        """The chart in front; None without charts."""
        board = self._boards.get(self.front_symbol)
        return None if board is None else board.front_view

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
