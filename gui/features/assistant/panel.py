"""Tools, Assistant: a dialog about the local API of the user's own desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from gui.features.assistant.model.assistant import AssistantModel
from gui.widgets.actions import make_action

if TYPE_CHECKING:
    from gui.features.assistant.model.snippets import Snippet
    from gui.features.assistant.view.assistant_dialog import AssistantDialog

SDK_MISSING = (
    "The package mcp, which assistants need, is not installed here: run `python3 run.py mcp` once in the checkout, or "
    "`pip install microscalp[assistant]`."
)


class AssistantOpener:
    """`directory` is the data folder of the desk; `show_setting` opens the setting of a key. One dialog at a time."""

    def __init__(
        self, window: QMainWindow, model: AssistantModel, directory: Path, show_setting: Callable[[str], object]
    ) -> None:
        self._window, self._model, self._directory = window, model, directory
        self._show_setting = show_setting
        self.dialog: AssistantDialog | None = None
        tip = "Who may connect to the desk, and how to connect a chat assistant or a program"
        self.action = make_action(window, "tools.assistant", "Assistant …", tip, self.open)

    def open(self) -> None:
        """Shows the dialog."""
        if self.dialog is None:
            self._make()
        assert self.dialog is not None
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _make(self) -> None:
        from gui.features.assistant.model.snippets import is_sdk_missing
        from gui.features.assistant.view.assistant_dialog import AssistantDialog

        warning = SDK_MISSING if is_sdk_missing() else ""
        dialog = AssistantDialog(self._model, self._snippets, warning, self._show_setting, self._window)
        dialog.finished.connect(self._forget)
        self.dialog = dialog

    def _snippets(self) -> Sequence[Snippet]:
        from engine.bootstrap import user_data_directory
        from gui.features.assistant.model.snippets import installation, snippets

        return snippets(installation(), self._directory.absolute(), user_data_directory(), self._model.http_port)

    def _forget(self) -> None:
        self.dialog = None
