"""The note on a trade, in a non-modal dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from gui.features.trading.model.notes import TradeNotes
from gui.widgets.place import FittedDialog
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH, HEIGHT = 420, 260


class NoteDialog(FittedDialog):
    """Shows the draft of a note; it closes when the note is kept."""

    def __init__(self, notes: TradeNotes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Note on a trade")
        self.resize(WIDTH, HEIGHT)
        self._notes = notes
        self.title, self.fault = QLabel(), QLabel()
        for label in (self.title, self.fault):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.title.setObjectName("noteTitle")
        self.fault.setObjectName("noteFault")
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("What you saw, what you felt, what you would do again")
        self.note.setToolTip("Your note on the trade; Ctrl+S saves it")
        self.note.setTabChangesFocus(True)
        leave_ground_to_frame(self.note)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText("fomo, news, late")
        self.tags.setToolTip("A word or two each, separated by commas; Statistics can group by them")
        self._lay_out()
        notes.refused.connect(self._show_fault)
        notes.ended.connect(self.close)
        self.finished.connect(notes.end)
        self.show_draft()

    def _lay_out(self) -> None:
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setToolTip("Saves the note with the trade")
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Discards the changes")
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(self.title)
        form.addRow("Note", self.note)
        form.addRow("Tags", self.tags)
        form.addRow(self.fault)
        form.addRow(self.buttons)
        self.fault.hide()

    def show_draft(self) -> None:
        """Fills the form with what is written already."""
        draft = self._notes.draft
        if draft is not None:
            self.title.setText(draft.title)
            self.note.setPlainText(draft.note)
            self.tags.setText(draft.tags)
            self._show_fault()
            self.note.setFocus()

    def save(self) -> None:
        self._notes.save(self.note.toPlainText(), self.tags.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Save):
            self.save()
        else:
            super().keyPressEvent(event)

    def _show_fault(self) -> None:
        fault = "" if self._notes.draft is None else self._notes.draft.fault
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
