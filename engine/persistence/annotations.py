"""What stands beside a trade in SQLite: what a person wrote about it, and why its order was sent."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from engine.domain.trade_facts import Annotation, EntryGrounds
from engine.persistence.database import Database
from engine.persistence.rows import json_text, stamp


def write_annotation(sql: sqlite3.Connection, annotation: Annotation) -> None:
    """Keeps an annotation in place of the one before; what that said stays in the journal."""
    sql.execute(
        "INSERT OR REPLACE INTO annotations (trade_id, at, note, tags) VALUES (?, ?, ?, ?)",
        (annotation.trade_id, stamp(annotation.at), annotation.note, json_text(annotation.tags)),
    )


def read_annotation(database: Database, trade_id: str) -> Annotation | None:
    """What stands beside a trade; None where nothing ever did."""
    found = database.read("SELECT * FROM annotations WHERE trade_id = ?", (trade_id,))
    return annotation_of(found[0]) if found else None


def annotation_of(row: sqlite3.Row) -> Annotation:
    return Annotation(
        trade_id=row["trade_id"],
        at=datetime.fromisoformat(row["at"]),
        note=row["note"],
        tags=msgspec.json.decode(row["tags"], type=tuple[str, ...]),
    )


def write_grounds(sql: sqlite3.Connection, plan_id: str, grounds: EntryGrounds) -> None:
    """Keeps why the order of a plan was sent."""
    sql.execute("INSERT INTO entry_grounds (plan_id, grounds) VALUES (?, ?)", (plan_id, json_text(grounds)))
