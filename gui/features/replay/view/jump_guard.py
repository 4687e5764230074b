"""Asks before a jump that would close positions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from gui.features.replay.model.playback import PlaybackModel


class JumpGuard(QObject):
    """`count` returns how many positions are open; without any a jump is carried out at once. `box` is the question."""

    def __init__(self, window: QWidget, playback: PlaybackModel, count: Callable[[], int]) -> None:
        super().__init__(window)
        self._window, self._count = window, count
        self.box: QMessageBox | None = None
        playback.may_jump = self.ask

    def ask(self, jump: Callable[[], None]) -> None:
        """Carries a jump out once the user agrees; one question at a time."""
        count = self._count()
        if not count:
            jump()
        elif self.box is None:
            self._open(jump, "1 open position is" if count == 1 else f"{count} open positions are")

    def _open(self, jump: Callable[[], None], what: str) -> None:
        box = self.box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Jump")
        box.setText(f"{what} closed at the last quote before a jump.")
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        box.button(QMessageBox.StandardButton.Cancel).setToolTip("Stays here")
        agree = box.addButton("Close and jump", QMessageBox.ButtonRole.AcceptRole)
        agree.setToolTip("Closes the positions and jumps")
        box.setDefaultButton(agree)
        agree.clicked.connect(jump)
        box.finished.connect(self._forget)
        box.open()

    def _forget(self) -> None:
        self.box = None
