"""What is known of the settings in force, symbol by symbol: adopted, measured in the background, shown everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal

from config.settings import Settings
from engine.domain.market import Instrument
from engine.domain.messages.auto import AllowAuto, WithdrawAuto
from engine.errors import DeskError
from engine.lab.memory.measured import DriftCheck, Kept, Measured, MeasuredFile
from gui.features.evidence.model.measured import measured_of
from gui.features.evidence.model.own_measuring import OwnMeasuring, settings_hashes
from gui.features.evidence.model.words import (
    NOT_MEASURED,
    OTHER_SETTINGS,
    POSITIVE,
    shorter_words,
    tip_words,
    verdict_words,
    word_to_type,
)

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


class EvidenceModel(OwnMeasuring):
    """From `begin` on, the settings in force are adopted whenever they change."""

    commanded = Signal(object)

    kind = "evidence"
    paths = VERDICT_PATHS

    def _look_up(self, directory: Path, instruments: tuple[Instrument, ...]) -> None:
        self._background.run(partial(_known, directory, self.settings, instruments), self._show)

    def _show(self, known: _Known) -> None:
        self._hashes, self._kept = known.hashes, known.kept
        if known.fault:
            self.announced.emit(known.fault)
        self._check_permits()
        self.changed.emit()

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
            share = "" if self.progress is None else f" {self.progress.share:.0%}".replace("%", " %")
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
        if badge is None:
            return ""
        return badge.words if badge.is_measured else f"Evidence: {badge.words[:1].lower()}{badge.words[1:]}"

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

    def _read(self, file: MeasuredFile, result: bytes) -> None:
        self._background.run(partial(_kept_with, file, result, self._measured_feed), self._keep, self._fail)

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


def _known(directory: Path, settings: Settings, instruments: tuple[Instrument, ...]) -> _Known:
    """Adopts the settings. Not for the event loop."""
    from engine.lab.memory.adopting import adopt_settings

    fault = ""
    try:
        adopt_settings(directory / LAB, settings, instruments, datetime.now(UTC))
    except DeskError as error:
        fault = f"The adoption of these settings was not recorded: {error}"
    file = MeasuredFile(directory)
    return _Known(settings_hashes(settings, instruments), file.read(), "; ".join(filter(None, (fault, file.recover()))))


def _kept_with(file: MeasuredFile, result: bytes, feed: str) -> tuple[Kept, Measured]:
    """Reads a result and keeps it. Raises `UnusableMeasurement`. Not for the event loop."""
    measured = measured_of(result, datetime.now(UTC), feed)
    return file.update(lambda kept: kept.with_measured(measured)), measured
