"""The File menu's entries about markets: recordings, recent ones, the demo market, recording; and the exit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gui.features.opening.model import ChosenFile
from gui.features.opening.recordings_folder import recordings_folder
from gui.features.replay.model.recording import RecordingModel
from gui.widgets.actions import make_action

_FILTER = (
    "Recordings (*.microscalp *.csv *.tsv *.txt *.json *.parquet *.feather *.zip *.gz *.bz2 *.xz *.zst);;All files (*)"
)


class FileMenu(QObject):
    """`chosen` carries what the user wants to open, `demo_wanted` is for the demo market."""

    chosen = Signal(object)
    demo_wanted = Signal()

    def __init__(
        self,
        window: QWidget,
        menu: QMenu,
        recording: RecordingModel,
        recent: Callable[[], Sequence[Sequence[ChosenFile]]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._recent = recent
        self._recording = recording
        self._folder = ""
        self.open = make_action(
            *(window, "file.open_recording", "Open recording …", "Plays files of recorded prices", self.choose_files),
            key="Ctrl+O",
        )
        self.open_folder = make_action(
            *(window, "file.open_folder", "Open folder …", "Plays a folder of files of one symbol as one recording"),
            self.choose_folder,
            key="Ctrl+Shift+O",
        )
        self.demo = make_action(
            *(window, "file.open_demo", "Open demo market", "Plays the demo market in a new window"),
            self.demo_wanted.emit,
        )
        self.record = make_action(
            *(window, "file.record", "Record", "Records the running market to files that can be played again"),
            recording.toggle,
        )
        menu.addActions([self.open, self.open_folder])
        self.recent_menu = menu.addMenu("Recent recordings")
        self.recent_menu.aboutToShow.connect(self.fill_recent)
        menu.addActions([self.demo, self.record])
        self.exit = make_action(
            *(window, "file.exit", "Exit", "Closes this window; asks first while something is open", window.close),
            key="Ctrl+Q",
        )
        self.exit.setMenuRole(QAction.MenuRole.QuitRole)
        menu.addSeparator()
        menu.addAction(self.exit)
        recording.changed.connect(self._show_recording)
        self._show_recording()

    def choose_files(self) -> None:
        self._ask("Open recording", QFileDialog.FileMode.ExistingFiles)

    def choose_folder(self) -> None:
        self._ask("Open folder", QFileDialog.FileMode.Directory)

    def _ask(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self._window, title, recordings_folder(self._last_used()), _FILTER)
        dialog.setObjectName("openRecording")
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._choose)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose(self, paths: list[str]) -> None:
        self._folder = str(Path(paths[0]).parent)
        self.chosen.emit([ChosenFile(path=path) for path in paths])

    def _last_used(self) -> str:
        """The folder of what was opened last, in this run or in one before; empty where nothing was."""
        newest = next((files[0] for files in self._recent() if files), None)
        return self._folder or ("" if newest is None else str(Path(newest.path).parent))

    def fill_recent(self) -> None:
        """Lists what was opened last, newest first."""
        self.recent_menu.clear()
        for files in self._recent():
            names = ", ".join(Path(file.path).name for file in files)
            action = self.recent_menu.addAction(names)
            action.setToolTip("\n".join(file.path for file in files))
            action.triggered.connect(lambda _=False, wanted=list(files): self.chosen.emit(wanted))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("Nothing was opened yet").setEnabled(False)

    def _show_recording(self) -> None:
        self.record.setText("Stop recording" if self._recording.is_on else "Record")
