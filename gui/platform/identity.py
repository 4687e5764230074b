"""The identity of the desk for the operating system: its own group in the task bar, and its icon."""

from __future__ import annotations

import sys
from typing import Final

APPLICATION_ID: Final = "microscalp.desk"
"""Without one, Windows shows the desk as one of Python's windows, with Python's icon."""


def identify() -> None:
    """Before the first window of a process; does something on Windows only."""
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(APPLICATION_ID))


def show_icon() -> None:
    """Gives the icon to every window of the process, also those that are already there."""
    from PySide6.QtWidgets import QApplication

    from gui.theme.icons import application_icon

    QApplication.setWindowIcon(application_icon())
