"""What the lab measured for the settings in force, read again only when the file or the settings change."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from config.settings import Settings
from engine.domain.market import Source
from engine.lab.memory.measured import Kept, Measured, MeasuredChecks, MeasuredFile


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What simulated trades of a symbol's settings earned on the desk's own recordings; R is net of costs.

    `trades` is n, `low` and `high` are the 95 % interval of the mean, resampled by trading day; None on too few days.
    Nothing that is not measured says anything about the settings.
    """

    symbol: str
    is_measured: bool
    verdict: str = "not measured with these settings"
    trades: int = 0
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None
    sentence: str = ""
    fill_model: str | None = None
    is_calibrated: bool = False
    days: int = 0
    paths: int = 0
    trials: int | None = None
    trades_needed: int | None = None
    measured_at: datetime | None = None
    drift_alarm: str = ""


class _Shelf(NamedTuple):
    settings: Settings
    stamp: float
    kept: Kept
    hashes: dict[str, str]


class EvidenceShelf:
    """Below the data folder `directory`."""

    def __init__(self, directory: Path) -> None:
        self._file = MeasuredFile(directory)
        self._shelf: _Shelf | None = None

    async def of(self, source: Source, settings: Settings) -> Evidence:
        """What is known of the settings of a symbol."""
        shelf = await self._read(source, settings)
        settings_hash = shelf.hashes[source.symbol]
        found = shelf.kept.of(source.symbol, settings_hash, source.format)
        if found is None:
            return Evidence(symbol=source.symbol, is_measured=False)
        drift = shelf.kept.drift_of(source.symbol, settings_hash)
        return _evidence_of(found, "" if drift is None else drift.alarm)

    async def checks_of(self, source: Source, settings: Settings) -> MeasuredChecks | None:
        """What each check of a symbol's settings is worth; None where it was not measured."""
        shelf = await self._read(source, settings)
        return shelf.kept.checks_of(source.symbol, shelf.hashes[source.symbol])

    async def _read(self, source: Source, settings: Settings) -> _Shelf:
        shelf, stamp = self._shelf, self._stamp()
        if shelf is None or shelf.settings is not settings or shelf.stamp != stamp or source.symbol not in shelf.hashes:
            known = {} if shelf is None or shelf.settings is not settings else shelf.hashes
            shelf = await asyncio.to_thread(self._read_again, source, settings, stamp, known)
            self._shelf = shelf
        return shelf

    def _stamp(self) -> float:
        try:
            return self._file.path.stat().st_mtime
        except OSError:
            return 0.0

    def _read_again(self, source: Source, settings: Settings, stamp: float, known: dict[str, str]) -> _Shelf:
        """Imports the lab: not for the event loop."""
        from engine.lab.identity import settings_hash

        hashes = known | {source.symbol: settings_hash(settings, source.instrument)}
        return _Shelf(settings, stamp, self._file.read(), hashes)


def _evidence_of(found: Measured, alarm: str) -> Evidence:
    return Evidence(
        symbol=found.symbol,
        is_measured=True,
        verdict=found.verdict,
        trades=found.trades,
        mean_r=found.mean_r,
        low=found.low,
        high=found.high,
        sentence=found.sentence,
        fill_model=found.fills.value,
        is_calibrated=found.is_calibrated,
        days=found.days,
        paths=found.paths,
        trials=found.trials,
        trades_needed=found.trades_needed,
        measured_at=found.measured_at,
        drift_alarm=alarm,
    )
