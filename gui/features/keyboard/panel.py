"""The keyboard of a window: what each key does, and the list in which that is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QPushButton

from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.key_map import KeyMap
from gui.features.settings.model.settings import SettingsModel
from gui.widgets.actions import make_action

if TYPE_CHECKING:
    from gui.features.keyboard.view.key_dialog import KeyDialog


class Keyboard:
    """`dialog` is the one that is open; `action` opens it."""

    def __init__(self, window: QMainWindow, arming: Arming, settings: SettingsModel) -> None:
        self._window, self._arming = window, arming
        self.map = KeyMap(window, arming, settings)
        self.dialog: KeyDialog | None = None
        tip = "Every action with its key"
        self.action = make_action(window, "help.keys", "Keyboard …", tip, self.show, key="F1")

    def show(self) -> None:
        """The list of keys beside the desk, which goes on."""
        from gui.features.keyboard.view.key_dialog import KeyDialog

        if self.dialog is None:
            self.dialog = KeyDialog(self.map, self._arming, self._window)
            self.dialog.destroyed.connect(self._forget)
            self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def make_button(self) -> QPushButton:
        """For the settings."""
        button = QPushButton("Open the keyboard map …")
        button.setToolTip("Every action with its key, to be changed there")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.show())
        return button

    def _forget(self) -> None:
        self.dialog = None
