"""The settings that a search varies, one per row with the values to try."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.features.lab.model.request import Searched
from gui.features.lab.model.space import hint_of, offers
from gui.features.lab.view.fields import open_dialog
from gui.widgets.controls import make_button

SPACE_FILES = "Values to try (*.json);;All files (*)"
VALUES = "values, such as 0.2, 0.4 or 0.2 to 0.6 step 0.1"


class SpaceRow(QWidget):
    """`edited` is emitted when the setting or its values change, `unwanted` when the user removes the row."""

    edited = Signal()
    unwanted = Signal()

    def __init__(self, searched: Searched, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = QComboBox(editable=True)
        self.setting.setAccessibleName("Setting to search")
        self.setting.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setting.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for offer in offers():
            self.setting.addItem(offer.words, offer.key)
        completer = QCompleter(self.setting.model(), self.setting)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setting.setCompleter(completer)
        line = self.setting.lineEdit()
        assert line is not None
        line.setPlaceholderText("setting: type part of its name")
        place = self.setting.findData(searched.key)
        self.setting.setCurrentIndex(place)
        if place < 0:
            self.setting.setCurrentText(searched.key)
        self.values = QLineEdit(searched.values, placeholderText=VALUES)
        self.values.setAccessibleName("Values to try")
        self.remove = QToolButton()
        self.remove.setText("✕")
        self.remove.setToolTip("Remove this setting")
        self.remove.setAccessibleName("Remove this setting")
        self.remove.clicked.connect(self.unwanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.setting, 3)
        row.addWidget(self.values, 2)
        row.addWidget(self.remove)
        self.setting.currentTextChanged.connect(self._follow)
        self.values.textChanged.connect(self.edited)
        self._follow()

    @property
    def searched(self) -> Searched:
        """The content of the row; a setting that is not in the list keeps the text of the user."""
        words = self.setting.currentText().strip()
        place = self.setting.findText(words, Qt.MatchFlag.MatchFixedString)
        return Searched(words if place < 0 else str(self.setting.itemData(place)), self.values.text().strip())

    def _follow(self) -> None:
        key = self.searched.key
        self.setting.setToolTip(key or "The setting that the search varies")
        self.values.setToolTip(hint_of(key) or "The values that are tried")
        self.edited.emit()


class SpaceTable(QWidget):
    """`changed` is emitted when rows change; `file_wanted` carries the path of a file to read rows from."""

    changed = Signal()
    file_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self.shown_rows: list[SpaceRow] = []
        self.add = make_button("Add setting", "Add a setting to search", lambda: self._add(Searched()))
        self.from_file = make_button(
            "From a file …",
            'Read the rows from a JSON file: {"setting": [values]} or {"setting": [low, high, step]}',
            self._ask_file,
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.from_file)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._column)
        column.addLayout(buttons)
        self.show_rows(())

    @property
    def rows(self) -> tuple[Searched, ...]:
        """Rows that are not empty."""
        written = (row.searched for row in self.shown_rows)
        return tuple(each for each in written if each.key or each.values)

    def editor_of(self, place: int) -> QWidget:
        """Where the values of one of `rows` are written; the first field where there are none."""
        written = [row for row in self.shown_rows if row.searched != Searched()]
        return written[place].values if written else self.shown_rows[0].setting

    def show_rows(self, rows: Sequence[Searched]) -> None:
        """Replaces the rows by these, or by an empty one."""
        former = tuple(self.shown_rows)
        for searched in rows or (Searched(),):
            self._add(searched)
        for row in former:  # last, so that the first new row takes the place of theirs in the order of Tab
            self._remove(row)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self.window(), "Values to try", str(Path.home()), SPACE_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.file_wanted.emit(Path(name)))
        open_dialog(dialog)

    def _add(self, searched: Searched) -> None:
        row = SpaceRow(searched)
        row.edited.connect(self.changed)
        row.unwanted.connect(lambda: self._drop(row))
        self.shown_rows.append(row)
        self._column.addWidget(row)
        self._order_by_tab()
        self.changed.emit()

    def _order_by_tab(self) -> None:
        """From row to row, then to the buttons below; the first row has its place in the form and keeps it."""
        rows = (part for row in self.shown_rows for part in (row.setting, row.values, row.remove))
        parts = [*rows, self.add, self.from_file]
        for before, after in pairwise(parts):
            self.setTabOrder(before, after)
        self.setFocusProxy(parts[0])

    def _drop(self, row: SpaceRow) -> None:
        """The only row is emptied."""
        if len(self.shown_rows) == 1:
            self.show_rows(())
        else:
            self._remove(row)

    def _remove(self, row: SpaceRow) -> None:
        self.shown_rows.remove(row)
        self._column.removeWidget(row)
        row.deleteLater()
        self._order_by_tab()
        self.changed.emit()
