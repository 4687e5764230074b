"""Plays the desk's own short sounds with the system's player; the window never waits for them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

import resources

_SOUNDS = Path(resources.__file__).parent / "sounds"
_PLAYERS = {"darwin": (("afplay",),)}
_OTHER_PLAYERS = (("paplay",), ("pw-play",), ("aplay", "-q"))


def play(name: str) -> None:
    """Plays `resources/sounds/<name>.wav`, or beeps where nothing can play it."""
    path = _SOUNDS / f"{name}.wav"
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
    elif not _play_by_command(path):
        QApplication.beep()


def _play_by_command(path: Path) -> bool:
    for program, *arguments in _PLAYERS.get(sys.platform, _OTHER_PLAYERS):
        found = shutil.which(program)
        if found is not None and QProcess.startDetached(found, [*arguments, str(path)])[0]:
            return True
    return False
