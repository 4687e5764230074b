"""A table of an answer, ordered by the column that the user chooses."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from gui.features.lab.model.page import Row, Table
from gui.features.trading.model.table import RowTable


class AnswerRows(RowTable):
    """In the order of the answer until another one is chosen."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__([field.column for field in table.fields], parent)
        self.table = table
        self._put(list(table.rows))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        rows = list(self.table.rows)
        if column >= 0:
            rows.sort(key=lambda row: row.order[column], reverse=order is Qt.SortOrder.DescendingOrder)
        self._put(rows)

    def _put(self, rows: list[Row]) -> None:
        self.replace([(row.key, row.cells) for row in reversed(rows)])
