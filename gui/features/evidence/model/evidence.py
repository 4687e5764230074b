"""What is known of the settings in force, symbol by symbol: adopted, measured in the background, shown everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.auto_messages import AllowAuto, WithdrawAuto
from engine.domain.market import Instrument, Source
from engine.errors import DeskError
from gui.features.evidence.model.measured import DriftCheck, Kept, Measured, MeasuredFile, measured_of
from gui.features.evidence.model.own_study import OwnStudy
from gui.features.evidence.model.words import (
    NOT_MEASURED,
    OTHER_SETTINGS,
    POSITIVE,
    shorter_words,
    tip_words,
    verdict_words,
    word_to_type,
)
from gui.features.lab.model.study import StudyProgress
from gui.platform.background import Background

LAB: Path = Path("lab")
VERDICT_PATHS = 8
_UNPROVEN = "unproven"
OFFER = "Click to measure these settings on the desk's own recordings, in the background."


class Badge(NamedTuple):
    """What is shown next to AUTO; `is_measured` is False if nothing was measured for the settings in force."""

    words: str
    tip: str
    is_measured: bool
    shorter: tuple[str, ...] = ()
    """The same for less and less space."""


class AutoQuestion(NamedTuple):
    """What the user must know before a symbol trades without approval; `asked` is to be typed, empty for nothing."""

    symbol: str
    settings_hash: str
    verdict: str
    words: str
    tip: str
    asked: str

    def answered(self, typed: str) -> AllowAuto:
        """The command to allow AUTO with what the user typed."""
        return AllowAuto(
            symbol=self.symbol,
            settings_hash=self.settings_hash,
            verdict=self.verdict,
            figure=self.words,
            asked=self.asked,
            typed=typed,
        )


class _Known(NamedTuple):
    """The hashes of the settings in force by symbol, what is kept, and why they were not adopted."""

    hashes: dict[str, str]
    kept: Kept
    fault: str


class EvidenceModel(QObject):
    """Shows nothing and measures nothing before `begin`, as in a replay. `announced` carries a message for the user."""

    changed = Signal()
    commanded = Signal(object)
    announced = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._sources: dict[str, Source] = {}
        self._directory: Path | None = None
        self._hashes: dict[str, str] = {}
        self._kept = Kept()
        self.measuring = ""
        """The symbol that is measured now; empty while none is."""
        self._progress: StudyProgress | None = None
        self._study: OwnStudy | None = None
        self._background = Background(self, self.announced.emit)

    # -- the desk

    def begin(self, directory: Path) -> None:
        """`directory` is the data folder: the settings in force are adopted from now on."""
        self._directory = directory
        self._refresh()

    def open(self, sources: Sequence[Source]) -> None:
        """A market begins."""
        self._sources = {source.symbol: source for source in sources}
        self._refresh()

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: measurements of the previous ones do not apply to them."""
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
        """Whether there is a data folder."""
        return self._directory is not None

    def _refresh(self) -> None:
        if self._directory is not None and self._sources:
            instruments = tuple(source.instrument for source in self._sources.values())
            self._background.run(partial(_known, self._directory, self.settings, instruments), self._show)

    def _show(self, known: _Known) -> None:
        self._hashes, self._kept = known.hashes, known.kept
        if known.fault:
            self.announced.emit(known.fault)
        self._check_permits()
        self.changed.emit()

    def source(self, symbol: str) -> Source | None:
        """Where the prices of the symbol come from; None for one that the desk does not have."""
        return self._sources.get(symbol)

    def _feed(self, symbol: str) -> str:
        source = self.source(symbol)
        return "" if source is None else source.format

    def settings_hash(self, symbol: str) -> str:
        """The hash of the settings in force; empty while it is not known."""
        return self._hashes.get(symbol, "")

    def own_study(self, kind: str, paths: int, symbol: str) -> OwnStudy | None:
        """A study of the settings in force on the desk's own recordings, not started; None if none is possible."""
        if self._directory is None or symbol not in self._sources:
            return None
        return OwnStudy(kind, paths, self._directory, self._sources[symbol], self.settings, self)

    # -- drift

    def drift_check(self, symbol: str) -> DriftCheck | None:
        """The newest check of the settings in force."""
        return self._kept.drift_of(symbol, self.settings_hash(symbol))

    def keep_drift(self, check: DriftCheck) -> None:
        """Keeps the result of a day's check."""
        self._kept = self._kept.with_drift(check)
        self.changed.emit()
        if self._directory is not None:
            file = MeasuredFile(self._directory)
            self._background.run(lambda: file.update(lambda kept: kept.with_drift(check)), lambda _: None)

    # -- what is shown

    def measured(self, symbol: str) -> Measured | None:
        """What was measured for the settings in force."""
        return self._kept.of(symbol, self.settings_hash(symbol), self._feed(symbol))

    def badge(self, symbol: str) -> Badge | None:
        """The badge of a symbol; None if nothing is to be shown."""
        if not self.is_on or symbol not in self._hashes:
            return None
        if symbol == self.measuring:
            share = "" if self._progress is None else f" {self._progress.share:.0%}".replace("%", " %")
            return Badge(f"Measuring …{share}", "Click to cancel", is_measured=False)
        found = self.measured(symbol)
        if found is None:
            words = OTHER_SETTINGS if self._kept.has(symbol) else NOT_MEASURED
            return Badge(words, OFFER, is_measured=False, shorter=(NOT_MEASURED,))
        alarm = self._alarm(symbol)
        tip = f"{alarm}\n{tip_words(found)}" if alarm else tip_words(found)
        words, shorter = verdict_words(found), shorter_words(found)
        if alarm:
            words, shorter = f"Drift alarm · {words}", ("Drift alarm",)
        return Badge(words, tip, is_measured=True, shorter=shorter)

    def card_words(self, symbol: str) -> str:
        """The text on an approval card; empty if nothing is to be shown."""
        badge = self.badge(symbol)
        return "" if badge is None else badge.words

    def question(self, symbol: str, settings_hash: str) -> AutoQuestion:
        """What the user has to confirm before the symbol trades without approval with settings of that hash."""
        found = self._kept.of(symbol, settings_hash, self._feed(symbol))
        check = self._kept.drift_of(symbol, settings_hash)
        alarm = "" if check is None else check.alarm
        verdict = "unmeasured" if found is None else "drift" if alarm else found.verdict
        words = "these settings were not measured" if found is None else verdict_words(found)
        return AutoQuestion(
            symbol=symbol,
            settings_hash=settings_hash,
            verdict=verdict,
            words=f"{alarm}; {words}" if alarm else words,
            tip="" if found is None else tip_words(found),
            asked="" if verdict == POSITIVE else word_to_type(found),
        )

    def _alarm(self, symbol: str) -> str:
        check = self.drift_check(symbol)
        return "" if check is None else check.alarm

    # -- measuring

    def measure(self, symbol: str) -> None:
        """Simulates the settings in force on the desk's own recordings, in a background process."""
        study = None if self.measuring else self.own_study("evidence", VERDICT_PATHS, symbol)
        if study is None:
            return
        self.measuring, self._progress = symbol, None
        self.changed.emit()
        self._study = study
        study.progressed.connect(self._note_progress)
        study.answered.connect(partial(self._read, self._feed(symbol)))
        study.failed.connect(self._fail)
        study.start()

    def cancel(self) -> None:
        """Ends the measurement; the next one does not repeat finished parts."""
        study, self._study = self._study, None
        if study is not None:
            study.cancel()
        self._end()

    def _note_progress(self, progress: StudyProgress) -> None:
        self._progress = progress
        self.changed.emit()

    def _read(self, feed: str, result: bytes) -> None:
        assert self._directory is not None
        file = MeasuredFile(self._directory)
        self._background.run(partial(_kept_with, file, result, feed), self._keep, self._fail)

    def _keep(self, found: tuple[Kept, Measured]) -> None:
        kept, measured = found
        before = self._kept.of(measured.symbol, measured.settings_hash, measured.feed)
        self._kept = kept
        self._end()
        self.announced.emit(f"{measured.symbol}: {verdict_words(measured)}")
        is_other = measured.verdict != (_UNPROVEN if before is None else before.verdict)
        if self._hashes.get(measured.symbol) == measured.settings_hash:
            self._withdraw(measured, keeps_confirmed=not is_other)

    def _check_permits(self) -> None:
        """Withdraws permits that a verdict ended while the desk was closed, or whose verdict was lost."""
        for symbol in self._hashes:
            if (found := self.measured(symbol)) is not None:
                self._withdraw(found, keeps_confirmed=True)

    def _withdraw(self, measured: Measured, *, keeps_confirmed: bool) -> None:
        if measured.verdict != POSITIVE:
            reason = f"the verdict changed: {verdict_words(measured)}"
            self.commanded.emit(WithdrawAuto(measured.symbol, reason, keeps_confirmed))

    def _fail(self, reason: str) -> None:
        self._end()
        self.announced.emit(f"Not measured: {reason}")

    def _end(self) -> None:
        if self._study is not None:
            self._study.deleteLater()
            self._study = None
        self.measuring, self._progress = "", None
        self.changed.emit()


def _known(directory: Path, settings: Settings, instruments: tuple[Instrument, ...]) -> _Known:
    """Adopts the settings. Not for the event loop."""
    from engine.lab.identity import settings_hash
    from engine.lab.memory.adopting import adopt_settings

    fault = ""
    try:
        adopt_settings(directory / LAB, settings, instruments, datetime.now(UTC))
    except DeskError as error:
        fault = f"The adoption of these settings was not recorded: {error}"
    hashes = {instrument.symbol: settings_hash(settings, instrument) for instrument in instruments}
    file = MeasuredFile(directory)
    return _Known(hashes, file.read(), "; ".join(filter(None, (fault, file.recover()))))


def _kept_with(file: MeasuredFile, result: bytes, feed: str) -> tuple[Kept, Measured]:
    """Reads a result and keeps it. Raises `UnusableMeasurement`. Not for the event loop."""
    measured = measured_of(result, datetime.now(UTC), feed)
    return file.update(lambda kept: kept.with_measured(measured)), measured
