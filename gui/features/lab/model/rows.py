"""A table of an answer, sorted and searched as the user chooses."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

from PySide6.QtCore import QObject

from gui.features.lab.model.page import Row, Table
from gui.features.trading.model.row_order import is_found, search_text
from gui.features.trading.model.table import NOWHERE, Cell, Index, RowTable


class AnswerRows(RowTable):
    """In the order of the answer until another one is chosen. Rows are those of the answer, not copies: a comparison
    over years has tens of thousands."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__([field.column for field in table.fields], parent)
        self.table = table
        self._rows: Sequence[Row] = table.rows

    def _arrange(self) -> None:
        rows: Sequence[Row] = self.table.rows
        if self._search:
            lines = zip(rows, self._search_texts, strict=True)
            rows = [row for row, text in lines if is_found(self._search, text)]
        if self._sorting is not None:
            column = self._sorting.column
            rows = sorted(rows, key=lambda row: row.order[column], reverse=self._sorting.is_falling)
        if rows is not self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    @cached_property
    def _search_texts(self) -> list[str]:
        """One for each row of the answer, made once: a search of tens of thousands has to keep up with typing."""
        return [search_text(cell.text for cell in row.cells) for row in self.table.rows]

    def cell(self, row: int, column: int) -> Cell:
        return self._rows[row].cells[column]

    def key(self, row: int) -> Any:
        return self._rows[row].key

    def row_of(self, key: Hashable) -> int:
        return next(place for place, row in enumerate(self._rows) if row.key == key)

    def has(self, key: Hashable) -> bool:
        return any(row.key == key for row in self._rows)

    def is_shown(self, key: Hashable) -> bool:
        return self.has(key)

    def words(self, row: int) -> list[str]:
        return [cell.text for cell in self._rows[row].cells]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)
