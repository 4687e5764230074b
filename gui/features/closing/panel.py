"""Asks before a window closes while something is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.features.closing.model import ClosingModel
from gui.features.closing.view.dialog import ClosingDialog


class ClosingGuard(QObject):
    """Asks the user before a window closes. It never holds up a log-off or shutdown of the system.

    `ask_name` asks under which name the trades of a replay are kept.
    """

    def __init__(self, window: QWidget, model: ClosingModel, ask_name: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._model, self._ask_name = window, model, ask_name
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
            self._ask_name()
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
