"""A study that a desk runs for itself, without the lab's window and its list of studies."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from config.loader import export_settings
from config.settings import Settings
from gui.features.lab.model.request import StudyRequest, arguments
from gui.features.lab.model.run import StudyRun
from gui.platform.background import Background


class DeskStudy(QObject):
    """Runs `microscalp lab …` once, in a child process with low priority.

    `progressed` carries a `StudyProgress`, `answered` the JSON of the result as it was printed (bytes, to be decoded
    and validated off the event loop), `failed` one sentence about why there is none. No signal follows after `cancel`
    or `end`.
    """

    progressed = Signal(object)
    answered = Signal(bytes)
    failed = Signal(str)

    def __init__(
        self,
        request: StudyRequest,
        directory: Path,
        settings: Settings,
        other: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`directory` is the data folder; `other` are the second settings of a comparison. The settings that `request`
        names are ignored."""
        super().__init__(parent)
        self._request, self._directory = request, directory
        self._settings, self._other = settings, other
        self._folder: Path | None = None
        self._run: StudyRun | None = None
        self._background = Background(self, self._fail)

    def start(self) -> None:
        """Writes the settings and starts the process, both off the event loop."""
        self._background.run(self._write_settings, self._begin)

    def cancel(self) -> None:
        """Ends the process and those that it started; finished parts are kept in the lab's own files."""
        self.blockSignals(True)
        if self._run is not None:
            self._run.cancel()
            self._run = None
        self._background.run(self._remove_settings, lambda _: self.deleteLater())

    def end(self) -> None:
        """As `cancel`, but returns once everything has ended: for the end of the desk."""
        self.blockSignals(True)
        if self._run is not None:
            self._run.end()
            self._run = None
        self._background.close()
        self._remove_settings()

    def _write_settings(self) -> tuple[Path, Path | None]:
        self._folder = Path(tempfile.mkdtemp(prefix="microscalp-study-"))
        config, other = self._folder / "settings.json", self._folder / "other.json"
        export_settings(self._settings, config)
        if self._other is None:
            return config, None
        export_settings(self._other, other)
        return config, other

    def _remove_settings(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, files: tuple[Path, Path | None]) -> None:
        if self.signalsBlocked():  # cancelled while the settings were written
            return
        self._run = StudyRun(arguments(self._request, self._directory, *files), self)
        self._run.progressed.connect(self.progressed)
        self._run.answered.connect(self._answer)
        self._run.failed.connect(self._fail)
        self._run.start()

    def _answer(self, result: bytes) -> None:
        self._background.run(self._remove_settings, lambda _: self.answered.emit(bytes(result)))

    def _fail(self, reason: str) -> None:
        self._background.run(self._remove_settings, lambda _: self.failed.emit(reason))
