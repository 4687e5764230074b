"""Presets and files: load, compare, save, delete, import and export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.features.settings.model.presets import Difference, PresetsModel
from gui.widgets.controls import make_button
from gui.widgets.place import FittedDialog
from gui.widgets.scrolling import leave_ground_to_frame

FORMATS = "Settings (*.json)"
TABLE_SIZE = (720, 420)
VALUE_WIDTH = 170
COLUMNS = {
    "Setting": "Name of the setting",
    "Preset": "What the preset has",
    "Now": "What the dialog shows now",
}
"""Headings and their tips."""


class PresetBar(QWidget):
    """Two buttons with menus."""

    def __init__(self, presets: PresetsModel) -> None:
        super().__init__()
        self._presets = presets
        self.presets_menu, self.file_menu = QMenu(self), QMenu(self)
        for menu in (self.presets_menu, self.file_menu):
            menu.setToolTipsVisible(True)
        self.presets_button = _menu_button("Presets ▾", "Load, compare and save sets of settings", self.presets_menu)
        self.file_button = _menu_button("File ▾", "Import settings from a file, or export them", self.file_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.presets_button)
        row.addWidget(self.file_button)
        row.addStretch(1)
        import_file = partial(self._ask_file, "Import settings", QFileDialog.AcceptMode.AcceptOpen, presets.import_from)
        give_out = partial(self._ask_file, "Export settings", QFileDialog.AcceptMode.AcceptSave, presets.export_to)
        _add(self.file_menu, "Import …", "Loads the settings of a file into the pages", import_file)
        _add(self.file_menu, "Export …", "Writes all settings to a file", give_out)
        presets.changed.connect(self._fill)
        presets.compared.connect(lambda name, found: Comparison(name, found, self.window()).open())
        self._fill()

    def _fill(self) -> None:
        menu, presets = self.presets_menu, self._presets
        menu.clear()
        names = (*presets.shipped, *presets.own)
        self._submenu("Load", "Loads the values of a preset into the pages", names, presets.load)
        self._submenu("Compare with", "Shows how a preset differs", names, presets.compare)
        menu.addSeparator()
        keep = _add(menu, "Save as …", "Saves the current values as your own preset", self._ask_name)
        keep.setEnabled(presets.may_keep)
        self._submenu("Delete", "Deletes one of your own presets", presets.own, presets.delete)

    def _submenu(self, title: str, tip: str, names: Sequence[str], act: Callable[[str], None]) -> None:
        menu = self.presets_menu.addMenu(title)
        menu.setToolTipsVisible(True)
        menu.setEnabled(bool(names))
        for name in names:
            _add(menu, name, tip, partial(act, name))

    # -- what the user is asked

    def _ask_name(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setObjectName("presetName")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Save preset")
        dialog.setLabelText("Name of the preset")
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        fault = self._presets.fault_of(name)
        if fault:
            self._presets.said.emit(f"Not saved: {fault}.")
        else:
            self._presets.save(name)

    def _ask_file(self, title: str, mode: QFileDialog.AcceptMode, act: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self.window(), title, str(Path.home()))
        dialog.setNameFilter(FORMATS)
        dialog.setDefaultSuffix("json")
        dialog.setAcceptMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: act(Path(name)))
        dialog.open()


class Comparison(FittedDialog):
    """Shows how a preset differs from what is written now."""

    def __init__(self, name: str, differences: Sequence[Difference], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self.setWindowTitle(f"Preset {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*TABLE_SIZE)
        self.table = QTableWidget(len(differences), len(COLUMNS))
        self.table.setObjectName("tradeTable")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        leave_ground_to_frame(self.table)
        self.table.setShowGrid(False)
        self._fill(differences)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        count = len(differences)
        words = f"{count} setting{'s differ' if count != 1 else ' differs'}." if count else "Nothing differs."
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(words))
        layout.addWidget(self.table, 1)
        layout.addWidget(make_button("Close", "Closes the comparison", self.reject), 0, Qt.AlignmentFlag.AlignRight)

    def _fill(self, differences: Sequence[Difference]) -> None:
        for column, (heading, tip) in enumerate(COLUMNS.items()):
            self.table.setHorizontalHeaderItem(column, _cell(heading, tip))
            self.table.setColumnWidth(column, VALUE_WIDTH)
        for row, difference in enumerate(differences):
            for column, words in enumerate(difference):
                self.table.setItem(row, column, _cell(words, words))


def _cell(words: str, tip: str) -> QTableWidgetItem:
    cell = QTableWidgetItem(words)
    cell.setToolTip(tip)
    return cell


def _menu_button(words: str, tip: str, menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    return button


def _add(menu: QMenu, words: str, tip: str, act: Callable[[], object]) -> QAction:
    action = menu.addAction(words)
    action.setToolTip(tip)
    action.triggered.connect(lambda _=False: act())
    return action
