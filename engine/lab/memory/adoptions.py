"""Adoptions: which settings were adopted when, and what was decided at each look at them."""

from __future__ import annotations

import sqlite3
import time
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import RETRY_PAUSES_S, reason_of
from config.private_files import make_private_directory
from engine.errors import DeskIsRunning, UnusableStore
from engine.lab.memory.lab_store import guarded_by, open_lab_store, stays
from engine.lab.memory.seals import Seals
from engine.lab.verdict import Verdict
from engine.persistence.database import Database
from engine.persistence.desks.lock import DeskLock
from engine.persistence.rows import decoded, insert, instant, text

ADOPTIONS_FILE: Final = "lab-adoptions.sqlite3"
LOCK_FILE: Final = "lab-adoptions.lock"
_STEPS: Final = (
    (
        """
        CREATE TABLE adoptions (
            place INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT NOT NULL, number INTEGER NOT NULL,
            settings_hash TEXT NOT NULL, at TEXT NOT NULL, day TEXT NOT NULL, UNIQUE (symbol, number))
        """,
        """
        CREATE TABLE seals (
            place INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT NOT NULL, first_day TEXT NOT NULL, at TEXT NOT NULL)
        """,
        """
        CREATE TABLE openings (
            place INTEGER PRIMARY KEY, at TEXT NOT NULL, last_day TEXT NOT NULL, settings_hash TEXT NOT NULL)
        """,
        """
        CREATE TABLE looks (
            place INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT NOT NULL, number INTEGER NOT NULL,
            look INTEGER NOT NULL, at TEXT NOT NULL, verdict TEXT NOT NULL, UNIQUE (symbol, number, look))
        """,
    ),
)
_GUARDS: Final = guarded_by(stays("adoptions") | stays("seals") | stays("openings") | stays("looks"))


class Adoption(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that were adopted for a symbol: the `number`th for it, counted from 1."""

    symbol: str
    number: int
    settings_hash: str
    at: datetime
    day: date
    """The trading day of `at`: only later ones are out of sample."""


class Adoptions:
    """Several programs may have it open: each change is one transaction."""

    def __init__(self, database: Database, warnings: tuple[str, ...]) -> None:
        self._database = database
        self._warnings = warnings
        self.seals = Seals(database)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user must know: a file that was set aside, rows that cannot be read."""
        unreadable = self._database.faults.sentence
        return (*self._warnings, unreadable) if unreadable else self._warnings

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    # -- adopted settings -----------------------------------------------------------------------------------------

    def adopt(self, symbol: str, settings_hash: str, at: datetime, day: date) -> Adoption:
        """These settings are adopted from now on; nothing changes if they are already.

        Returning to earlier settings is a new adoption. An instant before the newest adoption, as after a clock was set
        back, counts as that adoption's.
        """
        with self._database.transaction(is_durable=True) as sql:
            newest = self._current(sql.execute(_NEWEST_ADOPTION, (symbol,)).fetchall())
            if newest is not None and newest.settings_hash == settings_hash:
                return newest
            number = 1 + _first(sql, "SELECT coalesce(max(number), 0) FROM adoptions WHERE symbol = ?", symbol)
            if newest is not None:
                at, day = max(at, newest.at), max(day, newest.day)
            adopted = Adoption(symbol=symbol, number=number, settings_hash=settings_hash, at=at, day=day)
            insert(sql, "adoptions", msgspec.structs.asdict(adopted) | {"day": day.isoformat()})
        return adopted

    def current(self, symbol: str) -> Adoption | None:
        """The settings that were adopted last for `symbol`; None if none were."""
        return self._current(self._database.read(_NEWEST_ADOPTION, (symbol,)))

    def _current(self, rows: list[sqlite3.Row]) -> Adoption | None:
        found = self._database.faults.read("adoptions", rows, _adoption_of, name=lambda row: row["place"])
        return found[0] if found else None

    # -- looks ----------------------------------------------------------------------------------------------------

    def stands(self, adoption: Adoption, verdict: Verdict, at: datetime) -> Verdict:
        """The verdict of that look: the one that was decided first, whatever days are imported afterwards.

        A verdict from which something is missing decides nothing and is not remembered.
        """
        if not verdict.look or verdict.missing or verdict.level is None:
            return verdict
        key = (adoption.symbol, adoption.number, verdict.look)
        row = dict(zip(("symbol", "number", "look"), key, strict=True)) | {"at": at, "verdict": verdict}
        with self._database.transaction(is_durable=True) as sql:
            rows = sql.execute("SELECT * FROM looks WHERE symbol = ? AND number = ? AND look = ?", key).fetchall()
            if not rows:
                insert(sql, "looks", row)
        found = self._database.faults.read("looks", rows, _verdict_of, name=lambda row: row["place"])
        return found[0] if found else verdict


_NEWEST_ADOPTION: Final = "SELECT * FROM adoptions WHERE symbol = ? ORDER BY number DESC LIMIT 1"


def open_adoptions(directory: Path, now: datetime) -> Adoptions:
    """The adoptions of a data folder; an unreadable file is set aside, and a new one is created.

    Raises `UnusableStore` where the folder cannot be used.
    """
    try:
        make_private_directory(directory)
        lock = _locked(directory)
    except OSError as error:
        raise UnusableStore(f"adoptions cannot be kept in {directory}: {reason_of(error)}") from error
    try:
        database, warning = open_lab_store(directory / ADOPTIONS_FILE, _STEPS, _GUARDS, now)
    finally:
        lock.release()
    return Adoptions(database, (f"{warning}; verdicts start over",) if warning else ())


def _locked(directory: Path) -> DeskLock:
    """While one program looks whether the file is sound, no other may open it."""
    for pause_s in RETRY_PAUSES_S:
        try:
            return DeskLock(directory, LOCK_FILE)
        except DeskIsRunning:
            time.sleep(pause_s)
    try:
        return DeskLock(directory, LOCK_FILE)
    except DeskIsRunning as error:
        raise UnusableStore(f"another program keeps {directory / LOCK_FILE} locked") from error


def _first(sql: sqlite3.Connection, query: str, *values: object) -> int:
    return int(sql.execute(query, values).fetchone()[0])


def _adoption_of(row: sqlite3.Row) -> Adoption:
    return Adoption(
        symbol=text(row["symbol"]),
        number=int(row["number"]),
        settings_hash=text(row["settings_hash"]),
        at=instant(row["at"]),
        day=date.fromisoformat(text(row["day"])),
    )


def _verdict_of(row: sqlite3.Row) -> Verdict:
    return decoded(row["verdict"], Verdict)
