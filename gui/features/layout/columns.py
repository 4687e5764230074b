"""The columns of tables, as the user arranged them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTableView

from gui.features.layout.file import Columns

TABLE_NAME_PROPERTY = "tableName"
"""Set on tables whose columns are kept."""


def tables_of(root: QObject) -> Iterator[tuple[str, QTableView]]:
    """Tables below `root` that have a name, with it."""
    for table in root.findChildren(QTableView):
        name = table.property(TABLE_NAME_PROPERTY)
        if name:
            yield str(name), table


def columns_of(table: QTableView) -> Columns:
    """A column that is not shown has the width 0."""
    heads = table.horizontalHeader()
    numbers = range(heads.count())
    return Columns(
        order=tuple(heads.logicalIndex(place) for place in numbers),
        widths=tuple(heads.sectionSize(number) for number in numbers),
        hidden=tuple(number for number in numbers if heads.isSectionHidden(number)),
    )


def lay_out(table: QTableView, columns: Columns) -> bool:
    """False, and nothing changed, where the table has other columns."""
    heads = table.horizontalHeader()
    if not columns.fits(heads.count()):
        return False
    for place, number in enumerate(columns.order):
        heads.moveSection(heads.visualIndex(number), place)
    for number, width in enumerate(columns.widths):
        heads.setSectionHidden(number, number in columns.hidden)
        if width and number not in columns.hidden:
            heads.resizeSection(number, max(width, heads.minimumSectionSize()))
    return True


class ColumnKeeper:
    """The columns of all tables of a window; of tables not shown yet, their wanted state."""

    def __init__(self, root: QObject) -> None:
        self._root = root
        self._first: dict[str, Columns] = {}
        self._wanted: Mapping[str, Columns] = {}

    def current(self) -> dict[str, Columns]:
        """The current columns, by the tables' names."""
        return {**self._wanted, **{name: columns_of(table) for name, table in tables_of(self._root)}}

    def settle(self, part: QObject) -> None:
        """Lays out tables below `part`, which is new in the window."""
        for name, table in tables_of(part):
            self._first[name] = columns_of(table)
            if name in self._wanted:
                lay_out(table, self._wanted[name])

    def put(self, wanted: Mapping[str, Columns]) -> None:
        """Lays out every table, as it was at first where `wanted` leaves it out."""
        self._wanted = wanted
        for name, table in tables_of(self._root):
            columns = wanted.get(name, self._first.get(name))
            if columns is not None:
                lay_out(table, columns)
