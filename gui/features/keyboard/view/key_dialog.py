"""The keyboard map in a dialog beside the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.key_list import KeyList
from gui.features.keyboard.view.key_map import KeyMap
from gui.features.keyboard.view.sheet import page
from gui.platform.background import Background
from gui.platform.writing import write_page
from gui.widgets.place import FittedDialog

SIZE = (820, 620)
FORMATS = "Web page (*.html)"


class KeyDialog(FittedDialog):
    """All actions with their keys: to be read, searched, changed and printed. The desk stays usable meanwhile."""

    def __init__(self, keys: KeyMap, arming: Arming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyDialog")
        self.setWindowTitle("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._keys, self._arming = keys, arming
        self.search = QLineEdit(placeholderText="Search actions and keys", clearButtonEnabled=True)
        self.search.setAccessibleName("Search actions and keys")
        self.search.setToolTip("Words of the action, its group or its key")
        self.list = KeyList(keys)
        self.search.textChanged.connect(self.list.seek)
        self.about = QLabel(wordWrap=True)
        self.about.setObjectName("keyAbout")
        self.said = QLabel(wordWrap=True)
        self.said.setObjectName("keyAbout")
        self.errands = Background(self)
        self._lay_out()
        self._explain()
        arming.changed.connect(self._explain)
        keys.changed.connect(self._explain)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.about)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        row = QHBoxLayout()
        self.clear_key = self._button(row, "No key", "Remove the key of the selected action", self.list.remove_key)
        self.reset_key = self._button(
            row, "Reset key", "Restore the default of the selected action", self.list.reset_key
        )
        self.reset_all = self._button(row, "Reset all", "Restore the defaults of all actions", self.list.reset_all)
        row.addStretch(1)
        self.save = self._button(row, "Save as …", "Save the key map as a web page for printing", self._ask_where)
        self.leave = self._button(row, "Close", "Close this window", self.close)
        column.addLayout(row)

    def _button(self, row: QHBoxLayout, words: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        row.addWidget(button)
        return button

    def _explain(self) -> None:
        if self._arming.is_needed:
            words = f"Keys that need arming do nothing until you {self._arming.way_to_arm}. Clicks never need it."
        else:
            words = "The settings say that keys need no arming: keys that trade work at once."
        self.about.setText(f"{words} To change a key, double click it or press F2, then press the new one.")

    # -- on paper

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Save the keyboard map", str(Path.home() / "keyboard.html"), FORMATS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        """Writes the map, and says where it is or why it is not."""
        text = page(self._keys.entries())
        self.errands.run(
            lambda: write_page(Path(path), text), lambda _: self.said.setText(f"Saved as {path}"), self.said.setText
        )
