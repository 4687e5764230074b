"""Tables of trading, as state: rows with a key, newest first, of which only changed cells are announced."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import Enum, auto
from html import escape
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

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
    """Words and how they are meant."""

    text: str
    tone: Tone = Tone.PLAIN


class Column(NamedTuple):
    """Title, what it shows, the longest words usually in it, and whether those are numbers."""

    title: str
    tip: str
    sample: str
    is_number: bool = False


class RowTable(QAbstractTableModel):
    """Rows of cells; the one added last stands on top."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._keys: list[Hashable] = []
        self._cells: list[list[Cell]] = []
        self._places: dict[Hashable, int] = {}

    def retitle(self, column: int, title: str) -> None:
        """Another title for a column."""
        if title != self.columns[column].title:
            renamed = self.columns[column]._replace(title=title)
            self.columns = (*self.columns[:column], renamed, *self.columns[column + 1 :])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, column, column)

    # -- what is shown

    def cell(self, row: int, column: int) -> Cell:
        return self._cells[len(self._cells) - 1 - row][column]

    def key(self, row: int) -> Any:
        return self._keys[len(self._keys) - 1 - row]

    def row_of(self, key: Hashable) -> int:
        """Raises KeyError for a key that has no row."""
        return len(self._keys) - 1 - self._places[key]

    def has(self, key: Hashable) -> bool:
        return key in self._places

    def words(self, row: int) -> list[str]:
        """The words of one row, from left to right."""
        return [cell.text for cell in self._cells[len(self._cells) - 1 - row]]

    def tip(self, row: int, column: int) -> str:
        """What a tooltip says of a cell."""
        return self.cell(row, column).text

    def put(self, key: Hashable, cells: Sequence[Cell]) -> None:
        """Shows these cells in the row of `key`, which is made where there is none."""
        if key not in self._places:
            self.beginInsertRows(NOWHERE, 0, 0)
            self._places[key] = len(self._keys)
            self._keys.append(key)
            self._cells.append(list(cells))
            self.endInsertRows()
            return
        for column, cell in enumerate(cells):
            self.put_cell(key, column, cell)

    def put_cell(self, key: Hashable, column: int, cell: Cell) -> None:
        place = self._places[key]
        if self._cells[place][column] != cell:
            self._cells[place][column] = cell
            index = self.createIndex(len(self._cells) - 1 - place, column)
            self.dataChanged.emit(index, index)

    def remove(self, key: Hashable) -> None:
        """Takes a row away; one that is not there is no matter."""
        place = self._places.get(key)
        if place is None:
            return
        row = len(self._keys) - 1 - place
        self.beginRemoveRows(NOWHERE, row, row)
        del self._keys[place], self._cells[place]
        self._places = {each: at for at, each in enumerate(self._keys)}
        self.endRemoveRows()

    def replace(self, rows: Sequence[tuple[Hashable, Sequence[Cell]]]) -> None:
        """Shows these rows instead, the last one on top."""
        self.beginResetModel()
        self._keys = [key for key, _ in rows]
        self._cells = [list(cells) for _, cells in rows]
        self._places = {key: at for at, key in enumerate(self._keys)}
        self.endResetModel()

    # -- Qt's questions

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

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
