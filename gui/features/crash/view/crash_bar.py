"""Says that the desk crashed in an earlier run, and shows the report."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.widgets.controls import make_words
from gui.widgets.message_bar import MessageBar
from gui.widgets.place import FittedDialog


class CrashBar(MessageBar):
    """A line with two answers. `report_asked` follows the wish to read the report; the line stays until dismissed."""

    report_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("crashes", "A crash of an earlier run", parent)
        self.words = make_words("crashWords", wraps=False, is_selectable=True)
        self.words.setWordWrap(True)
        self.show_report, self.dismiss = QPushButton("Show report"), QPushButton("Dismiss")
        self.show_report.setToolTip("Shows what led to the crash; nothing is sent anywhere")
        self.dismiss.setToolTip("Dismisses this message; the report stays beside the log")
        self.show_report.clicked.connect(self.report_asked)
        self.dismiss.clicked.connect(lambda: self.show_line(False))
        self.put(self.words, 1)
        self.put(self.show_report)
        self.put(self.dismiss)
        self.show_line(False)

    def announce(self, words: str) -> None:
        """Shows the line."""
        self.words.setText(words)
        self.show_line(True)


class ReportDialog(FittedDialog):
    """The text of a report, to be read and copied."""

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.text = QPlainTextEdit(text, readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("Crash report")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copies the whole report")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Closes this")
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(900, 600)
