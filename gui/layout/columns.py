"""The columns of tables, as a person put them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTableView

from gui.layout.book import Columns

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
