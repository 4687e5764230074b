"""Trials as rows of SQLite, each with a checksum: what was written once stands, whatever program opens the file."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from engine.lab.memory.lab_store import guarded_by, stays
from engine.lab.memory.trial import Trial, days_as_bytes, days_of_bytes, results_as_bytes, results_of_bytes
from engine.persistence.rows import insert, instant

TRIAL_STEPS: Final = (
    (
        """
        CREATE TABLE trials (
            place INTEGER PRIMARY KEY AUTOINCREMENT, recording_hash TEXT NOT NULL, settings_hash TEXT NOT NULL,
            symbol TEXT NOT NULL, version TEXT NOT NULL, seed INTEGER NOT NULL, paths INTEGER NOT NULL,
            kind TEXT NOT NULL, at TEXT NOT NULL, days BLOB NOT NULL, daily_r BLOB NOT NULL, daily_trades BLOB NOT NULL,
            digest TEXT NOT NULL,
            UNIQUE (recording_hash, settings_hash, version, seed, paths))
        """,
        "CREATE INDEX trials_by_symbol ON trials(symbol, settings_hash)",
        "CREATE TABLE memory (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    ("ALTER TABLE trials ADD COLUMN origin TEXT",),
)
TRIAL_GUARDS: Final = guarded_by(
    stays("trials")
    | {
        # The first evaluation of a configuration stands.
        "trials_are_recorded_once": (
            "BEFORE INSERT ON trials WHEN EXISTS (SELECT 1 FROM trials WHERE recording_hash = NEW.recording_hash AND "
            "settings_hash = NEW.settings_hash AND version = NEW.version AND seed = NEW.seed AND paths = NEW.paths) "
            "BEGIN SELECT RAISE(IGNORE); END"
        )
    }
)


def insert_trial(sql: sqlite3.Connection, trial: Trial) -> None:
    """Writes a trial, unless it is there already."""
    row = msgspec.structs.asdict(trial) | {
        "days": days_as_bytes(trial.days),
        "daily_r": results_as_bytes(trial.daily_r),
        "daily_trades": results_as_bytes(trial.daily_trades),
        "digest": trial.digest,
    }
    insert(sql, "trials", row)


def trial_of(row: sqlite3.Row) -> Trial:
    """The trial of a row; raises ValueError where it does not hold what was written."""
    written = set(row.keys())  # a desk of an older version may lack a column
    values = {name: row[name] for name in Trial.__struct_fields__ if name in written} | {
        "at": instant(row["at"]),
        "days": days_of_bytes(row["days"]),
        "daily_r": results_of_bytes(row["daily_r"]),
        "daily_trades": results_of_bytes(row["daily_trades"]),
    }
    trial = msgspec.convert(values, Trial)
    if trial.digest != row["digest"]:
        raise ValueError("the row was changed")
    return trial
