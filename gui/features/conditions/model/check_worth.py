"""What each check has been worth with the settings in force, as measured on the desk's own recordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from config.settings import Settings
from engine.conditions.layers import DECIDING
from engine.conditions.pre_trade import PRE_TRADE
from engine.domain.market import Instrument
from engine.lab.memory.measured import CheckWorth, Kept, MeasuredChecks, MeasuredFile
from engine.reporting.words import fills_in_words
from gui.features.evidence.model.measured import measured_checks_of
from gui.features.evidence.model.own_measuring import OwnMeasuring, settings_hashes
from gui.features.lab.model.numbers import in_r, many, probability, within_r

NOT_MEASURED: Final = "not measured with these settings"

_CHECKS: Final = frozenset(each.name for each in (*PRE_TRADE, *DECIDING))
"""Checks that can block a side: only these can be measured."""


class CheckWorthModel(OwnMeasuring):
    """Measures on recordings of every kind of feed, for what it shows permits nothing."""

    kind = "gates"
    paths = 1

    def _look_up(self, directory: Path, instruments: tuple[Instrument, ...]) -> None:
        self._background.run(partial(_known, directory, self.settings, instruments), self._show)

    def _show(self, known: tuple[dict[str, str], Kept]) -> None:
        self._hashes, self._kept = known
        self.changed.emit()

    # -- what is shown

    def measured(self, symbol: str) -> MeasuredChecks | None:
        """What was measured for the settings in force."""
        return self._kept.checks_of(symbol, self.settings_hash(symbol))

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

    def _read(self, file: MeasuredFile, result: bytes) -> None:
        self._background.run(partial(_kept_with, file, result), self._keep, self._fail)

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        self._end()


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


def _known(directory: Path, settings: Settings, instruments: Sequence[Instrument]) -> tuple[dict[str, str], Kept]:
    """The hashes of the settings in force by symbol, and what is kept. Not for the event loop."""
    return settings_hashes(settings, instruments), MeasuredFile(directory).read()


def _kept_with(file: MeasuredFile, result: bytes) -> Kept:
    """Reads a result and keeps it. Raises `UnusableMeasurement`. Not for the event loop."""
    measured = measured_checks_of(result, datetime.now(UTC))
    return file.update(lambda kept: kept.with_checks(measured))
