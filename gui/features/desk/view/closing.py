"""Asks before a window closes on something that the user may not want to leave as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.features.desk.model.closing import ClosingModel, ClosingQuestion
from gui.features.layout.place import FittedDialog

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


class ClosingRoom(QObject):
    """Asks the user before a window closes. It never holds up a log-off or shutdown of the system."""

    def __init__(self, window: QWidget, model: ClosingModel, ask_report: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._model, self._ask_report = window, model, ask_report
        self.dialog: ClosingDialog | None = None
        model.ready.connect(self._close)
        model.progressed.connect(self._show_progress)

    def may_close(self) -> bool:
        """False where the user is asked first; the window closes later, or not."""
        question = self._model.question()
        if question is None:
            return True
        if self.dialog is None:
            self.dialog = ClosingDialog(question, self._window)
            self.dialog.leave.clicked.connect(self._close)
            self.dialog.first.clicked.connect(self._do_first)
            self.dialog.finished.connect(self._forget)
            self.dialog.open()
        self.dialog.activateWindow()
        return False

    def let_go(self) -> None:
        """Nothing is asked any more."""
        self._model.leave()

    def _do_first(self) -> None:
        if self._model.is_replay:
            if self.dialog is not None:
                self.dialog.reject()
            self._ask_report()
        else:
            self._model.flatten_first()

    def _show_progress(self, words: str) -> None:
        if self.dialog is not None:
            self.dialog.wait(words)

    def _forget(self) -> None:
        self.dialog = None
        self._model.stay()

    def _close(self) -> None:
        self._model.leave()
        self._window.close()


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    return button
