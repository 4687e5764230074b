"""Asks the user to confirm AUTO for a symbol whose settings are not proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.features.evidence.model.evidence import AutoQuestion, EvidenceModel
from gui.features.evidence.view.permission_dialog import PermissionDialog
from gui.features.trading.model.modes import ModesModel


class AutoPermission(QObject):
    """Sends permits before the command that needs them, so that they are on disk when it is executed."""

    def __init__(self, modes: ModesModel, evidence: EvidenceModel, window: QWidget) -> None:
        super().__init__(window)
        self._modes, self._evidence, self._window = modes, evidence, window
        self.dialog: PermissionDialog | None = None
        modes.permission_wanted.connect(self._ask)

    def _ask(self, missing: Mapping[str, str], command: object) -> None:
        questions = self._questions(missing)
        unproven = [question for question in questions if question.asked]
        if not unproven:
            self._allow(questions, {}, command)
            return
        if self.dialog is not None:
            self.dialog.close()
        dialog = self.dialog = PermissionDialog(unproven, self._window)
        dialog.accepted.connect(lambda: self._answer(missing, questions, dialog.typed, command))
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.show()
        dialog.activateWindow()

    def _questions(self, missing: Mapping[str, str]) -> list[AutoQuestion]:
        return [self._evidence.question(symbol, settings_hash) for symbol, settings_hash in missing.items()]

    def _answer(
        self, missing: Mapping[str, str], shown: list[AutoQuestion], typed: Mapping[str, str], command: object
    ) -> None:
        """Asks again where another verdict or an alarm came in while the dialog was open."""
        if self._questions(missing) == shown:
            self._allow(shown, typed, command)
        else:
            self._ask(missing, command)

    def _allow(self, questions: Sequence[AutoQuestion], typed: Mapping[str, str], command: object) -> None:
        for question in questions:
            self._modes.commanded.emit(question.answered(typed.get(question.symbol, "")))
        self._modes.commanded.emit(command)

    def _forget(self, dialog: PermissionDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
