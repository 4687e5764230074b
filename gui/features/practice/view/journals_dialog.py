"""Dialogs of practice journals: their list, and the name of a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.practice.model.journals import JournalsModel
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog

SILENCE = "No practice journals. In a replay with closed trades, Tools, Practice, Save as journal saves one here."
FORMS = "CSV, for spreadsheets (*.csv);;Parquet, for programs (*.parquet)"
WIDTH, HEIGHT = 860, 360


class JournalsDialog(FittedDialog):
    """The list of practice journals, with what can be done with the selected one."""

    def __init__(self, journals: JournalsModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._journals = journals
        self.question: QMessageBox | None = None
        self.setWindowTitle("Practice journals")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDTH, HEIGHT)
        self.table = TradeTable(journals.table, theme, SILENCE, name="Practice journals")
        self.table.setProperty(TABLE_NAME_PROPERTY, "practice_journals")
        self.table.doubleClicked.connect(lambda index: journals.open(index.row()))
        self.message = make_words("journalMessage")
        tip = "Continues the session in a replay window, with its trades on the charts"
        self.open_one = make_button("&Open", tip, lambda: self._with_row(journals.open))
        self.export = make_button("&Export …", "Writes its trades to a CSV or Parquet file", self._ask_file)
        self.delete = make_button("&Delete …", "Deletes the journal permanently", self._ask_delete)
        close = make_button("Close", "Closes this list", self.reject)
        row = QHBoxLayout()
        for button in (self.open_one, self.export, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.message)
        column.addLayout(row)
        journals.announced.connect(self.message.setText)
        journals.opened.connect(lambda _: self.accept())
        journals.changed.connect(self._show_state)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_state())
        self._show_state()
        journals.refresh()

    @property
    def _row(self) -> int:
        return self.table.currentIndex().row()

    def set_theme(self, theme: Theme) -> None:
        """Shows the table in the colours of another theme."""
        self.table.set_theme(theme)

    def _with_row(self, act: Callable[[int], None]) -> None:
        if self._row >= 0:
            act(self._row)

    def _show_state(self) -> None:
        kept = self._journals.table.journal(self._row) if 0 <= self._row < self._journals.table.rowCount() else None
        is_readable = kept is not None and not kept.fault
        self.open_one.setEnabled(is_readable)
        self.export.setEnabled(is_readable)
        self.delete.setEnabled(kept is not None)

    def _ask_file(self) -> None:
        row = self._row
        dialog = QFileDialog(self, "Export trades", str(Path.home() / "practice.csv"), FORMS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._journals.export(row, Path(name)))
        dialog.open()

    def _ask_delete(self) -> None:
        row = self._row
        if row < 0:
            return
        box = self.question = QMessageBox(self)
        box.setWindowTitle("Delete practice journal")
        box.setText(f"Delete {self._journals.table.journal(row).name} permanently?")
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(lambda: self._journals.delete(row))
        box.open()


class NameDialog(FittedDialog):
    """Asks for the name of a journal; says at once why one cannot be used."""

    def __init__(self, journals: JournalsModel, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._journals = journals
        self.setWindowTitle("Save as practice journal")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit(name)
        self.name.setToolTip("Its name in the list of practice journals")
        self.fault = make_words("journalMessage")
        buttons = QDialogButtonBox()
        self.keep = buttons.addButton("Save", QDialogButtonBox.ButtonRole.AcceptRole)
        self.keep.setToolTip("Saves the session with its trades and notes in the data folder")
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setToolTip("Closes this dialog without saving")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("Name", self.name)
        form.addRow(self.fault)
        form.addRow(buttons)
        self.name.textChanged.connect(self._check)
        self.name.selectAll()
        self._check()

    def _check(self) -> None:
        fault = self._journals.fault_of(self.name.text().strip())
        self.fault.setText(fault)
        self.keep.setEnabled(not fault)
