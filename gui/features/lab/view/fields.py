"""Fields of the form of a study: each with its title above, and below what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from config.words import capitalised
from gui.features.lab.model.request import SettingsChoice
from gui.features.opening.recordings_folder import recordings_folder
from gui.features.opening.view.file_drop import FileDrop
from gui.widgets.controls import make_button, make_words
from gui.widgets.fields import leave_wheel_to_page
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.spin_margins import give_margins

RECORDINGS = "Recordings (*.csv *.tsv *.txt *.json *.parquet *.feather *.zip *.gz *.bz2 *.xz *.zst);;All files (*)"
SETTINGS_FILES = "Settings (*.json);;All files (*)"
LIST_HEIGHT = 96


class Labelled(QWidget):
    """A title, an editor and room for what is wrong."""

    def __init__(self, title: str, editor: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel(title)
        label.setObjectName("settingTitle")
        label.setBuddy(editor)
        editor.setAccessibleName(title)
        if isinstance(editor, QComboBox | QAbstractSpinBox):
            leave_wheel_to_page(editor)
        self.title, self.editor, self.fault = label, editor, make_words("settingFault")
        self.fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (label, editor, self.fault):
            column.addWidget(part)
        column.addStretch(1)

    def show_fault(self, fault: str) -> None:
        self.fault.setText(f"✗ {fault}" if fault else "")
        self.fault.setVisible(bool(fault))


class FileList(QWidget):
    """Recordings by their paths. `wanted` carries paths of files and folders that the user adds."""

    wanted = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: list[str] = []
        self.list = QListWidget()
        self.list.setObjectName("labFiles")
        self.list.setToolTip("The recordings of the study; drop files or folders here")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setFixedHeight(LIST_HEIGHT)
        leave_ground_to_frame(self.list)
        FileDrop(self).dropped.connect(self.wanted)
        self.add_files = make_button("Add files …", "Add recordings", self._ask_files)
        self.add_folder = make_button("Add folder …", "Add every recording in a folder", self._ask_folder)
        self.remove = make_button("Remove", "Remove the selected recordings, or all if none is selected", self._remove)
        buttons = QVBoxLayout()
        for button in (self.add_files, self.add_folder, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        self.setFocusProxy(self.list)
        self.show_paths(())

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self._paths)

    def show_paths(self, paths: Sequence[str]) -> None:
        """Shows these instead."""
        self._paths = list(dict.fromkeys(paths))
        self.list.clear()
        for path in self._paths:
            self.list.addItem(Path(path).name)
            self.list.item(self.list.count() - 1).setToolTip(path)
        self.remove.setEnabled(bool(self._paths))
        self.changed.emit()

    def add(self, paths: Sequence[str]) -> None:
        self.show_paths([*self._paths, *paths])

    def _remove(self) -> None:
        chosen = {index.row() for index in self.list.selectedIndexes()} or set(range(len(self._paths)))
        self.show_paths([path for row, path in enumerate(self._paths) if row not in chosen])

    def _folder(self) -> str:
        return recordings_folder(str(Path(self._paths[-1]).parent) if self._paths else "")

    def _ask_files(self) -> None:
        dialog = QFileDialog(self.window(), "Add recordings", self._folder(), RECORDINGS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.wanted.emit([Path(name) for name in names]))
        open_dialog(dialog)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self.window(), "Add a folder of recordings", self._folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.wanted.emit([Path(name)]))
        open_dialog(dialog)


class SettingsBox(QComboBox):
    """The user's settings, presets, or a file."""

    def __init__(self, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(tip)
        self._choices: list[SettingsChoice] = []
        self._last = 0
        self.offer((), SettingsChoice())
        self.activated.connect(self._choose)

    @property
    def choice(self) -> SettingsChoice:
        return self._choices[self._last]

    def offer(self, presets: Sequence[str], chosen: SettingsChoice) -> None:
        """The presets that there are, and the choice to show."""
        files = [each for each in {chosen, *self._choices} if each.source in ("file", "edited")]
        self._choices = [SettingsChoice(), *(SettingsChoice("preset", name) for name in presets), *files]
        if chosen not in self._choices:
            self._choices.append(chosen)
        with QSignalBlocker(self):
            self.clear()
            for each in self._choices:
                words = each.words
                self.addItem(capitalised(words) if each.source != "file" else words)
            self.addItem("A file …")
            self._last = self._choices.index(chosen)
            self.setCurrentIndex(self._last)

    def _choose(self, place: int) -> None:
        if place < len(self._choices):
            self._last = place
            return
        self.setCurrentIndex(self._last)
        dialog = QFileDialog(self.window(), "Settings of the study", str(Path.home()), SETTINGS_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.choose(SettingsChoice("file", path)))
        open_dialog(dialog)

    def choose(self, choice: SettingsChoice) -> None:
        """Shows this one."""
        self.offer([each.name for each in self._choices if each.source == "preset"], choice)


def number_field(tip: str, least: int, most: int, value: int) -> QSpinBox:
    """A whole number."""
    field = QSpinBox(minimum=least, maximum=most, value=value)
    field.setToolTip(tip)
    field.setGroupSeparatorShown(True)
    give_margins(field)
    return field


def optional_field(tip: str, usual: str, *, most: float, digits: int = 2, step: float = 0.1) -> QDoubleSpinBox:
    """A number of 0 or more; its minimum, below that, stands for what is usual."""
    field = QDoubleSpinBox(decimals=digits, minimum=-step, maximum=most, singleStep=step, value=-step)
    field.setSpecialValueText(usual)
    field.setToolTip(tip)
    give_margins(field)
    return field


def choice_field(tip: str, items: Sequence[str], usual: str) -> QComboBox:
    """A text that the user may write or choose; empty is what is usual."""
    field = QComboBox(editable=True)
    field.setToolTip(tip)
    field.addItem("")
    field.addItems(list(items))
    line = field.lineEdit()
    assert line is not None
    line.setPlaceholderText(usual)
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return field


def open_dialog(dialog: QFileDialog) -> None:
    """Without holding up the loop."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
