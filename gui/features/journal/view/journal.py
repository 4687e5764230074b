"""The journal: a filter above, records below, the selected one next to them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from gui.features.journal.model.journal import JournalModel
from gui.features.journal.model.wish import JournalWish
from gui.features.journal.view.details import RecordDetails
from gui.features.journal.view.filter_bar import FilterBar
from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.work_line import WorkLine
from gui.zones import DisplayZones

SILENCE = "No record passes the filter. Choose All kinds, All symbols and Any time to see everything."
WIDE = 1.5
"""Times as wide as high from which on the record stands next to the list."""
FORMS = "CSV, for spreadsheets (*.csv);;Parquet, for programs (*.parquet)"


class JournalPanel(QWidget):
    """Reads the journal only while it can be seen."""

    def __init__(self, journal: JournalModel, zones: DisplayZones, theme: Theme) -> None:
        super().__init__()
        self._journal, self._zones = journal, zones
        self.filters = FilterBar()
        self.table = TradeTable(journal.table, theme, SILENCE, name="Journal", shows="Show details")
        self.table.setProperty(TABLE_NAME_PROPERTY, "journal")
        self.details = RecordDetails()
        self.count = QLabel()
        self.export = QPushButton("Export …")
        self.export.setToolTip("Writes the records that are found to a CSV or Parquet file")
        self.filters.row.addWidget(self.count)
        self.filters.row.addWidget(self.export)
        self.work = WorkLine()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.table)
        self._split.addWidget(_scrolled(self.details))
        self._split.setSizes([640, 360])
        self._split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.work)
        column.addWidget(self._split, 1)
        self._connect()
        self._show_zone()
        self._show_state()

    def _connect(self) -> None:
        journal, details = self._journal, self.details
        self.filters.changed.connect(self._wish)
        self.export.clicked.connect(self._ask_file)
        self.table.acted.connect(lambda row, _: journal.choose(row))
        journal.changed.connect(self._show_state)
        journal.chosen_changed.connect(self._show_chosen)
        journal.placed.connect(details.show_place)
        self._zones.changed.connect(self._show_zone)
        details.note_wanted.connect(journal.ask_note)
        details.plan_wanted.connect(self._show_plan)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def _show_zone(self) -> None:
        """The zone in which times are shown and asked for."""
        self._journal.set_zone(self._zones.common)
        self.filters.set_zone(self._zones.common)

    # -- what the user asks for

    def _wish(self, wish: JournalWish) -> None:
        self._journal.set_filter(wish.filter_at(self._journal.now), is_run_only=wish.is_run_only)

    def _show_plan(self) -> None:
        if self._journal.chosen is not None:
            self.filters.show_plan(self._journal.chosen.entry.plan_id or "")

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "Export the records that are found", str(Path.home() / "journal.csv"), FORMS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._journal.export(Path(name)))
        dialog.open()

    # -- what is shown

    def _show_state(self) -> None:
        journal = self._journal
        share = "" if journal.searched >= 1.0 else f", {100 * journal.searched:.0f} % searched"
        self.count.setText(f"{journal.count:,} record{'' if journal.count == 1 else 's'}{share}")
        self.filters.show_symbols(journal.symbols)
        self.export.setEnabled(journal.progress is None and journal.count > 0)
        self.work.show_progress(journal.progress)

    def _show_chosen(self) -> None:
        self.details.show_record(self._journal.chosen, self._journal.zone)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._journal.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._journal.watch(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE * self.height()
        self._split.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)


def _scrolled(details: RecordDetails) -> QScrollArea:
    """A record scrolls in little space: else it would push a low window off the screen."""
    area = QScrollArea()
    area.setAccessibleName("Details of the record")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(details)
    leave_ground_to_frame(area)
    return area
