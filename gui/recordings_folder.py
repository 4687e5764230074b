"""Where recordings usually lie."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from config.terminal_folders import terminal_folders


def recordings_folder(last_used: str = "") -> str:
    """Folder in which to look for a recording first.

    The one used last, else where the MetaTrader 5 terminal that was used last lets programs write files, else the
    downloads of the user.
    """
    if last_used:
        return last_used
    files = next((files for each in terminal_folders() if (files := each / "MQL5" / "Files").is_dir()), None)
    return str(
        files or QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation) or Path.home()
    )
