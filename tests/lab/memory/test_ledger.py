"""The ledger counts every configuration once, and believes nothing that it did not write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnusableStore
from engine.lab.memory.ledger import HANDED_OVER, LEDGER_FILE, LOCK_FILE, Ledger, open_ledger
from engine.lab.memory.trial import TrialOrigin, days_as_bytes, days_of_bytes, results_as_bytes, results_of_bytes
from engine.lab.memory.trial_table import TRIAL_STEPS
from tests.lab.memory.trials import AT, EVALUATION, days, trial


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(tmp_path, AT)) as ledger:
        yield ledger


def other_program(directory: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(directory / LEDGER_FILE, isolation_level=None))


def reopened(directory: Path) -> Ledger:
    with closing(open_ledger(directory, AT)):
        pass
    return open_ledger(directory, AT)


# -- counting -----------------------------------------------------------------------------------------------------


def test_that_every_configuration_counts_once(ledger: Ledger) -> None:
    assert ledger.trials("XAUUSD") == 0
    ledger.record([trial(1), trial(2), trial(1)])
    ledger.record([trial(2), trial(2, recording_hash="cd" * 8), trial(3, symbol="BTCUSD")])
    assert (ledger.trials("XAUUSD"), ledger.trials("BTCUSD"), ledger.trials("EURUSD")) == (2, 1, 0)


def test_that_the_ledger_goes_on_where_it_was_closed(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([trial(1)])
    ledger.close()
    with closing(open_ledger(tmp_path, AT)) as again:
        again.record([trial(2)])
        assert again.trials("XAUUSD") == 2
        assert again.warnings == ()


def test_that_an_older_ledger_without_origins_keeps_all_its_trials(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as sql:
        for statement in TRIAL_STEPS[0]:
            sql.execute(statement)
        sql.execute("PRAGMA user_version = 1")
        row = {name: getattr(trial(1), name) for name in ("settings_hash", "symbol", "kind", "digest")}
        row |= dict(zip(("recording_hash", "version", "seed", "paths"), EVALUATION, strict=True))
        row |= {"at": trial(1).at.isoformat(), "days": days_as_bytes(trial(1).days)}
        row |= {name: results_as_bytes(getattr(trial(1), name)) for name in ("daily_r", "daily_trades")}
        sql.execute(f"INSERT INTO trials ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))
        sql.commit()
    with closing(open_ledger(tmp_path, AT)) as ledger:
        ledger.record([trial(2, origin=TrialOrigin.TPE)])
        assert ledger.daily(EVALUATION).settings_hashes == (trial(1).settings_hash, trial(2).settings_hash)
        assert ledger.warnings == ()


def test_that_the_ledger_says_what_chose_a_trial(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([trial(1), trial(2, origin=TrialOrigin.SOBOL), trial(3, origin=TrialOrigin.TPE)])
    with other_program(tmp_path) as sql:
        assert [row[0] for row in sql.execute("SELECT origin FROM trials")] == [None, "sobol", "tpe"]


def test_that_a_sweep_knows_what_it_has_evaluated(ledger: Ledger) -> None:
    ledger.record([trial(1), trial(2), trial(3, seed=2), trial(4, version="0.3.0")])
    assert ledger.known(EVALUATION) == {trial(1).settings_hash, trial(2).settings_hash}


def test_that_results_come_back_by_day_as_they_were_recorded(ledger: Ledger) -> None:
    ledger.record([trial(1), trial(2), trial(3, days=days(2), daily_r=(1.0, 1.0))])
    found = ledger.daily(EVALUATION)
    assert (found.days, found.settings_hashes) == (days(3), (trial(1).settings_hash, trial(2).settings_hash))
    assert np.array_equal(found.r, [[0.5, 1.0], [-1.0, -1.0], [0.0, 0.0]])
    assert ledger.daily(EVALUATION, {trial(2).settings_hash}).r.tolist() == [[1.0], [-1.0], [0.0]]
    assert ledger.daily(EVALUATION._replace(seed=9)).r.shape == (0, 0)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)), st.lists(st.dates()))
def test_that_numbers_and_days_come_back_from_their_bytes(results: list[float], market_days: list[date]) -> None:
    assert results_of_bytes(results_as_bytes(tuple(results))) == tuple(results)
    assert days_of_bytes(days_as_bytes(tuple(market_days))) == tuple(market_days)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"daily_r": (1.0,)}, "1 results of 3 days"),
        ({"days": tuple(reversed(days(3)))}, "not in order"),
        ({"daily_r": (1.0, float("nan"), 0.0)}, "no number"),
        ({"daily_trades": (1.0,)}, "1 counts of trades of 3 days"),
        ({"daily_trades": (1.0, -1.0, 0.0)}, "fewer than no trades"),
    ],
)
def test_that_an_impossible_trial_cannot_be_made(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trial(1, **changes)


# -- one writer ---------------------------------------------------------------------------------------------------


def test_that_others_hand_their_trials_over_to_the_writer(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([trial(1)])
    with closing(open_ledger(tmp_path, AT)) as second:
        assert (ledger.is_writer, second.is_writer) == (True, False)
        second.record([trial(2)])
        second.record([trial(2)])
        assert second.trials("XAUUSD") == ledger.trials("XAUUSD") == 2
        assert len(list((tmp_path / HANDED_OVER).iterdir())) == 1
        ledger.record([trial(3)])
        assert list((tmp_path / HANDED_OVER).iterdir()) == []
        assert second.trials("XAUUSD") == 3
        assert second.known(EVALUATION) == ledger.known(EVALUATION)


def test_that_the_next_writer_collects_what_the_last_one_left(ledger: Ledger, tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path, AT)) as second:
        second.record([trial(1)])
        ledger.close()
        second.record([trial(2)])
        assert second.is_writer
        assert second.known(EVALUATION) == {trial(1).settings_hash, trial(2).settings_hash}


def test_that_a_killed_writer_leaves_its_trials_and_lets_others_write(tmp_path: Path) -> None:
    program = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pathlib import Path
from engine.lab.memory.ledger import open_ledger
from engine.lab.memory.trial import TrialOrigin, days_as_bytes, days_of_bytes, results_as_bytes, results_of_bytes
from engine.lab.memory.trial_table import TRIAL_STEPS
from tests.lab.memory.trials import AT, trial
ledger = open_ledger(Path({str(tmp_path)!r}), AT)
ledger.record([trial(1)])
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    with closing(open_ledger(tmp_path, AT)) as ledger:
        assert ledger.is_writer
        assert (ledger.trials("XAUUSD"), ledger.warnings) == (1, ())


def test_that_what_is_no_trial_is_put_away_and_trials_are_unknown_from_then_on(tmp_path: Path) -> None:
    folder = tmp_path / HANDED_OVER
    folder.mkdir()
    (folder / "a.json").write_text('[{"recording_hash": "x"}]', encoding="utf-8")
    with closing(open_ledger(tmp_path, AT)) as ledger:
        assert "a.json cannot be read" in ledger.warnings[0]
        assert ledger.trials("XAUUSD") is None
    assert [each.name for each in folder.iterdir()] == ["a.json.unreadable"]


# -- what cannot be trusted ---------------------------------------------------------------------------------------


def test_that_a_missing_ledger_means_that_trials_are_unknown(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([trial(1)])
    ledger.close()
    (tmp_path / LEDGER_FILE).unlink()
    with closing(open_ledger(tmp_path, AT)) as again:
        assert "is missing; how many configurations were evaluated before is unknown" in again.warnings[0]
        again.record([trial(2)])
        assert again.trials("XAUUSD") is None
    with closing(reopened(tmp_path)) as later:
        assert later.trials("XAUUSD") is None
        assert later.known(EVALUATION) == {trial(2).settings_hash}


@pytest.mark.parametrize("raw", [b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_that_a_damaged_ledger_is_set_aside_and_not_believed(ledger: Ledger, tmp_path: Path, raw: bytes) -> None:
    ledger.record([trial(1)])
    ledger.close()
    (tmp_path / LEDGER_FILE).write_bytes(raw)
    with closing(open_ledger(tmp_path, AT)) as again:
        assert "was set aside as lab-trials.sqlite3.aside-20260302T080000Z" in again.warnings[0]
        assert again.trials("XAUUSD") is None
        assert again.known(EVALUATION) == frozenset()
    assert (tmp_path / f"{LEDGER_FILE}.aside-20260302T080000Z").read_bytes() == raw


@pytest.mark.parametrize(
    "change", ["DROP TABLE trials", "ALTER TABLE trials RENAME COLUMN daily_r TO r", "PRAGMA user_version = 7"]
)
def test_that_an_altered_ledger_is_set_aside(ledger: Ledger, tmp_path: Path, change: str) -> None:
    ledger.close()
    with other_program(tmp_path) as sql:
        sql.execute(change)
    with closing(open_ledger(tmp_path, AT)) as again:
        assert "was set aside" in again.warnings[0]


def test_that_whatever_bytes_are_damaged_no_wrong_result_is_believed(ledger: Ledger, tmp_path: Path) -> None:
    trials = {each.settings_hash: each for each in (trial(number) for number in range(40))}
    ledger.record(trials.values())
    ledger.close()
    raw, random = (tmp_path / LEDGER_FILE).read_bytes(), Random(11)
    for run in range(30):
        flipped = bytearray(raw)
        for _ in range(random.choice((1, 4, 64))):
            flipped[random.randrange(len(raw))] = random.randrange(256)
        directory = tmp_path / str(run)
        directory.mkdir()
        (directory / LEDGER_FILE).write_bytes(flipped)
        with closing(open_ledger(directory, AT)) as damaged:
            found = damaged.daily(EVALUATION)
            assert all(
                tuple(column) == trials[each].daily_r
                for each, column in zip(found.settings_hashes, found.r.T.tolist(), strict=True)
            )
            damaged.record([trial(99)])
            assert trial(99).settings_hash in damaged.known(EVALUATION)


def test_that_no_program_changes_or_removes_a_trial(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([trial(1)])
    with other_program(tmp_path) as sql:
        for change in ("DELETE FROM trials", "UPDATE trials SET symbol = 'EURUSD'"):
            with pytest.raises(sqlite3.IntegrityError, match="stays as it was written"):
                sql.execute(change)
        results = "days, daily_r, daily_trades, digest, origin"
        same = f"recording_hash, settings_hash, 'EURUSD', version, seed, paths, kind, at, {results}"
        sql.execute(f"INSERT OR REPLACE INTO trials SELECT NULL, {same} FROM trials")
    assert ledger.trials("XAUUSD") == 1


@pytest.mark.parametrize(
    "change",
    [
        "daily_r = zeroblob(24)",
        "daily_r = 'text'",
        "daily_r = x'00'",
        "days = zeroblob(12)",
        "kind = 'odd'",
        "at = 'x'",
    ],
)
def test_that_a_row_that_was_changed_is_named_and_left_out(ledger: Ledger, tmp_path: Path, change: str) -> None:
    ledger.record([trial(1), trial(2)])
    with other_program(tmp_path) as sql:
        sql.execute("DROP TRIGGER trials_stay_as_written")
        sql.execute(f"UPDATE trials SET {change} WHERE place = 1")
    assert ledger.daily(EVALUATION).settings_hashes == (trial(2).settings_hash,)
    assert ledger.warnings == ("1 row of trials cannot be read: 1",)


def test_that_a_guard_that_was_taken_away_is_there_again_after_the_next_start(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    with other_program(tmp_path) as sql:
        sql.execute("DROP TRIGGER trials_stay")
    with closing(open_ledger(tmp_path, AT)) as again, other_program(tmp_path) as sql:
        again.record([trial(1)])
        with pytest.raises(sqlite3.IntegrityError, match="stays as it was written"):
            sql.execute("DELETE FROM trials")


def test_that_a_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnusableStore, match="trials cannot be recorded in"):
        open_ledger(tmp_path / "file", AT)


def test_that_a_lock_file_alone_is_no_sign_of_trials_before_the_first_start(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path, AT)) as first:
        assert (tmp_path / LOCK_FILE).exists()
        assert first.trials("XAUUSD") == 0
