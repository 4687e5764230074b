"""Where the MetaTrader 5 terminals of this computer keep their data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from config.plain_file import read_plain_file

ORIGIN: Final = "origin.txt"
"""File of a data folder that holds the folder in which its terminal is installed, in UTF-16."""

PROGRAM: Final = "terminal64.exe"
_LARGEST_ORIGIN: Final = 100_000
"""Bytes; no path is as long."""
_USED: Final = ("logs", "config", ORIGIN)
"""What changes in a data folder when its terminal is used."""


def terminal_folders(roaming: str | None = None) -> list[Path]:
    """Data folders of terminals that were opened at least once, the last used first; none except on Windows.

    `roaming` is the folder of applications' data, by default what Windows names in `APPDATA`.
    """
    roaming = os.environ.get("APPDATA", "") if roaming is None else roaming
    if not roaming:
        return []
    try:
        folders = [each.parent for each in (Path(roaming) / "MetaQuotes" / "Terminal").glob(f"*/{ORIGIN}")]
    except OSError:
        return []
    return sorted(folders, key=_last_used, reverse=True)


def common_files(roaming: str | None = None) -> Path | None:
    """The folder to which scripts of every terminal can write (`FILE_COMMON`); None except on Windows."""
    roaming = os.environ.get("APPDATA", "") if roaming is None else roaming
    return Path(roaming) / "MetaQuotes" / "Terminal" / "Common" / "Files" if roaming else None


def is_terminal_installed(roaming: str | None = None) -> bool:
    """Whether a terminal that was opened at least once is still installed."""
    return any(_has_program(folder) for folder in terminal_folders(roaming))


def _last_used(folder: Path) -> float:
    return max((_changed(folder / name) for name in _USED), default=0.0)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _has_program(folder: Path) -> bool:
    try:
        origin = read_plain_file(folder / ORIGIN, _LARGEST_ORIGIN).decode("utf-16").strip()
    except (OSError, ValueError):
        return True  # unknown: the terminal's own package is asked
    return bool(origin) and (Path(origin) / PROGRAM).exists()
