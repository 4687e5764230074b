"""Tables of trading, as state: rows with a key, newest first, of which only changed cells are announced."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum, auto
from html import escape
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from gui.features.trading.model.row_order import RowOrder, is_found, order_key, search_text

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class Tone(Enum):
    """What a cell wants to be seen as; the view has a colour for each."""

    PLAIN = auto()
    MUTED = auto()
    GAIN = auto()
    LOSS = auto()
    PASSED = auto()
    FAILED = auto()
    """What a check found: never a price or a profit."""
    WARNING = auto()
    ACTION = auto()
    """A click does something."""


class Cell(NamedTuple):
    """Text and its tone; `amount` is its value in full precision, for sums and sorting."""

    text: str
    tone: Tone = Tone.PLAIN
    amount: float | None = None


class Column(NamedTuple):
    """Title, what it shows, the longest words usually in it, and whether those are numbers.

    `sum_text` writes the sum of the column; None where a sum means nothing.
    """

    title: str
    tip: str
    sample: str
    is_number: bool = False
    sum_text: Callable[[float], str] | None = None


class RowTable(QAbstractTableModel):
    """Rows of cells; the newest is on top until the user sorts them.

    Rows are counted as they are shown: those that the search leaves out have a key, and no row.
    """

    can_arrange = True
    """Whether its rows can be sorted and searched; False if they are read one page at a time."""
    stays_last: Hashable = None
    """The key of a row that is below all others in any order."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._keys: list[Hashable] = []
        self._cells: list[list[Cell]] = []
        self._places: dict[Hashable, int] = {}
        self._sorting: RowOrder | None = None
        self._search = ""
        self._shown: list[Hashable] | None = None
        self._arranging = QTimer(self, interval=0, singleShot=True)
        self._arranging.timeout.connect(self._arrange)

    def retitle(self, column: int, title: str) -> None:
        """Another title for a column."""
        if title != self.columns[column].title:
            renamed = self.columns[column]._replace(title=title)
            self.columns = (*self.columns[:column], renamed, *self.columns[column + 1 :])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, column, column)

    # -- what is shown

    @property
    def count(self) -> int:
        """The number of rows, including those that the search hides."""
        return len(self._keys)

    @property
    def keys(self) -> list[Hashable]:
        """The keys of all rows, shown or not, the newest first."""
        return self._keys[::-1]

    def cell(self, row: int, column: int) -> Cell:
        return self._cells[self._places[self.key(row)]][column]

    def cell_of(self, key: Hashable, column: int) -> Cell:
        """A cell in the row of a key, shown or not; raises KeyError for a key that the table does not hold."""
        return self._cells[self._places[key]][column]

    def key(self, row: int) -> Any:
        return self._keys[len(self._keys) - 1 - row] if self._shown is None else self._shown[row]

    def row_of(self, key: Hashable) -> int:
        """Raises KeyError for a key that has no row."""
        if self._shown is None:
            return len(self._keys) - 1 - self._places[key]
        if key not in self._shown:
            raise KeyError(key)
        return self._shown.index(key)

    def has(self, key: Hashable) -> bool:
        """Whether the table holds it, shown or not."""
        return key in self._places

    def is_shown(self, key: Hashable) -> bool:
        return self.has(key) and (self._shown is None or key in self._shown)

    def words(self, row: int) -> list[str]:
        """The words of one row, from left to right."""
        return [cell.text for cell in self._cells[self._places[self.key(row)]]]

    def tip(self, row: int, column: int) -> str:
        """What a tooltip says of a cell."""
        return self.cell(row, column).text

    def sums(self) -> dict[int, str]:
        """The sums of the known values in the shown rows, by column; columns without values are left out."""
        found = {}
        for column, spec in enumerate(self.columns):
            if spec.sum_text is not None:
                cells = (self.cell(row, column) for row in range(self.rowCount()))
                if amounts := [cell.amount for cell in cells if cell.amount is not None]:
                    found[column] = spec.sum_text(sum(amounts))
        return found

    # -- which rows, and in what order

    @property
    def search(self) -> str:
        """The words that all shown rows contain."""
        return self._search

    def set_search(self, words: str) -> None:
        """Shows only rows that contain each of these words; all rows if there are no words."""
        self._search = words
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by one column; if it is negative, the newest come first."""
        self._sorting = None if column < 0 else RowOrder(column, order is Qt.SortOrder.DescendingOrder)
        self._arrange()

    def _wanted(self) -> list[Hashable] | None:
        """The keys of the rows to show, from top to bottom; None for all, the newest first."""
        if self._sorting is None and not self._search:
            return None
        keys = [key for key in self.keys if self._passes(key)]
        if self._sorting is not None:
            keys.sort(key=self._key_of_order, reverse=self._sorting.is_falling)
            if self.stays_last in keys:
                keys.append(keys.pop(keys.index(self.stays_last)))
        return keys

    def _passes(self, key: Hashable) -> bool:
        texts = (cell.text for cell in self._cells[self._places[key]])
        return not self._search or is_found(self._search, search_text(texts))

    def _key_of_order(self, key: Hashable) -> Any:
        assert self._sorting is not None
        column = self._sorting.column
        text, _, amount = self.cell_of(key, column)
        return order_key(text, amount, is_number=self.columns[column].is_number)

    def _arrange(self) -> None:
        """Puts the rows into their order; those that stay keep selection and focus."""
        wanted, before = self._wanted(), [self.key(row) for row in range(self.rowCount())]
        after = self.keys if wanted is None else wanted
        if after == before:
            self._shown = wanted
        elif len(after) != len(before) or set(after) != set(before):
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        else:
            self.layoutAboutToBeChanged.emit()
            old = self.persistentIndexList()
            keys = [before[index.row()] for index in old]
            self._shown = wanted
            rows = {key: row for row, key in enumerate(after)}
            new = [self.createIndex(rows[key], index.column()) for key, index in zip(keys, old, strict=True)]
            self.changePersistentIndexList(old, new)
            self.layoutChanged.emit()

    # -- what changes

    def put(self, key: Hashable, cells: Sequence[Cell]) -> None:
        """Shows these cells in the row of `key`, which is made where there is none."""
        if key in self._places:
            for column, cell in enumerate(cells):
                self.put_cell(key, column, cell)
        elif self._shown is None:
            self.beginInsertRows(NOWHERE, 0, 0)
            self._hold(key, cells)
            self.endInsertRows()
        else:
            self._hold(key, cells)
            self._show_new(key)

    def _hold(self, key: Hashable, cells: Sequence[Cell]) -> None:
        self._places[key] = len(self._keys)
        self._keys.append(key)
        self._cells.append(list(cells))

    def _show_new(self, key: Hashable) -> None:
        """The only row that is new; the others keep their order."""
        wanted = self._wanted()
        assert wanted is not None
        if key in wanted:
            row = wanted.index(key)
            self.beginInsertRows(NOWHERE, row, row)
            self._shown = wanted
            self.endInsertRows()

    def put_cell(self, key: Hashable, column: int, cell: Cell) -> None:
        self.put_cells(key, column, [cell])

    def put_cells(self, key: Hashable, first: int, cells: Sequence[Cell]) -> None:
        """Shows these cells from column `first` on in a row that is there; announced together."""
        row = self._cells[self._places[key]]
        seen = [column for column, cell in enumerate(cells, first) if row[column][:2] != cell[:2]]
        row[first : first + len(cells)] = cells
        if not seen:
            return
        if self._shown is None or key in self._shown:
            place = self.row_of(key)
            self.dataChanged.emit(self.createIndex(place, seen[0]), self.createIndex(place, seen[-1]))
        if self._search or (self._sorting is not None and self._sorting.column in seen):
            self._arranging.start()

    def remove(self, key: Hashable) -> None:
        """Takes a row away; one that is not there is no matter."""
        if key not in self._places:
            return
        if not self.is_shown(key):
            self._drop(key)
            return
        row = self.row_of(key)
        self.beginRemoveRows(NOWHERE, row, row)
        self._drop(key)
        self.endRemoveRows()

    def _drop(self, key: Hashable) -> None:
        place = self._places[key]
        del self._keys[place], self._cells[place]
        self._places = {each: at for at, each in enumerate(self._keys)}
        if self._shown is not None and key in self._shown:
            self._shown.remove(key)

    def replace(self, rows: Sequence[tuple[Hashable, Sequence[Cell]]]) -> None:
        """Shows these rows instead, the last one on top."""
        self.beginResetModel()
        self._keys = [key for key, _ in rows]
        self._cells = [list(cells) for _, cells in rows]
        self._places = {key: at for at, key in enumerate(self._keys)}
        self._shown = self._wanted()
        self.endResetModel()

    # -- Qt's questions

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if parent.isValid():
            return 0
        return len(self._keys if self._shown is None else self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.tip(index.row(), index.column()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def plain_tip(words: str) -> str:
    """Words for a tooltip, which Qt would take for markup where they look like it: people write what they like."""
    return f"<span>{escape(words)}</span>" if "<" in words or "&" in words else words
