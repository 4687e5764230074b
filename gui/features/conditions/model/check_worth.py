"""What each check has been worth with the settings in force, as measured on the desk's own recordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.conditions.layers import DECIDING
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.market import Source
from engine.reporting.words import fills_in_words
from gui.features.evidence.model.measured import (
    CheckWorth,
    Kept,
    MeasuredChecks,
    MeasuredFile,
    measured_checks_of,
)
from gui.features.evidence.model.own_study import OwnStudy
from gui.features.lab.model.numbers import in_r, many, probability, within_r
from gui.features.lab.model.study import StudyProgress
from gui.platform.background import Background

NOT_MEASURED: Final = "not measured with these settings"
PATHS: Final = 1

_CHECKS: Final = frozenset(each.name for each in (*PRE_TRADE, *DECIDING))
"""Checks that can block a side: only these can be measured."""


class CheckWorthModel(QObject):
    """Shows nothing and measures nothing before `begin`. `announced` carries a message for the user."""

    changed = Signal()
    announced = Signal(str)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._sources: dict[str, Source] = {}
        self._directory: Path | None = None
        self._hashes: dict[str, str] = {}
        self._kept = Kept()
        self.measuring = ""
        """The symbol that is measured now; empty while none is."""
        self.progress: StudyProgress | None = None
        self._study: OwnStudy | None = None
        self._background = Background(self, self.announced.emit)

    # -- the desk

    def begin(self, directory: Path) -> None:
        """`directory` is the data folder, with recordings and measurements."""
        self._directory = directory
        self._look_up()

    def open(self, sources: Sequence[Source]) -> None:
        """A market begins."""
        self._sources = {source.symbol: source for source in sources}
        self._look_up()

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: measurements of the previous ones do not apply to them."""
        if settings != self._settings:
            self._settings = settings
            self._look_up()

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

    def _look_up(self) -> None:
        if self._directory is not None and self._sources:
            sources = tuple(self._sources.values())
            self._background.run(partial(_known, self._directory, self._settings, sources), self._show)

    def _show(self, known: tuple[dict[str, str], Kept]) -> None:
        self._hashes, self._kept = known
        self.changed.emit()

    # -- what is shown

    def measured(self, symbol: str) -> MeasuredChecks | None:
        """What was measured for the settings in force."""
        return self._kept.checks_of(symbol, self._hashes.get(symbol, ""))

    def state_words(self, symbol: str) -> str:
        """A line below the checks: how many days were measured, or the progress."""
        if symbol == self.measuring:
            return "Measuring …" if self.progress is None else f"Measuring: {self.progress.words}"
        found = self.measured(symbol)
        return "Value of checks: " + ("not measured" if found is None else f"measured over {many(found.days, 'day')}")

    def state_tip(self, symbol: str) -> str:
        """The same in full."""
        found = self.measured(symbol)
        if found is None:
            return f"What each check is worth: {NOT_MEASURED}"
        return f"Hover over a check to see what it is worth; measured on {found.measured_at:%Y-%m-%d %H:%M} UTC"

    def words(self, symbol: str, check: str) -> str:
        """What a check is worth, for its tooltip; empty for one that blocks nothing by itself."""
        if not self.is_on or check not in _CHECKS:
            return ""
        found = self.measured(symbol)
        worth = None if found is None else found.of(check)
        return f"Value: {NOT_MEASURED}" if found is None or worth is None else _worth_words(worth, found)

    # -- measuring

    def measure(self, symbol: str) -> None:
        """Simulates the settings in force on the desk's own recordings, in a background process."""
        if self._directory is None or self.measuring or symbol not in self._sources:
            return
        self.measuring, self.progress = symbol, None
        study = self._study = OwnStudy("gates", PATHS, self._directory, self._sources[symbol], self._settings, self)
        study.progressed.connect(self._note_progress)
        study.answered.connect(self._read)
        study.failed.connect(self._fail)
        study.start()
        self.changed.emit()

    def cancel(self) -> None:
        """Ends the measurement."""
        study, self._study = self._study, None
        if study is not None:
            study.cancel()
        self._end()

    def _note_progress(self, progress: StudyProgress) -> None:
        self.progress = progress
        self.changed.emit()

    def _read(self, result: bytes) -> None:
        assert self._directory is not None
        self._background.run(partial(_kept_with, MeasuredFile(self._directory), bytes(result)), self._keep, self._fail)

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        self._end()

    def _fail(self, reason: str) -> None:
        self._end()
        self.announced.emit(f"Not measured: {reason}")

    def _end(self) -> None:
        if self._study is not None:
            self._study.deleteLater()
            self._study = None
        self.measuring, self.progress = "", None
        self.changed.emit()


def _worth_words(worth: CheckWorth, found: MeasuredChecks) -> str:
    basis = (
        f"{many(found.days, 'day')} of the desk's own recordings, {many(found.paths, 'path')}"
        f"{fills_in_words(found.fills)}{'' if found.is_calibrated else ', uncalibrated'}"
    )
    if worth.selectivity is None:
        return f"Value: unknown, only {many(worth.blocked, 'side')} blocked by this check alone\n{basis}"
    return (
        f"Value: {in_r(worth.selectivity)}, 95 % interval {within_r(worth.low, worth.high)}, adjusted p "
        f"{probability(worth.p)}\nMean R of {many(found.taken, 'trade')} taken minus mean R of "
        f"{many(worth.trades, 'trade')} blocked by this check alone\n{basis}"
    )


def _known(directory: Path, settings: Settings, sources: Sequence[Source]) -> tuple[dict[str, str], Kept]:
    """The hashes of the settings in force by symbol, and what is kept. Not for the event loop."""
    from engine.lab.identity import settings_hash

    hashes = {source.symbol: settings_hash(settings, source.instrument) for source in sources}
    return hashes, MeasuredFile(directory).read()


def _kept_with(file: MeasuredFile, result: bytes) -> Kept:
    """Reads a result and keeps it. Raises `UnusableMeasurement`. Not for the event loop."""
    measured = measured_checks_of(result, datetime.now(UTC))
    return file.update(lambda kept: kept.with_checks(measured))
