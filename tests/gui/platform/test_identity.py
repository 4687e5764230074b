"""The system shows the desk as a program of its own, with its icon on every window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMainWindow
from pytestqt.qtbot import QtBot

import gui
from gui.platform.identity import APPLICATION_ID, show_icon
from gui.theme.icons import LARGE_PIXELS

NOT_IMPLEMENTED = "0x80004001"
IDENTIFIED = """
import ctypes
from gui.platform.identity import identify
identify()
given = ctypes.c_wchar_p()
result = ctypes.WinDLL("shell32").GetCurrentProcessExplicitAppUserModelID(ctypes.byref(given))
print(hex(result & 0xFFFFFFFF), given.value)
"""


def test_that_every_window_has_the_icon_in_each_size_that_a_system_asks_for(qtbot: QtBot, qapp: QApplication) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dialog, dock = QDialog(window), QDockWidget(window)
    dock.setFloating(True)
    before = qapp.windowIcon()
    show_icon()
    try:
        for each in (window, dialog, dock):
            sizes = {size.width() for size in each.windowIcon().availableSizes()}
            assert sizes == set(LARGE_PIXELS)
            assert not each.windowIcon().pixmap(QSize(20, 20)).isNull()
    finally:
        qapp.setWindowIcon(before)


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows groups windows by an identity of their process")
def test_that_windows_knows_the_process_by_the_desks_identity() -> None:
    result = subprocess.run([sys.executable, "-c", IDENTIFIED], capture_output=True, text=True, check=True)
    if result.stdout.startswith(NOT_IMPLEMENTED):
        pytest.skip("this Windows does not keep the identity of a process")
    assert result.stdout.strip() == f"0x0 {APPLICATION_ID}"


def test_that_no_dialog_is_kept_from_being_the_systems_own() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in Path(gui.__file__).parent.rglob("*.py")}
    assert [path.name for path, text in sources.items() if "DontUseNativeDialog" in text] == []
