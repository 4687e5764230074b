"""The dialog before a window closes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.features.closing.model import ClosingQuestion
from gui.widgets.place import FittedDialog

MIN_WIDTH = 460


class ClosingDialog(FittedDialog):
    """A question and its answers; closing the dialog, or Esc, means to stay."""

    def __init__(self, question: ClosingQuestion, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question.title)
        self.setMinimumWidth(MIN_WIDTH)
        self.words = QLabel(question.words)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.leave, self.first, self.stay = _button(question.leave), _button(question.first), _button("Stay")
        self.first.setVisible(bool(question.first))
        self.stay.setDefault(True)
        self.stay.clicked.connect(self.reject)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for button in (self.leave, self.first, self.stay):
            row.addWidget(button)
        column.addWidget(self.words)
        column.addLayout(row)

    def wait(self, words: str) -> None:
        """Shows that what the user chose to do first is under way; the user may still stay."""
        self.words.setText(words)
        for button in (self.leave, self.first):
            button.setEnabled(False)


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    return button
