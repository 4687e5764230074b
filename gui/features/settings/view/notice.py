"""The line that says what an edited file changed in the settings, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow

from gui.features.settings.model.settings import SettingsModel
from gui.widgets.controls import make_button
from gui.widgets.message_bar import MessageBar
from gui.widgets.restyle import restyle


class SettingsNotice(MessageBar):
    """Stands in a row of its own below the bars of the window."""

    def __init__(self, window: QMainWindow, model: SettingsModel, show_settings: Callable[[], None]) -> None:
        super().__init__("settingsNotice", "Settings that were edited", window)
        self._model = model
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_settings = make_button("Settings", "Opens the settings", show_settings)
        self.dismiss = make_button("Dismiss", "Dismisses this line", model.dismiss)
        self.put(self.words, 1)
        self.put(self.show_settings)
        self.put(self.dismiss)
        window.addToolBarBreak()
        window.addToolBar(self)
        model.noticed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.words.setText(self._model.notice)
        restyle(self, "isFaulty", bool(self._model.faults))
        self.show_line(bool(self._model.notice))
