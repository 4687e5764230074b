"""Measurements of the desk's own settings, kept in the data folder. The file is validated when it is read."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from config import VERSION
from config.atomic_file import reason_of, replace_file, write_atomically
from engine.domain.fills import FillModel
from engine.errors import DeskError

FILE: Final = Path("lab") / "measured.json"
"""Below the data folder."""
MAX_KEPT: Final = 200
LARGEST_FILE: Final = 2_000_000
FORMAT: Final = 1

_UPDATING: Final = Lock()
VerdictName = Literal["positive", "negative", "unproven", "what-if"]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{8,64}$")]
_Text = Annotated[str, Meta(max_length=2_000)]
_Count = Annotated[int, Meta(ge=0)]


class UnusableMeasurement(DeskError):
    """A measurement that cannot be kept, or a result that is not one."""


class Basis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which settings of a symbol, on which recording and how something was measured."""

    symbol: Annotated[str, Meta(min_length=1, max_length=80)]
    settings_hash: Hash
    recording_hash: Hash
    version: Annotated[str, Meta(max_length=40)]
    measured_at: Annotated[datetime, Meta(tz=True)]
    days: _Count
    paths: _Count
    fills: FillModel
    is_calibrated: bool


class Measured(Basis, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lab measured for a symbol's settings; R is net of costs."""

    verdict: VerdictName
    sentence: _Text
    trades: _Count
    mean_r: float | None
    low: float | None
    high: float | None
    trials: _Count | None
    trades_needed: _Count | None
    feed: Annotated[str, Meta(max_length=80)] = ""
    """The kind of feed that the recordings were made of: the demo market says nothing about a broker's prices."""


class DriftCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of a trading day's drift check; `alarm` describes an alarm, and is empty if there was none."""

    symbol: Annotated[str, Meta(min_length=1, max_length=80)]
    settings_hash: Hash
    day: date
    alarm: _Text = ""


class CheckWorth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a check is worth: mean R of the trades taken minus mean R of the `trades` that it alone blocked, with its
    95 % interval and adjusted p value; None if too few were blocked."""

    check: Annotated[str, Meta(max_length=80)]
    blocked: _Count
    trades: _Count
    selectivity: float | None
    low: float | None
    high: float | None
    p: float | None


class MeasuredChecks(Basis, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lab measured for each check of a symbol's settings."""

    taken: _Count
    checks: Annotated[tuple[CheckWorth, ...], Meta(max_length=100)]

    def of(self, check: str) -> CheckWorth | None:
        """The measurement of a check; None if it was not measured."""
        return next((each for each in self.checks if each.check == check), None)


_Of = TypeVar("_Of", bound=Measured | DriftCheck | MeasuredChecks)
_Measurement = TypeVar("_Measurement", bound=Basis)


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in the file, the newest last."""

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)] = FORMAT
    measured: Annotated[tuple[Measured, ...], Meta(max_length=MAX_KEPT)] = ()
    drifts: Annotated[tuple[DriftCheck, ...], Meta(max_length=MAX_KEPT)] = ()
    checks: Annotated[tuple[MeasuredChecks, ...], Meta(max_length=MAX_KEPT)] = ()

    def of(self, symbol: str, settings_hash: str, feed: str) -> Measured | None:
        """What this version of the desk measured for exactly these settings on that kind of feed."""
        of_feed = tuple(each for each in self.measured if each.feed == feed)
        return _of_this_version(_newest(of_feed, symbol, settings_hash))

    def drift_of(self, symbol: str, settings_hash: str) -> DriftCheck | None:
        return _newest(self.drifts, symbol, settings_hash)

    def checks_of(self, symbol: str, settings_hash: str) -> MeasuredChecks | None:
        """What this version of the desk measured for the checks of exactly these settings."""
        return _of_this_version(_newest(self.checks, symbol, settings_hash))

    def has(self, symbol: str) -> bool:
        """Whether any settings of `symbol` were measured."""
        return any(each.symbol == symbol for each in self.measured)

    def with_measured(self, found: Measured) -> Kept:
        """In place of an older one of the same settings."""
        return msgspec.structs.replace(self, measured=_replaced(self.measured, found))

    def with_checks(self, found: MeasuredChecks) -> Kept:
        """In place of an older one of the same settings."""
        return msgspec.structs.replace(self, checks=_replaced(self.checks, found))

    def with_drift(self, found: DriftCheck) -> Kept:
        """In place of an older one of the same settings."""
        return msgspec.structs.replace(self, drifts=_replaced(self.drifts, found))


class MeasuredFile:
    """The file in the data folder; everything here is not for the event loop."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE

    def read(self) -> Kept:
        """What is kept; nothing if the file is missing, damaged or of another version."""
        try:
            return self._read()
        except (OSError, ValueError, RecursionError):
            return Kept()

    def recover(self) -> str:
        """Why the file cannot be used, as a sentence, after a damaged one was renamed; empty if it can be used."""
        try:
            self._read()
        except OSError as error:
            return f"{self.path}: the measurements cannot be read: {reason_of(error)}"
        except (ValueError, RecursionError) as error:
            return f"{self.path}: the measurements are damaged and are ignored ({error}){self._set_aside()}"
        return ""

    def _read(self) -> Kept:
        """Raises `OSError`, and `ValueError` or `RecursionError` if it is damaged or of another version."""
        if not self.path.exists():
            return Kept()
        if not self.path.is_file():
            raise OSError(errno.EINVAL, "it is not a file", str(self.path))
        with self.path.open("rb") as file:
            return msgspec.json.decode(file.read(LARGEST_FILE), type=Kept)

    def _set_aside(self) -> str:
        aside = self.path.with_name(f"{self.path.stem}-unreadable.json")
        try:
            replace_file(self.path, aside)
        except OSError as error:
            return f"; the file cannot be renamed: {reason_of(error)}"
        return f"; the file was renamed to {aside.name}"

    def update(self, change: Callable[[Kept], Kept]) -> Kept:
        """Reads, changes and writes the file, one caller at a time; returns what is kept now.

        Raises `UnusableMeasurement`; a file that cannot be read is not replaced.
        """
        with _UPDATING:
            if fault := self.recover():
                raise UnusableMeasurement(f"{fault}. Measure again.")
            kept = change(self.read())
            self.write(kept)
            return kept

    def write(self, kept: Kept) -> None:
        """Replaces the file whole. Raises `UnusableMeasurement`."""
        try:
            write_atomically(self.path, msgspec.json.encode(kept).decode())
        except OSError as error:
            raise UnusableMeasurement(f"{self.path}: the measurement cannot be kept: {reason_of(error)}") from error


def _newest(kept: tuple[_Of, ...], symbol: str, settings_hash: str) -> _Of | None:
    same = (each for each in reversed(kept) if (each.symbol, each.settings_hash) == (symbol, settings_hash))
    return next(same, None)


def _of_this_version(found: _Measurement | None) -> _Measurement | None:
    return found if found is not None and found.version == VERSION else None


def _key(kept: Measured | DriftCheck | MeasuredChecks) -> tuple[str, ...]:
    feed = kept.feed if isinstance(kept, Measured) else ""
    return kept.symbol, kept.settings_hash, feed


def _replaced(kept: tuple[_Of, ...], found: _Of) -> tuple[_Of, ...]:
    others = [each for each in kept if _key(each) != _key(found)]
    return tuple([*others, found][-MAX_KEPT:])
