"""A table of trading, or of anything else: rows are sorted, filtered, summed and copied alike everywhere."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import QElapsedTimer, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from gui.features.approvals.view.click_guard import STILL_FOR_MS
from gui.features.chart.view.layers.labels import lettering
from gui.features.trading.model.table import RowTable, Tone
from gui.features.trading.view.cell_painter import INSET, CellPainter
from gui.features.trading.view.table_tools import SUM_HEIGHT, SearchField, SumLine, add_entries, copy, row_words
from gui.theme import Theme, colour, font
from gui.widgets.scrolling import leave_ground_to_frame

ROW_HEIGHT = 24
SHOWS_ON_CHART = "Show on chart"
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class TradeTable(QTableView):
    """Shows a table; says `silence` where there are no rows. Screen readers call it `name`.

    `acted` carries row and column of a cell that was clicked, or chosen with the arrows and Return; `shows` is what
    that does where the cell is no button, for the menu of a row. Rows can be sorted by a click on a header, filtered
    (Ctrl+F) and copied (Ctrl+C).
    """

    acted = Signal(int, int)
    sums: SumLine | None = None

    def __init__(
        self, table: RowTable, theme: Theme, silence: str, parent: QWidget | None = None, *, name: str, shows: str = ""
    ) -> None:
        super().__init__(parent)
        self._shows = shows
        self.setObjectName("tradeTable")
        self.setAccessibleName(name)
        self._table, self._theme, self._silence = table, theme, silence
        self._lettering = lettering(12)
        self._cells = CellPainter(table, theme, self)
        self.setModel(table)
        self.setItemDelegate(self._cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self._fit_columns(table)
        if table.can_arrange:
            self.horizontalHeader().setSortIndicatorClearable(True)  # the third click brings back the first order
            self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        leave_ground_to_frame(self)
        self.search = SearchField(table, self)
        self.search.textChanged.connect(self.viewport().update)  # an empty table says what it was searched for
        if any(column.sum_text is not None for column in table.columns):
            self.sums = SumLine(table, self, self._lettering, INSET, theme)
        self._kept: Hashable = None
        table.modelAboutToBeReset.connect(self._keep_choice)
        table.modelReset.connect(self._choose_again)
        self._still_since = QElapsedTimer()
        self._still_since.start()
        self._is_click_admitted = False
        scrolled = self.verticalScrollBar().valueChanged
        for moved in (table.rowsInserted, table.rowsRemoved, table.modelReset, table.layoutChanged, scrolled):
            moved.connect(self._still_since.start)
        self.clicked.connect(self._act_on)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Another row may have slid under the pointer: a row that appeared or moved a moment ago takes no click."""
        self._is_click_admitted = self._still_since.elapsed() >= STILL_FOR_MS
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click may hit another row, so it acts on none."""
        self._is_click_admitted = False
        super().mouseDoubleClickEvent(event)

    def _act_on(self, index: QModelIndex) -> None:
        if self._is_click_admitted or self._table.cell(index.row(), index.column()).tone is not Tone.ACTION:
            self.acted.emit(index.row(), index.column())

    def choose(self, key: Hashable) -> None:
        """Selects the row of a key and scrolls to it, clearing the filter if needed; does nothing if there is none."""
        if self._table.has(key):
            if not self._table.is_shown(key):
                self.search.show_all()
            index = self._table.index(self._table.row_of(key), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _keep_choice(self) -> None:
        chosen = self.selectionModel().selectedRows()
        self._kept = self._table.key(chosen[0].row()) if chosen else None

    def _choose_again(self) -> None:
        """All rows were replaced: the selected row stays selected if it still exists."""
        if self._kept is not None and self._table.is_shown(self._kept):
            self.setCurrentIndex(self._table.index(self._table.row_of(self._kept), 0))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._cells.set_theme(theme)
        if self.sums is not None:
            self.sums.set_theme(theme)
        self.viewport().update()

    def _fit_columns(self, table: RowTable) -> None:
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.hide()
        heads.setSectionsMovable(True)
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(self._ask_columns)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(24)
        for place, column in enumerate(table.columns):
            words = max(self._lettering.width(column.sample), self._lettering.width(column.title))
            self.setColumnWidth(place, round(words) + 2 * INSET + 4)
        table.headerDataChanged.connect(self._fit_titles)

    def _fit_titles(self, _: Qt.Orientation, first: int, last: int) -> None:
        """A title may gain the currency of the account."""
        for column in range(first, last + 1):
            self.setColumnWidth(column, max(self.columnWidth(column), self.horizontalHeader().sectionSizeHint(column)))

    def _ask_columns(self, point: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    def column_menu(self, parent: QWidget | None = None) -> QMenu:
        """A switch for each column; the last one in sight stays."""
        heads, menu = self.horizontalHeader(), QMenu(parent or self)
        seen = [number for number in range(heads.count()) if not heads.isSectionHidden(number)]
        for number in range(heads.count()):
            title = self.model().headerData(number, Qt.Orientation.Horizontal)
            tip = self.model().headerData(number, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            action = menu.addAction(title or tip)
            action.setCheckable(True)
            action.setChecked(number in seen)
            action.setEnabled(seen != [number])
            action.toggled.connect(partial(self._show_column, number))
        return menu

    def _show_column(self, number: int, is_shown: bool) -> None:
        self.setColumnHidden(number, not is_shown)

    # -- the menu of a row

    def ask_filter(self) -> None:
        """Lets the user type the words that rows have to contain; not where a table has filters of its own."""
        if self._table.can_arrange:
            self.search.begin()

    def ask_menu(self) -> None:
        """Opens the menu of the current row, else of the first, as the menu key does."""
        if not self.currentIndex().isValid() and self._table.rowCount():
            self.setCurrentIndex(self._table.index(0, 0))
        self.setFocus()
        self.contextMenuEvent(
            QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), self.mapToGlobal(QPoint()))
        )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        menu = self.row_menu(index)
        if menu.isEmpty():
            menu.deleteLater()
        elif is_by_key:
            place = self.visualRect(index).bottomLeft() if index.isValid() else self.viewport().rect().topLeft()
            menu.popup(self.viewport().mapToGlobal(place), menu.actions()[0])
        else:
            menu.popup(event.globalPos())

    def row_menu(self, index: QModelIndex) -> QMenu:
        """What a click would do, and the buttons of the row; then copying, filtering, sorting, and the columns."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if index.isValid():
            self._add_row_entries(menu, index.row())
        add_entries(menu, self, self._table, index, self.search)
        columns = self.column_menu(menu)
        columns.setTitle("Columns")
        menu.addMenu(columns)
        return menu

    def _add_row_entries(self, menu: QMenu, row: int) -> None:
        if self._shows:
            menu.addAction(self._shows).triggered.connect(partial(self._act, self._table.key(row), 0))
        for column, spec in enumerate(self._table.columns):
            cell = self._table.cell(row, column)
            if cell.tone is Tone.ACTION:
                action = menu.addAction(cell.text)
                action.setToolTip(spec.tip)
                action.triggered.connect(partial(self._act, self._table.key(row), column))
        menu.addSeparator()

    def _act(self, key: Hashable, column: int, _: bool = False) -> None:
        """The row may have moved, or have gone, while the menu was open."""
        if self._table.is_shown(key):
            self.acted.emit(self._table.row_of(key), column)

    def updateGeometries(self) -> None:
        """Leaves room for the sums below the last row."""
        super().updateGeometries()
        if self.sums is None:
            return
        view, bar = self.viewport().geometry(), self.verticalScrollBar()
        self.sums.setGeometry(view.left(), view.bottom() + 1 - SUM_HEIGHT, view.width(), SUM_HEIGHT)
        self.sums.setVisible(self._table.rowCount() > 1)
        if self.sums.isVisibleTo(self):
            bar.setMaximum(max(0, self._table.rowCount() * ROW_HEIGHT + SUM_HEIGHT - view.height()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by key it shows which row the arrows move from: Qt chooses one without selecting it."""
        super().focusInEvent(event)
        index = self.currentIndex()
        if event.reason() in _BY_KEY and index.isValid() and not self.selectionModel().hasSelection():
            self.selectRow(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            if index.isValid():
                copy(row_words(self, self._table, index.row()))
            return
        if event.matches(QKeySequence.StandardKey.Find):
            self.ask_filter()
            return
        if event.key() == Qt.Key.Key_Escape and self._table.search:
            self.search.show_all()
            return
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not index.isValid():
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.acted.emit(index.row(), index.column())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setFont(font(12))
            painter.setPen(colour(self._theme.text_muted))
            area = self.viewport().rect().adjusted(16, 8, -16, -8)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words())
            painter.end()

    def set_silence(self, words: str) -> None:
        """What an empty table says."""
        if words != self._silence:
            self._silence = words
            self.viewport().update()

    def _words(self) -> str:
        return f"No row contains “{self._table.search}”. Esc shows all rows." if self._table.search else self._silence
