"""The folder where recordings usually are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from config.terminal_folders import terminal_folders


def recordings_folder(last_used: str = "") -> str:
    """Folder in which to look for a recording first.

    The one used last, else where the MetaTrader 5 terminal that was used last lets programs write files, else the
    downloads of the user, or their home where there are none.
    """
    if last_used:
        return last_used
    files = next((files for each in terminal_folders() if (files := each / "MQL5" / "Files").is_dir()), None)
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return str(files or (downloads if downloads and Path(downloads).is_dir() else Path.home()))
