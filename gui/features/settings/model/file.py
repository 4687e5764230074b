"""The user's configuration file: written in the background, and watched for edits."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from config.faults import FaultyConfiguration
from config.loader import UnsavedConfiguration, load_settings, save_settings, shipped_settings
from config.presets import DIRECTORY
from config.settings import Settings

LOOK_EVERY_MS = 1_000

_Stamp = tuple[int, int, int] | None
_NEVER: _Stamp = (-1, -1, -1)


class SettingsFile(QObject):
    """`edited` emits the file's content when it has changed; `faulted` what is wrong with it.

    `unsaved` carries why settings are not saved, and an empty sentence once they are: they are kept, and saved at a
    later look, unless the file was edited meanwhile. A file is read when it has been left alone for one look,
    since editors write in pieces. One that is gone says nothing beside the shipped defaults.
    """

    edited = Signal(object)
    faulted = Signal(object)
    unsaved = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None, *, look_every_ms: int = LOOK_EVERY_MS) -> None:
        super().__init__(parent)
        self.path = path
        self._read = self._seen = _NEVER
        self._unsaved: Settings | None = None
        self._refusal = ""
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # a look never falls into the middle of a save
        self._timer = QTimer(self, interval=look_every_ms)
        self._timer.timeout.connect(self.look)

    @property
    def presets(self) -> Path:
        """Where the user's own presets are kept; it need not exist."""
        return self.path.parent / DIRECTORY

    def start(self) -> None:
        """Looks from now on, a few times a minute."""
        self._timer.start()

    def stop(self) -> None:
        """Ends looking; what is being saved is saved when this returns."""
        self._timer.stop()
        self._pool.start(self._save_again)
        self._pool.waitForDone()

    def look(self) -> None:
        """Looks whether the file has changed, beside everything else."""
        if self._pool.activeThreadCount() == 0:
            self._pool.start(self._look)

    def save(self, settings: Settings) -> None:
        """Writes the settings, beside everything else."""
        self._pool.start(lambda: self._save(settings))

    # -- off the window's thread

    def _look(self) -> None:
        self._save_again()
        stamp = self._stamp()
        was, self._seen = self._seen, stamp
        if stamp == self._read or stamp != was:
            return
        self._read, self._unsaved = stamp, None
        try:
            self.edited.emit(shipped_settings() if stamp is None else load_settings(self.path))
        except FaultyConfiguration as error:
            self.faulted.emit(tuple(str(fault) for fault in error.faults))

    def _save(self, settings: Settings) -> None:
        try:
            save_settings(settings, self.path)
        except UnsavedConfiguration as error:
            self._unsaved = settings
            self._report_refusal(f"{error}. They are in force, and the desk will try to save them again.")
        else:
            self._unsaved = None
            self._report_refusal("")
        self._read = self._seen = self._stamp()

    def _save_again(self) -> None:
        if self._unsaved is not None and self._stamp() == self._read:
            self._save(self._unsaved)

    def _report_refusal(self, refusal: str) -> None:
        was, self._refusal = self._refusal, refusal
        if refusal != was:
            self.unsaved.emit(refusal)

    def _stamp(self) -> _Stamp:
        """What changes whenever the file does; None where there is no file that can be looked at."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
