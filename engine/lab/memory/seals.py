"""Sealed days: the last days of a market, unseen until settings have been chosen, and opened once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from engine.errors import DeskError
from engine.persistence.database import Database
from engine.persistence.rows import insert, instant, text

SEALED_SHARE: Final = 0.2
"""Of the days of a recording: the last of them stay unseen until settings have been chosen."""


class AlreadyOpened(DeskError):
    """The sealed days were opened before: they are known, and prove nothing any more."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed days up to `last_day` were shown, with these settings."""

    at: datetime
    last_day: date
    settings_hash: str


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """All days from `first_day` on are sealed until they are opened, once."""

    place: int
    symbol: str
    first_day: date
    opening: Opening | None = None

    def hides(self, day: date) -> bool:
        """Whether `day` must not be seen yet; days after those that were opened wait for the next seal."""
        return self.opening is None and day >= self.first_day


def sealed_from(days: Sequence[date], share: float = SEALED_SHARE) -> date | None:
    """The first of the last days of a recording that are sealed; None where there are too few to seal any."""
    ordered = sorted(set(days))
    count = int(share * len(ordered))
    return ordered[-count] if count else None


class Seals:
    """The seals of a data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seal(self, symbol: str, days: Sequence[date], at: datetime) -> Seal | None:
        """The seal of `symbol`: the one in force, or a new one over the last fifth of `days`.

        Days that were opened are never sealed again. None, or the opened seal, where there are too few days to seal.
        """
        newest = self.sealed(symbol)
        if newest is not None and newest.opening is None:
            return newest
        fresh = [day for day in days if newest is None or newest.opening is None or day > newest.opening.last_day]
        boundary = sealed_from(days)
        if boundary is None or not fresh:
            return newest
        row = {"symbol": symbol, "first_day": max(boundary, min(fresh)).isoformat(), "at": at}
        with self._database.transaction(is_durable=True) as sql:
            insert(sql, "seals", row)
        return self.sealed(symbol)

    def sealed(self, symbol: str) -> Seal | None:
        """The newest seal of `symbol`, opened or not."""
        rows = self._database.read(_NEWEST_SEAL, (symbol,))
        found = self._database.faults.read("seals", rows, _seal_of, name=lambda row: row["place"])
        return found[0] if found else None

    def open_seal(self, symbol: str, settings_hash: str, last_day: date, at: datetime) -> Seal:
        """Opens the sealed days up to `last_day`, for these settings and for good.

        Raises `AlreadyOpened` where they were opened before, and where nothing is sealed.
        """
        seal = self.sealed(symbol)
        if seal is None:
            raise AlreadyOpened(f"no days of {symbol} are sealed")
        opening = Opening(at=at, last_day=last_day, settings_hash=settings_hash)
        row = {"place": seal.place, "at": at, "last_day": last_day.isoformat(), "settings_hash": settings_hash}
        with self._database.transaction(is_durable=True) as sql:
            rows = sql.execute("SELECT at FROM openings WHERE place = ?", (seal.place,)).fetchall()
            if rows:
                raise AlreadyOpened(
                    f"the sealed days of {symbol} from {seal.first_day} on were opened at {rows[0]['at'][:16]} already"
                )
            insert(sql, "openings", row)
        return msgspec.structs.replace(seal, opening=opening)


_NEWEST_SEAL: Final = """
    SELECT seals.place, symbol, first_day, openings.at AS opened_at, last_day, settings_hash
    FROM seals LEFT JOIN openings USING (place) WHERE symbol = ? ORDER BY seals.place DESC LIMIT 1
"""


def _seal_of(row: sqlite3.Row) -> Seal:
    opening = None
    if row["opened_at"] is not None:
        opening = Opening(
            at=instant(row["opened_at"]),
            last_day=date.fromisoformat(text(row["last_day"])),
            settings_hash=text(row["settings_hash"]),
        )
    return Seal(
        place=int(row["place"]),
        symbol=text(row["symbol"]),
        first_day=date.fromisoformat(text(row["first_day"])),
        opening=opening,
    )
