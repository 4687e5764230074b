"""The window with its settings open, and who writes into them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QMenu,
)
from pytestqt.qtbot import QtBot

from config.changes import changes_between
from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings, SettingsChanged, WaitingChange
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.view.dialog import SettingsDialog
from gui.features.settings.view.field_row import FieldRow
from tests.builders import MONDAY
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"
LOSS = "risk_mitigation.max_daily_loss_pct"
PLAIN = Settings()


class SettingsWindow:
    """The window with its settings open; the engine answers at `answer`."""

    def __init__(self, qtbot: QtBot, settings_file: Path | None = None) -> None:
        self.desk = DeskWindow(qtbot)
        if settings_file is not None:
            self.desk.desk.settings.keep_in(settings_file)
        self.desk.action("settings.open").trigger()
        flush()
        self.settle()

    @property
    def dialog(self) -> SettingsDialog:
        dialog = self.desk.window.settings.dialog
        assert dialog is not None
        return dialog

    @property
    def form(self) -> SettingsForm:
        return self.dialog._form

    def row(self, key: str) -> FieldRow:
        """The row of a setting, on its page."""
        self.dialog.show_field(key)
        flush()
        return self.dialog.view(self.dialog.tree.current).rows[key]

    def write(self, key: str, text: str) -> FieldRow:
        """Writes a text into the field of a setting, key by key."""
        row = self.row(key)
        field = row.editor
        assert isinstance(field, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, text)
        return row

    def click(self, button: QAbstractButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        flush()

    def choose(self, title: str, name: str) -> None:
        """An entry of the menu of presets."""
        self.settle()
        menus = {action.text(): action.menu() for action in self.dialog.presets.presets_menu.actions()}
        menu = menus[title]
        assert isinstance(menu, QMenu)
        entries = {action.text(): action for action in menu.actions()}
        entries[name].trigger()
        self.settle()

    def settle(self) -> None:
        """Work on files is done, and its result shown."""
        errands = self.dialog.presets._presets.errands
        for _ in range(2):
            errands.wait()
            flush()

    @property
    def asked(self) -> list[Settings]:
        return [command.settings for command in self.desk.asked if isinstance(command, ChangeSettings)]

    def answer(self, in_force: Settings = PLAIN) -> None:
        """The engine takes note of what was asked for last; what is not in force waits ten minutes."""
        wanted = self.asked[-1]
        waiting = (
            WaitingChange(change, MONDAY + timedelta(minutes=10)) for change in changes_between(in_force, wanted)
        )
        self.desk.desk.settings.on_settings_changed(SettingsChanged(in_force, (), wanted, tuple(waiting), "window"))
        flush()


def fault_text(row: FieldRow) -> str:
    """What is said to be wrong below a setting; empty where nothing is."""
    return "" if row.below is None else row.below.fault.text()
