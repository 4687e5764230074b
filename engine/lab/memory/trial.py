"""A trial: one configuration, evaluated on one recording."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise
from math import isfinite
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8,64}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class StudyKind(StrEnum):
    """The study for which a configuration was evaluated."""

    EVIDENCE = "evidence"
    DIFF = "diff"
    ABLATION = "ablation"
    SWEEP = "sweep"
    WALK = "walk"
    COSTS = "costs"
    GATES = "gates"
    CHANCE = "chance"
    RUIN = "ruin"
    DRIFT = "drift"


class TrialOrigin(StrEnum):
    """What chose a configuration in a search."""

    SOBOL = "sobol"
    """A sequence that covers the space evenly, independent of earlier results."""
    TPE = "tpe"
    """Earlier results."""


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a configuration brought on each market day of a recording, in R, zero on a day without trades.

    Raises ValueError for days out of order, another number of results or of trades than of days, a result that is no
    number, or a day with fewer than no trades.
    """

    recording_hash: Hash
    settings_hash: Hash
    symbol: Name
    version: Name
    seed: int
    """The first of `paths` seeds."""
    paths: Annotated[int, msgspec.Meta(ge=1)]
    kind: StudyKind
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    days: tuple[date, ...]
    daily_r: tuple[float, ...]
    daily_trades: tuple[float, ...]
    """Trades of each day; one that not all seeds have counts as the share of those that have it."""
    origin: TrialOrigin | None = None
    """None outside of a search, and in searches of older versions, which had only one."""

    def __post_init__(self) -> None:
        if len(self.days) != len(self.daily_r):
            raise ValueError(f"{len(self.daily_r)} results of {len(self.days)} days")
        if len(self.days) != len(self.daily_trades):
            raise ValueError(f"{len(self.daily_trades)} counts of trades of {len(self.days)} days")
        if any(earlier >= later for earlier, later in pairwise(self.days)):
            raise ValueError("days are not in order")
        if not all(map(isfinite, self.daily_r)):
            raise ValueError("a result is no number")
        if not all(isfinite(count) and count >= 0.0 for count in self.daily_trades):
            raise ValueError("a day has fewer than no trades")

    @property
    def digest(self) -> str:
        """A checksum of all that it says."""
        in_utc = msgspec.structs.replace(self, at=self.at.astimezone(UTC))
        return hashlib.blake2b(msgspec.json.encode(in_utc), digest_size=16).hexdigest()


class DailyMatrix(NamedTuple):
    """Results of several configurations on the same days, in order."""

    days: tuple[date, ...]
    settings_hashes: tuple[str, ...]
    r: NDArray[np.float64]
    """Sum of R. Shape (days, configurations)."""
    trades: NDArray[np.float64]
    """Number of trades, of the same shape."""


def days_as_bytes(days: tuple[date, ...]) -> bytes:
    """Days as little-endian whole numbers of four bytes."""
    return np.array([day.toordinal() for day in days], dtype="<i4").tobytes()


def days_of_bytes(raw: bytes) -> tuple[date, ...]:
    """The days that `days_as_bytes` wrote; raises ValueError where there are none."""
    return tuple(date.fromordinal(day) for day in np.frombuffer(raw, dtype="<i4").tolist())


def results_as_bytes(results: tuple[float, ...]) -> bytes:
    """Results as little-endian numbers of eight bytes."""
    return np.array(results, dtype="<f8").tobytes()


def results_of_bytes(raw: bytes) -> tuple[float, ...]:
    """The results that `results_as_bytes` wrote; raises ValueError where there are none."""
    return tuple(np.frombuffer(raw, dtype="<f8").tolist())
