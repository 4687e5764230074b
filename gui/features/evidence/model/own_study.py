"""A study of one symbol on the desk's own recordings."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.market import Source
from gui.features.evidence.model.own_recordings import own_recordings
from gui.features.lab.model.desk_study import DeskStudy
from gui.features.lab.model.request import StudyRequest
from gui.platform.background import Background

NO_RECORDINGS = (
    "this desk has no recording of {symbol} yet: start one with File, Record, or study other recordings in the lab "
    "(Tools, Lab)"
)


class OwnStudy(QObject):
    """Runs once, in a background process. The signals are those of `DeskStudy`; none follows after `cancel`."""

    progressed = Signal(object)
    answered = Signal(bytes)
    failed = Signal(str)

    def __init__(
        self, kind: str, paths: int, directory: Path, source: Source, settings: Settings, parent: QObject | None = None
    ) -> None:
        """`directory` is the data folder; `kind` is a study of the lab that needs only recordings."""
        super().__init__(parent)
        self._kind, self._paths = kind, paths
        self._directory, self._source, self._settings = directory, source, settings
        self._study: DeskStudy | None = None
        self._background = Background(self, self.failed.emit)

    def start(self) -> None:
        """Looks for the recordings first."""
        self._background.run(partial(own_recordings, self._directory, self._source), self._begin)

    def cancel(self) -> None:
        """Ends the process at once; finished parts are kept."""
        self.blockSignals(True)
        if self._study is not None:
            self._study.cancel()
            self._study = None
        self.deleteLater()

    def end(self) -> None:
        """As `cancel`, but returns once it has ended: for the end of the desk."""
        self.blockSignals(True)
        self._background.close()
        if self._study is not None:
            self._study.end()

    def _begin(self, files: tuple[str, ...]) -> None:
        if self.signalsBlocked():
            return  # cancelled
        symbol = self._source.symbol
        if not files:
            self.failed.emit(NO_RECORDINGS.format(symbol=symbol))
            return
        request = StudyRequest(kind=self._kind, files=files, symbol=symbol, paths=self._paths)
        self._study = DeskStudy(request, self._directory, self._settings, parent=self)
        self._study.progressed.connect(self.progressed)
        self._study.answered.connect(self.answered)
        self._study.failed.connect(self.failed)
        self._study.start()
