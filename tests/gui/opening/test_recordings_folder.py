"""The dialog that asks for a recording is the system's own, and starts where recordings lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow
from pytestqt.qtbot import QtBot

from gui.features.opening.model import ChosenFile
from gui.features.opening.recordings_folder import recordings_folder
from gui.features.opening.view.file_menu import FileMenu
from gui.features.replay.model.recording import RecordingModel


@pytest.fixture
def roaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where terminals keep their data."""
    monkeypatch.setenv("APPDATA", str(tmp_path))
    return tmp_path / "MetaQuotes" / "Terminal"


def terminal(roaming: Path, name: str, used_at: float) -> Path:
    files = roaming / name / "MQL5" / "Files"
    files.mkdir(parents=True)
    origin = roaming / name / "origin.txt"
    origin.touch()
    os.utime(origin, (used_at, used_at))
    return files


def test_that_recordings_are_looked_for_where_the_terminal_used_last_writes_files(roaming: Path) -> None:
    terminal(roaming, "A" * 32, 1e9)
    newer = terminal(roaming, "B" * 32, 1.1e9)
    (roaming / ("C" * 32)).mkdir()
    (roaming / ("C" * 32) / "origin.txt").touch()  # the newest, which holds no files yet
    assert recordings_folder() == str(newer)


@pytest.mark.usefixtures("roaming")
@pytest.mark.parametrize("has_downloads", [True, False])
def test_that_without_a_terminal_they_are_looked_for_among_the_downloads_or_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_downloads: bool
) -> None:
    downloads = tmp_path / "Downloads"
    if has_downloads:
        downloads.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(downloads))
    assert recordings_folder() == str(downloads if has_downloads else Path.home())


def test_that_the_folder_used_last_comes_before_all_others(roaming: Path, tmp_path: Path) -> None:
    terminal(roaming, "A" * 32, 1e9)
    assert recordings_folder(str(tmp_path)) == str(tmp_path)


@pytest.mark.parametrize("opened_before", [True, False])
def test_that_the_systems_own_dialog_is_shown_there(
    qtbot: QtBot, roaming: Path, tmp_path: Path, opened_before: bool
) -> None:
    files = terminal(roaming, "A" * 32, 1e9)
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    recent = [[ChosenFile(path=str(recordings / "gold.csv"))]] if opened_before else []
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = FileMenu(window, window.menuBar().addMenu("File"), RecordingModel(), lambda: recent)
    menu.choose_files()
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert not dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    assert Path(dialog.directory().absolutePath()) == (recordings if opened_before else files)
    dialog.reject()


def test_that_a_folder_is_chosen_as_one_recording(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "hours"
    folder.mkdir()
    recent = [[ChosenFile(path=str(tmp_path / "gold.csv"))]]
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = FileMenu(window, window.menuBar().addMenu("File"), RecordingModel(), lambda: recent)
    opened: list[list[ChosenFile]] = []
    menu.chosen.connect(opened.append)
    assert menu.open_folder.shortcut() == QKeySequence("Ctrl+Shift+O")
    menu.open_folder.trigger()
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.filesSelected.emit([str(folder)])
    assert opened == [[ChosenFile(path=str(folder))]]
    dialog.reject()
