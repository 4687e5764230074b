"""The user's notes on trades, in SQLite."""

from __future__ import annotations

import sqlite3

import msgspec

from engine.domain.trade_facts import Annotation
from engine.persistence.database import Database
from engine.persistence.rows import decoded, insert, instant, text


def write_annotation(sql: sqlite3.Connection, annotation: Annotation) -> None:
    """Keeps an annotation in place of the one before; what that said stays in the journal."""
    insert(sql, "annotations", msgspec.structs.asdict(annotation), otherwise="REPLACE")


def read_annotation(database: Database, trade_id: str) -> Annotation | None:
    """What stands beside a trade; None where nothing ever did."""
    found = _annotations(database, "WHERE trade_id = ?", trade_id)
    return found[0] if found else None


def read_annotations(database: Database) -> dict[str, Annotation]:
    """Notes and tags of trades, by the trade's id."""
    return {each.trade_id: each for each in _annotations(database, "")}


def _annotations(database: Database, condition: str, *values: object) -> list[Annotation]:
    found = database.read(f"SELECT * FROM annotations {condition}", values)
    return database.faults.read("annotations", found, _annotation_of, name=lambda row: row["trade_id"])


def _annotation_of(row: sqlite3.Row) -> Annotation:
    return Annotation(
        trade_id=text(row["trade_id"]),
        at=instant(row["at"]),
        note=text(row["note"]),
        tags=decoded(row["tags"], tuple[str, ...]),
    )
