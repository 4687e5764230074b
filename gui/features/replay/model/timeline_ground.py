"""The background of a timeline: sessions, trading days and gaps, computed once for each market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from config.indicators import SessionsSettings
from engine.domain.market import DayRoll, Session
from engine.market.sessions import SessionCalendar

Instants = NDArray[np.int64]
"""Microseconds since 1970 UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MIN_GAP = timedelta(minutes=30) // _MICROSECOND
_MINUTE = timedelta(minutes=1) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Stretch:
    """A session between two instants."""

    start_us: int
    end_us: int
    session: Session


@dataclass(frozen=True, slots=True)
class Ground:
    """The sessions of a market, the instants at which its trading days begin, and where it has no prices."""

    stretches: tuple[Stretch, ...] = ()
    days: tuple[int, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()

    def session_at(self, instant_us: int) -> Session:
        starts = [stretch.start_us for stretch in self.stretches]
        row = int(np.searchsorted(starts, instant_us, side="right")) - 1
        is_inside = row >= 0 and instant_us < self.stretches[row].end_us
        return self.stretches[row].session if is_inside else Session.OFF


def ground_of(
    settings: SessionsSettings, roll: DayRoll, first_at: datetime, last_at: datetime, candles: Sequence[Instants] = ()
) -> Ground:
    """The ground from one instant to another; `candles` are the openings of each symbol's, where they are known.

    A year takes a tenth of a second: not for the event loop.
    """
    calendar = SessionCalendar(settings, roll)
    stretches: list[Stretch] = []
    days: list[int] = []
    at, day = first_at, calendar.trading_day(first_at)
    while at < last_at:
        session = calendar.session(at)
        if calendar.trading_day(at) != day:
            day = calendar.trading_day(at)
            days.append(microseconds(at))
        until = min(calendar.unchanged_until(at), last_at)
        if stretches and stretches[-1].session is session:
            stretches[-1] = Stretch(stretches[-1].start_us, microseconds(until), session)
        else:
            stretches.append(Stretch(microseconds(at), microseconds(until), session))
        at = until
    return Ground(tuple(stretches), tuple(days), _gaps(candles))


def _gaps(candles: Sequence[Instants]) -> tuple[tuple[int, int], ...]:
    """Where no symbol has a candle for half an hour or longer."""
    if not candles:
        return ()
    opened = np.unique(np.concatenate(candles))
    rows = np.flatnonzero(np.diff(opened) > _MIN_GAP)
    return tuple(zip((opened[rows] + _MINUTE).tolist(), opened[rows + 1].tolist(), strict=True))


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def instant(at_us: int) -> datetime:
    return _EPOCH + at_us * _MICROSECOND
