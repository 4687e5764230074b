"""The whole window on a desk without an engine: what the user asks for is only remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings, Command, SettingsChanged
from gui.desk_model import DeskModel
from gui.theme import DARK
from gui.window import MainWindow
from tests.builders import BITCOIN
from tests.fakes import source
from tests.gui.chart.builders import flush, quiet_hours


class DeskWindow:
    """Gold in front and Bitcoin next to it; settings that are asked for come into force at `answer`."""

    def __init__(self, qtbot: QtBot, settings: Settings | None = None) -> None:
        self.desk = DeskModel(settings)
        self.asked: list[Command] = []
        self.desk.commanded.connect(self.asked.append)
        self.window = MainWindow(DARK)
        self.desk.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.populate(self.desk)
        self.desk.open([source(), source(instrument=BITCOIN)])
        for chart in self.desk.charts.values():
            chart.append(quiet_hours(300))
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        flush()

    def answer(self) -> None:
        """The newest settings that were asked for come into force."""
        wanted = next(command for command in reversed(self.asked) if isinstance(command, ChangeSettings))
        self.desk.settings.on_settings_changed(SettingsChanged(wanted.settings, (), wanted.settings, (), "window"))
        self.desk.use_settings(wanted.settings)

    def action(self, name: str) -> QAction:
        found = self.window.findChild(QAction, name)
        assert isinstance(found, QAction), name
        return found

    def press(
        self,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        on: QWidget | None = None,
    ) -> None:
        """Where the keyboard is, or on a widget."""
        QTest.keyClick(on or self.window.focusWidget() or self.window, key, modifiers)
