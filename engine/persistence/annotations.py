"""What stands beside a trade in SQLite: what the user wrote about it, and why its order was sent."""

from __future__ import annotations

import sqlite3

from engine.domain.trade_facts import Annotation, EntryGrounds
from engine.persistence.database import Database
from engine.persistence.rows import decoded, instant, json_text, stamp, text


def write_annotation(sql: sqlite3.Connection, annotation: Annotation) -> None:
    """Keeps an annotation in place of the one before; what that said stays in the journal."""
    sql.execute(
        "INSERT OR REPLACE INTO annotations (trade_id, at, note, tags) VALUES (?, ?, ?, ?)",
        (annotation.trade_id, stamp(annotation.at), annotation.note, json_text(annotation.tags)),
    )


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


def write_grounds(sql: sqlite3.Connection, plan_id: str, grounds: EntryGrounds) -> None:
    """Keeps why the order of a plan was sent."""
    sql.execute("INSERT INTO entry_grounds (plan_id, grounds) VALUES (?, ?)", (plan_id, json_text(grounds)))
