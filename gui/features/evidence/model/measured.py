"""Measurements of the desk's own settings, kept in the data folder. What is read there is not believed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from config import VERSION
from config.atomic_file import reason_of, write_atomically
from engine.domain.fills import FillModel
from engine.errors import DeskError
from gui.features.lab.model.answers.evidence import Evidence
from gui.features.lab.model.answers.evidence import Verdict as AnsweredVerdict

FILE: Final = Path("lab") / "measured.json"
"""Below the data folder."""
MAX_KEPT: Final = 200
LARGEST_FILE: Final = 2_000_000
FORMAT: Final = 1

VerdictName = Literal["positive", "negative", "unproven", "what-if"]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{8,64}$")]
_Text = Annotated[str, Meta(max_length=2_000)]
_Count = Annotated[int, Meta(ge=0)]


class UnusableMeasurement(DeskError):
    """A measurement that cannot be kept, or a result that is not one."""


class Measured(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lab said of a symbol's settings, on which recording and how; R is net of costs."""

    symbol: Annotated[str, Meta(min_length=1, max_length=80)]
    settings_hash: Hash
    recording_hash: Hash
    version: Annotated[str, Meta(max_length=40)]
    measured_at: Annotated[datetime, Meta(tz=True)]
    verdict: VerdictName
    sentence: _Text
    trades: _Count
    days: _Count
    mean_r: float | None
    low: float | None
    high: float | None
    paths: _Count
    fills: FillModel
    is_calibrated: bool
    trials: _Count | None
    trades_needed: _Count | None


class DriftCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the check of a trading day found; `alarm` says so in words, and is empty where there was none."""

    symbol: Annotated[str, Meta(min_length=1, max_length=80)]
    settings_hash: Hash
    day: date
    alarm: _Text = ""


_Of = TypeVar("_Of", bound=Measured | DriftCheck)


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in the file, the newest last."""

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)] = FORMAT
    measured: Annotated[tuple[Measured, ...], Meta(max_length=MAX_KEPT)] = ()
    drifts: Annotated[tuple[DriftCheck, ...], Meta(max_length=MAX_KEPT)] = ()

    def of(self, symbol: str, settings_hash: str) -> Measured | None:
        """What this version of the desk measured of exactly these settings."""
        found = _newest(self.measured, symbol, settings_hash)
        return found if found is not None and found.version == VERSION else None

    def drift_of(self, symbol: str, settings_hash: str) -> DriftCheck | None:
        return _newest(self.drifts, symbol, settings_hash)

    def has(self, symbol: str) -> bool:
        """Whether any settings of `symbol` were measured."""
        return any(each.symbol == symbol for each in self.measured)

    def with_measured(self, found: Measured) -> Kept:
        """In place of an older one of the same settings."""
        return msgspec.structs.replace(self, measured=_replaced(self.measured, found))

    def with_drift(self, found: DriftCheck) -> Kept:
        """In place of an older one of the same settings."""
        return msgspec.structs.replace(self, drifts=_replaced(self.drifts, found))


def measured_of(result: bytes, at: datetime) -> Measured:
    """The printed result of `lab evidence`. Raises `UnusableMeasurement`. Not for the event loop."""
    try:
        answer = msgspec.json.decode(result, type=Evidence)
        verdict = answer.verdict.verdict if isinstance(answer.verdict, AnsweredVerdict) else answer.verdict
        plain = {
            "symbol": answer.symbol,
            "settings_hash": answer.settings_hash,
            "recording_hash": answer.recording_hash,
            "version": answer.version,
            "measured_at": at,
            "verdict": verdict,
            "sentence": answer.sentence[:2_000],
            "trades": int(answer.trades),
            "days": answer.days,
            "mean_r": answer.mean_r,
            "low": answer.mean_r_low,
            "high": answer.mean_r_high,
            "paths": answer.paths,
            "fills": answer.fills,
            "is_calibrated": bool(answer.calibrated),
            "trials": answer.trials,
            "trades_needed": None if answer.trades_needed is None else int(answer.trades_needed),
        }
        return msgspec.convert(plain, Measured)
    except (ValueError, OverflowError, RecursionError) as error:
        raise UnusableMeasurement(f"The measurement is damaged: {error}. Measure again.") from error


class MeasuredFile:
    """The file in the data folder; everything here is not for the event loop."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE

    def read(self) -> Kept:
        """What is kept; nothing where the file is missing, damaged or of another version."""
        try:
            with self.path.open("rb") as file:
                return msgspec.json.decode(file.read(LARGEST_FILE), type=Kept)
        except (OSError, ValueError, RecursionError):
            return Kept()

    def write(self, kept: Kept) -> None:
        """Replaces the file whole. Raises `UnusableMeasurement`."""
        try:
            write_atomically(self.path, msgspec.json.encode(kept).decode())
        except OSError as error:
            raise UnusableMeasurement(f"{self.path}: the measurement cannot be kept: {reason_of(error)}") from error


def _newest(kept: tuple[_Of, ...], symbol: str, settings_hash: str) -> _Of | None:
    same = (each for each in reversed(kept) if (each.symbol, each.settings_hash) == (symbol, settings_hash))
    return next(same, None)


def _replaced(kept: tuple[_Of, ...], found: _Of) -> tuple[_Of, ...]:
    key = (found.symbol, found.settings_hash)
    others = [each for each in kept if (each.symbol, each.settings_hash) != key]
    return tuple([*others, found][-MAX_KEPT:])
