"""Measurements of the settings in force, symbol by symbol, on the desk's own recordings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.market import Instrument, Source
from engine.lab.memory.measured import Kept, MeasuredFile
from gui.features.evidence.model.own_study import OwnStudy
from gui.features.lab.model.study import StudyProgress
from gui.platform.background import Background


class OwnMeasuring(QObject):
    """Shows nothing and measures nothing before `begin`, as in a replay. `announced` carries a message for the user.

    A subclass names its study by `kind` and `paths`, looks up what is kept, and reads results.
    """

    changed = Signal()
    announced = Signal(str)

    kind: str
    paths: int

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._sources: dict[str, Source] = {}
        self._directory: Path | None = None
        self._hashes: dict[str, str] = {}
        self._kept = Kept()
        self.measuring = ""
        """The symbol that is measured now; empty while none is."""
        self._measured_feed = ""
        """The kind of feed of the recordings that are measured now."""
        self.progress: StudyProgress | None = None
        self._study: OwnStudy | None = None
        self._background = Background(self, self.announced.emit)

    # -- the desk

    def begin(self, directory: Path) -> None:
        """`directory` is the data folder, with recordings and measurements."""
        self._directory = directory
        self._refresh()

    def open(self, sources: Sequence[Source]) -> None:
        """A market begins."""
        self._sources = {source.symbol: source for source in sources}
        self._refresh()

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: measurements of the previous ones do not apply to them."""
        if settings != self.settings:
            self.settings = settings
            self._refresh()

    def close(self) -> None:
        """Ends the running measurement."""
        if self._study is not None:
            self._study.end()
            self._study = None
        self._background.close()

    @property
    def is_on(self) -> bool:
        """Whether there is a data folder to measure and keep anything in."""
        return self._directory is not None

    def source(self, symbol: str) -> Source | None:
        """Where the prices of the symbol come from; None for one that the desk does not have."""
        return self._sources.get(symbol)

    def settings_hash(self, symbol: str) -> str:
        """The hash of the settings in force; empty while it is not known."""
        return self._hashes.get(symbol, "")

    def own_study(self, kind: str, paths: int, symbol: str) -> OwnStudy | None:
        """A study of the settings in force on the desk's own recordings, not started; None if none is possible."""
        if self._directory is None or symbol not in self._sources:
            return None
        return OwnStudy(kind, paths, self._directory, self._sources[symbol], self.settings, self)

    def _feed(self, symbol: str) -> str:
        source = self.source(symbol)
        return "" if source is None else source.format

    def _refresh(self) -> None:
        if self._directory is not None and self._sources:
            instruments = tuple(source.instrument for source in self._sources.values())
            self._look_up(self._directory, instruments)

    def _look_up(self, directory: Path, instruments: tuple[Instrument, ...]) -> None:
        """Finds in the background what is known of the settings in force."""
        raise NotImplementedError

    # -- measuring

    def measure(self, symbol: str) -> None:
        """Simulates the settings in force on the desk's own recordings, in a background process."""
        study = None if self.measuring else self.own_study(self.kind, self.paths, symbol)
        if study is None:
            return
        self.measuring, self.progress = symbol, None
        self._measured_feed = self._feed(symbol)
        self.changed.emit()
        self._study = study
        study.progressed.connect(self._note_progress)
        study.answered.connect(self._answered)
        study.failed.connect(self._fail)
        study.start()

    def cancel(self) -> None:
        """Ends the measurement; the next one does not repeat finished parts."""
        study, self._study = self._study, None
        if study is not None:
            study.cancel()
        self._end()

    def _note_progress(self, progress: StudyProgress) -> None:
        self.progress = progress
        self.changed.emit()

    def _answered(self, result: bytes) -> None:
        assert self._directory is not None
        self._read(MeasuredFile(self._directory), bytes(result))

    def _read(self, file: MeasuredFile, result: bytes) -> None:
        """Reads a result in the background, keeps it and ends the measurement."""
        raise NotImplementedError

    def _fail(self, reason: str) -> None:
        self._end()
        self.announced.emit(f"Not measured: {reason}")

    def _end(self) -> None:
        if self._study is not None:
            self._study.deleteLater()
            self._study = None
        self.measuring, self.progress = "", None
        self.changed.emit()


def settings_hashes(settings: Settings, instruments: Iterable[Instrument]) -> dict[str, str]:
    """The hashes of the settings that affect trades, by symbol. Not for the event loop: it imports the lab."""
    from engine.lab.identity import settings_hash

    return {instrument.symbol: settings_hash(settings, instrument) for instrument in instruments}
