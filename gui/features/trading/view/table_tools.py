"""Parts that every table has: a search field, a line of sums, and the entries of the row menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QTableView, QWidget

from gui.features.chart.view.layers.labels import Lettering
from gui.features.trading.model.table import RowTable, Tone
from gui.theme import Theme, colour

FIELD_WIDTH, SUM_HEIGHT = 180, 22
MAX_VALUE = 30
"""Characters of a value in the title of a menu's entry."""


class SearchField(QLineEdit):
    """At the upper right of a table; hidden while all rows are shown."""

    def __init__(self, rows: RowTable, table: QTableView) -> None:
        super().__init__(table)
        self._rows, self._table = rows, table
        self.setObjectName("tableSearch")
        self.setPlaceholderText("Filter rows")
        self.setAccessibleName("Filter rows")
        self.setToolTip("Shows only rows that contain these words; Esc shows all rows")
        self.setClearButtonEnabled(True)
        self.textChanged.connect(rows.set_search)
        table.installEventFilter(self)
        self.hide()

    def begin(self, words: str | None = None) -> None:
        """Shows the field, with the keyboard on it, or with words to search for."""
        if words is not None:
            self.setText(words)
        self.show()
        self._place()
        if words is None:
            self.selectAll()
            self.setFocus()

    def show_all(self) -> None:
        """All rows are shown again."""
        self.clear()
        self.hide()
        self._table.setFocus()

    def event(self, event: QEvent) -> bool:
        return _keeps_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_all()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._table.setFocus()
            self.setVisible(bool(self.text()))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self.text().strip():
            self.clear()
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._table:
            return False
        if event.type() == QEvent.Type.Resize:
            self._place()
        return bool(self._rows.search) and _keeps_escape(event)

    def _place(self) -> None:
        width = min(FIELD_WIDTH, self._table.width())
        self.setGeometry(self._table.width() - width, 0, width, self._table.horizontalHeader().height())
        self.raise_()


def _keeps_escape(event: QEvent) -> bool:
    """Keeps Esc from the shortcuts of the window, where it belongs to the charts."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() != Qt.Key.Key_Escape:
        return False
    event.accept()
    return True


class SumLine(QWidget):
    """The sums of the shown rows below their columns; it lies over the lower edge of the table."""

    def __init__(self, rows: RowTable, table: QTableView, lettering: Lettering, inset: int, theme: Theme) -> None:
        super().__init__(table)
        self._rows, self._table, self._lettering, self._inset = rows, table, lettering, inset
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_theme(theme)
        for changed in (rows.dataChanged, rows.rowsInserted, rows.rowsRemoved, rows.modelReset):
            changed.connect(lambda *_: self.update())
        heads = table.horizontalHeader()
        for moved in (heads.sectionMoved, heads.sectionResized, table.horizontalScrollBar().valueChanged):
            moved.connect(lambda *_: self.update())

    def set_theme(self, theme: Theme) -> None:
        self._ground, self._edge, self._ink = map(colour, (theme.surface, theme.border, theme.text))
        self.update()

    def texts(self) -> dict[int, str]:
        """The text below each column; the first visible one counts the rows."""
        heads, count = self._table.horizontalHeader(), self._rows.rowCount()
        first = heads.logicalIndexAt(0)
        return {first: f"{count:,} row{'' if count == 1 else 's'}"} | self._rows.sums()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._ground)
        painter.fillRect(0, 0, self.width(), 1, self._edge)
        y = (self.height() - self._lettering.height) / 2
        for column, text in self.texts().items():
            if not self._table.isColumnHidden(column):
                self._paint_text(painter, column, text, y)
        painter.end()

    def _paint_text(self, painter: QPainter, column: int, text: str, y: float) -> None:
        left, width = self._table.columnViewportPosition(column), self._table.columnWidth(column)
        is_number = self._rows.columns[column].is_number
        x = left + width - self._inset - self._lettering.width(text) if is_number else left + self._inset
        self._lettering.paint(painter, x, y, text, self._ink)


def add_entries(menu: QMenu, table: QTableView, rows: RowTable, index: QModelIndex, search: SearchField) -> None:
    """Adds entries to copy, filter and sort for the cell at `index`; only the last two if there is no cell."""
    if index.isValid():
        row, column = index.row(), index.column()
        text = rows.cell(row, column).text
        _add(menu, "Copy cell", "Copies the text of this cell", lambda: copy(text), is_enabled=bool(text))
        _add(menu, "Copy row", "Copies the row, to paste into a spreadsheet", lambda: copy(row_words(table, rows, row)))
    if not rows.can_arrange:
        return
    _add(menu, "Copy table", "Copies the shown rows with the column headers", lambda: copy(table_words(table, rows)))
    menu.addSeparator()
    if index.isValid() and rows.cell(index.row(), index.column()).tone is not Tone.ACTION and text:
        short = text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]} …"
        _add(menu, f"Filter by “{short}”", "Shows only rows that contain this value", lambda: search.begin(text))
    _add(menu, "Filter …", "Shows only rows that contain the words you type", search.begin)
    if rows.search:
        _add(menu, "Show all rows", "Clears the filter", search.show_all)
    if index.isValid() and rows.columns[index.column()].title:
        menu.addSeparator()
        title = rows.columns[index.column()].title
        rising, falling = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        sort = table.sortByColumn
        _add(menu, f"Sort by {title}, ascending", "Smallest first", lambda: sort(column, rising))
        _add(menu, f"Sort by {title}, descending", "Largest first", lambda: sort(column, falling))
    if table.horizontalHeader().sortIndicatorSection() >= 0:
        _add(menu, "Remove sorting", "Original order", lambda: table.sortByColumn(-1, Qt.SortOrder.AscendingOrder))


def _add(menu: QMenu, title: str, tip: str, act: Callable[[], None], *, is_enabled: bool = True) -> None:
    action = menu.addAction(title.replace("&", "&&"))
    action.setToolTip(tip)
    action.setEnabled(is_enabled)
    action.triggered.connect(lambda _=False: act())


def copy(words: str) -> None:
    """Copies text to the clipboard, with the minus sign that spreadsheets understand."""
    QGuiApplication.clipboard().setText(words.replace("−", "-"))


def row_words(table: QTableView, rows: RowTable, row: int) -> str:
    """A row as columns are shown, separated by tabs."""
    return "\t".join(rows.cell(row, column).text for column in _columns(table, rows))


def table_words(table: QTableView, rows: RowTable) -> str:
    """The headers and the shown rows, one a line."""
    heads = "\t".join(rows.columns[column].title for column in _columns(table, rows))
    return "\n".join([heads, *(row_words(table, rows, row) for row in range(rows.rowCount()))])


def _columns(table: QTableView, rows: RowTable) -> list[int]:
    """Visible columns from left to right, without those of buttons."""
    heads = table.horizontalHeader()
    places = (heads.logicalIndex(place) for place in range(heads.count()))
    return [column for column in places if not heads.isSectionHidden(column) and rows.columns[column].title]
