"""The trial ledger: every configuration that was ever evaluated, so that the best of many is known as such."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from config.atomic_file import reason_of
from config.private_files import make_private_directory
from engine.errors import DeskIsRunning, UnusableStore
from engine.lab.memory.handed_over import HandedOver, hand_over, put_away, waiting
from engine.lab.memory.lab_store import open_lab_store, read_lab_store
from engine.lab.memory.trial import DailyMatrix, Trial
from engine.lab.memory.trial_table import TRIAL_GUARDS, TRIAL_STEPS, insert_trial, trial_of
from engine.persistence.database import Database
from engine.persistence.desks.lock import DeskLock
from engine.persistence.rows import insert

LEDGER_FILE: Final = "lab-trials.sqlite3"
LOCK_FILE: Final = "lab-trials.lock"
HANDED_OVER: Final = "lab-trials-handed-over"
_INCOMPLETE: Final = "incomplete"


class Evaluation(NamedTuple):
    """What has to be the same for results to be compared: recording, version of the program, seeds."""

    recording_hash: str
    version: str
    seed: int
    paths: int


class Ledger:
    """The ledger of a data folder. One program writes it; the trials of others wait in files until it collects them."""

    def __init__(self, directory: Path, now: datetime) -> None:
        self._directory = directory
        self._lock: DeskLock | None = None
        self._database: Database | None = None
        self._warnings: list[str] = []
        self._become_writer(now)

    @property
    def is_writer(self) -> bool:
        return self._lock is not None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user must know: trials that are lost, or that cannot be read."""
        unreadable = self._database.faults.sentence if self._database is not None else ""
        return tuple(self._warnings) + ((unreadable,) if unreadable else ())

    def record(self, trials: Iterable[Trial]) -> None:
        """Adds trials; one that is known already counts once. Raises `UnusableStore`."""
        new = list(trials)
        if not new:
            return
        if not self.is_writer:
            self._become_writer(new[0].at)
        if not self.is_writer or self._database is None:
            self._hand_over(new)
            return
        with self._database.transaction(is_durable=False) as sql:
            for trial in new:
                insert_trial(sql, trial)
        self._collect()

    def trials(self, symbol: str) -> int | None:
        """How many configurations were ever evaluated for `symbol`; None where that is not known."""
        database = self._readable()
        if database is None or database.value("SELECT 1 FROM memory WHERE name = ?", (_INCOMPLETE,)):
            return None
        rows = database.read("SELECT DISTINCT settings_hash FROM trials WHERE symbol = ?", (symbol,))
        handed_over = [trial for found in waiting(self._folder) for trial in found.trials or ()]
        known = {str(row[0]) for row in rows} | {each.settings_hash for each in handed_over if each.symbol == symbol}
        return len(known)

    def known(self, evaluation: Evaluation) -> frozenset[str]:
        """Hashes of the settings that were evaluated so already."""
        if (database := self._readable()) is None:
            return frozenset()
        rows = database.read(f"SELECT settings_hash FROM trials WHERE {_IS_EVALUATION}", evaluation)
        return frozenset(str(row[0]) for row in rows)

    def daily(self, evaluation: Evaluation, settings_hashes: Collection[str] | None = None) -> DailyMatrix:
        """Results by day of all configurations that were evaluated so, or of some of them, on the same days.

        Rows that cannot be read are left out, named in `warnings`; so are those on other days than most.
        """
        trials = self._read(evaluation)
        if settings_hashes is not None:
            trials = [trial for trial in trials if trial.settings_hash in settings_hashes]
        if not trials:
            return DailyMatrix((), (), np.zeros((0, 0)), np.zeros((0, 0)))
        days = Counter(trial.days for trial in trials).most_common(1)[0][0]
        same = [trial for trial in trials if trial.days == days]
        return DailyMatrix(
            days,
            tuple(each.settings_hash for each in same),
            np.array([each.daily_r for each in same]).T,
            np.array([each.daily_trades for each in same]).T,
        )

    def close(self) -> None:
        """Closes the file and lets another program write; closing twice does nothing more."""
        database, self._database = self._database, None
        lock, self._lock = self._lock, None
        if database is not None:
            database.close()
        if lock is not None:
            lock.release()

    # -- the one writer -------------------------------------------------------------------------------------------

    @property
    def _folder(self) -> Path:
        return self._directory / HANDED_OVER

    def _become_writer(self, now: datetime) -> None:
        path, lock_path = self._directory / LEDGER_FILE, self._directory / LOCK_FILE
        try:
            make_private_directory(self._directory)
            was_written = lock_path.exists()
            lock = DeskLock(self._directory, LOCK_FILE)
        except DeskIsRunning:
            return
        except OSError as error:
            raise UnusableStore(f"trials cannot be recorded in {self._directory}: {reason_of(error)}") from error
        try:
            is_missing = was_written and not path.exists()
            database, warning = open_lab_store(path, TRIAL_STEPS, TRIAL_GUARDS, now)
        except BaseException:
            lock.release()
            raise
        if self._database is not None:
            self._database.close()
        self._lock, self._database = lock, database
        if is_missing and not warning:
            warning = f"{path} is missing"
        if warning:
            self._note_incomplete(warning)
        self._collect()

    def _note_incomplete(self, reason: str) -> None:
        assert self._database is not None
        self._warnings.append(f"{reason}; how many configurations were evaluated before is unknown")
        with self._database.transaction(is_durable=True) as sql:
            insert(sql, "memory", {"name": _INCOMPLETE, "value": reason}, otherwise="IGNORE")

    def _hand_over(self, trials: Sequence[Trial]) -> None:
        try:
            make_private_directory(self._folder)
            hand_over(self._folder, trials)
        except OSError as error:
            raise UnusableStore(f"trials cannot be handed over in {self._folder}: {reason_of(error)}") from error

    def _collect(self) -> None:
        """Takes in what others handed over; a file goes once its trials are on the disk."""
        found = waiting(self._folder)
        if not found or self._database is None:
            return
        with self._database.transaction(is_durable=True) as sql:
            for each in found:
                for trial in each.trials or ():
                    insert_trial(sql, trial)
        for each in found:
            self._put_away(each)

    def _put_away(self, found: HandedOver) -> None:
        if found.trials is None:
            self._note_incomplete(f"{found.file} cannot be read")
        try:
            put_away(found)
        except OSError as error:  # collected once more next time, and still counted once
            self._warnings.append(f"{found.file} cannot be removed: {reason_of(error)}")

    # -- reading --------------------------------------------------------------------------------------------------

    def _readable(self) -> Database | None:
        if self._database is None:
            self._database = read_lab_store(self._directory / LEDGER_FILE)
        return self._database

    def _read(self, evaluation: Evaluation) -> list[Trial]:
        if (database := self._readable()) is None:
            return []
        rows = database.read(f"SELECT * FROM trials WHERE {_IS_EVALUATION} ORDER BY place", evaluation)
        return database.faults.read("trials", rows, trial_of, name=lambda row: row["place"])


_IS_EVALUATION: Final = "recording_hash = ? AND version = ? AND seed = ? AND paths = ?"


def open_ledger(directory: Path, now: datetime) -> Ledger:
    """The ledger in `directory`; a file that cannot be trusted is set aside, and trials are unknown from then on.

    Raises `UnusableStore` where the folder cannot be used.
    """
    return Ledger(directory, now)
