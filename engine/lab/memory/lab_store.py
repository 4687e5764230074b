"""A store of the lab: opened sound, or set aside and begun again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from config.atomic_file import reason_of
from config.private_files import make_private_directory, make_private_file
from engine.errors import UnusableStore
from engine.persistence.database import Database, explained, is_damage
from engine.persistence.faults import StoreFaults
from engine.persistence.upkeep.soundness import Steps, fault_within
from engine.persistence.upkeep.store_file import (
    DAMAGED,
    Guards,
    beside,
    bring_up_to_date,
    connected,
    mark,
    marked,
    move_aside,
    name_aside,
    reading,
)

TIMEOUT_MS: Final = 5_000
"""How long another program's write is waited for."""


def open_lab_store(path: Path, steps: Steps, guards: Guards, now: datetime) -> tuple[Database, str]:
    """The store at `path`, made if it does not exist, and why an older one was set aside; empty where none was.

    A file that is damaged, altered or of a newer version is renamed with the stamp of `now`, and nothing in it is
    believed. Raises `UnusableStore` where the folder cannot be used or the file cannot be read at all. For one program
    at a time.
    """
    try:
        make_private_directory(path.parent)
        fault = _fault_of(path, steps)
        warning = "" if fault is None else _set_aside(path, fault, now)
        make_private_file(path)
    except OSError as error:
        raise UnusableStore(f"{path} cannot be used: {reason_of(error)}") from error
    faults = StoreFaults()
    faults.on_damage = partial(mark, path, DAMAGED)
    with explained(faults):
        connection = connected(path, TIMEOUT_MS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            bring_up_to_date(connection, steps, guards)
        except BaseException:
            connection.close()
            raise
    return Database(connection, faults=faults), warning


def read_lab_store(path: Path) -> Database | None:
    """The store at `path` as another program writes it; None where there is none."""
    if not path.exists():
        return None
    faults = StoreFaults()
    with explained(faults):
        return Database(reading(path, TIMEOUT_MS), faults=faults)


def guarded_by(triggers: Mapping[str, str]) -> Guards:
    """Guards that hold for every program: SQL of triggers by name, from when they act on."""

    def renewed(known: Mapping[str, str]) -> Iterator[str]:
        for name, acts in triggers.items():
            create = f"CREATE TRIGGER {name} {acts}"
            if known.get(name) != create:
                yield from (f"DROP TRIGGER IF EXISTS {name}", create)

    return renewed


def stays(table: str) -> dict[str, str]:
    """Triggers that let no program change or delete a row, and let the first of a `place` stand."""
    refused = f"BEGIN SELECT RAISE(ABORT, 'what is in {table} stays as it was written'); END"
    return {
        f"{table}_stay_as_written": f"BEFORE UPDATE ON {table} {refused}",
        f"{table}_stay": f"BEFORE DELETE ON {table} {refused}",
        f"{table}_come_once": (
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE place = NEW.place) {refused}"
        ),
    }


def _fault_of(path: Path, steps: Steps) -> str | None:
    if not path.exists():
        return "is missing, but its -wal file is there" if beside(path, "-wal").exists() else None
    if (damage := marked(path, DAMAGED)) is not None:
        return f"is damaged ({damage})"
    try:
        with explained(), closing(connected(path, TIMEOUT_MS)) as connection:
            return fault_within(connection, steps)
    except UnusableStore as error:
        if is_damage(error.__cause__):
            return f"is damaged ({error.__cause__})"
        raise UnusableStore(f"{path} cannot be read now: {error.__cause__}") from error


def _set_aside(path: Path, fault: str, now: datetime) -> str:
    aside = name_aside(path, now)
    move_aside(path, aside, DAMAGED)
    return f"{path} {fault}; it was set aside as {aside.name} and a new one was made"
