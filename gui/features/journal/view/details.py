"""One record of the journal: its sentence, the note on its trade, and all its fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.features.journal.model.journal import Chosen
from gui.features.journal.model.tree import Branch
from gui.features.trading.model.notes import note_words
from gui.widgets.controls import make_words
from gui.widgets.scrolling import leave_ground_to_frame

SILENCE = "Select a record to see its details and its candle on the chart."


class RecordDetails(QWidget):
    """`note_wanted` and `plan_wanted` are emitted when the user wants to write about the trade, or to see all of it."""

    note_wanted = Signal()
    plan_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recordDetails")
        self.words, self.place, self.note = (
            make_words("recordWords", is_selectable=True),
            make_words("recordPlace", is_selectable=True),
            make_words("recordNote", is_selectable=True),
        )
        self.write = QPushButton("Note …")
        self.write.setToolTip("Write about the trade that this record belongs to")
        self.write.clicked.connect(self.note_wanted)
        self.plan = QPushButton("All of its plan")
        self.plan.setToolTip("Shows every record of the same plan")
        self.plan.clicked.connect(self.plan_wanted)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setObjectName("recordTree")
        self.tree.setAccessibleName("Record")
        leave_ground_to_frame(self.tree)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.write)
        buttons.addWidget(self.plan)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 4)
        column.setSpacing(4)
        for part in (self.words, self.place, self.note, self._buttons):
            column.addWidget(part)
        column.addWidget(self.tree, 1)
        self.show_record(None, UTC)

    def show_record(self, chosen: Chosen | None, zone: tzinfo) -> None:
        """All about a record; a hint where none is chosen."""
        self.words.setText(SILENCE if chosen is None else chosen.words)
        note = "" if chosen is None else note_words(chosen.annotation)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._buttons.setVisible(chosen is not None and bool(chosen.entry.plan_id))
        self.place.setVisible(chosen is not None and bool(self.place.text()))
        self.tree.setVisible(chosen is not None)
        self.tree.clear()
        if chosen is not None:
            self.tree.addTopLevelItems([*_items(chosen.tree(zone))])
            self.tree.expandToDepth(0)

    def show_place(self, words: str) -> None:
        """Where the moment is on the chart, or why it is not."""
        self.place.setText(words)
        self.place.setVisible(bool(words))


def _items(branches: Iterable[Branch]) -> Iterable[QTreeWidgetItem]:
    for branch in branches:
        item = QTreeWidgetItem([branch.name, branch.words])
        item.addChildren([*_items(branch.parts)])
        yield item
