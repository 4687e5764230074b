"""Columns on disk: made once, shared by processes, and never believed where they are damaged or of something else."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from config.changes import with_values
from config.loader import shipped_settings
from engine.domain.market import Side
from engine.errors import MissingRecording, UnusableCache
from engine.lab.cache import ColumnCache, Columns
from engine.lab.columns import BLOCK_ROWS, SESSIONS, column_names
from engine.lab.entries import EntryStore
from tests.examples import examples
from tests.lab.markets import a_recording

SETTINGS = shipped_settings()
OTHER = with_values(SETTINGS, {"xauusd_rules.analysis.atr1_smoothing": 5})


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def content(columns: Columns) -> str:
    """A digest of every column."""
    digest = hashlib.blake2b()
    for name, column in zip(column_names(), columns.whole(*column_names()), strict=True):
        digest.update(name.encode() + column.tobytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("lab")
    cache = ColumnCache(folder)
    cache.columns(cache.put(a_recording(60)), SETTINGS)
    yield folder
    shutil.rmtree(folder)


def test_that_a_folder_in_the_place_of_a_file_is_renamed_and_what_it_holds_stays(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    shutil.copytree(filled, folder)
    for file in files(folder):
        file.unlink()
        file.mkdir()
        (file / "mine.txt").write_text("kept")
    cache = ColumnCache(folder)
    assert len(cache.columns(cache.put(a_recording(60)), SETTINGS)) == 60
    assert len(list(folder.glob("*.aside-*/mine.txt"))) == len(files(filled)) == 2


def test_that_columns_hold_the_candles_and_their_indicators(tmp_path: Path) -> None:
    recording, cache = a_recording(), ColumnCache(tmp_path)
    columns = cache.columns(cache.put(recording), SETTINGS)
    close, high, atr1, session = columns.whole("close", "low_of_sell", "atr1", "session")
    assert close.tolist() == recording.columns.close.tolist() == columns.recording.columns.close.tolist()
    assert high.tolist() == recording.columns.high.tolist()
    assert np.isnan(atr1[:3]).all()
    assert np.isfinite(atr1[3:]).all()
    assert SESSIONS[session[0]] == "asia"
    (part,) = columns.parts()
    assert part.rows == slice(0, len(recording.columns))
    assert part.facings[Side.SELL].low.tolist() == (-recording.columns.high).tolist()


def test_that_columns_are_made_once_for_each_set_of_indicator_settings(tmp_path: Path) -> None:
    cache = ColumnCache(tmp_path)
    found = cache.put(a_recording())
    made = [cache.columns(found, each) for each in (SETTINGS, OTHER)]
    before = {path: path.stat().st_ino for path in files(tmp_path)}
    assert len(before) == 3
    cache.put(a_recording(name="the same under another name"))
    exits = with_values(SETTINGS, {"execution.trailing_atr1": 2.0})
    again = [ColumnCache(tmp_path).columns(found, each) for each in (exits, OTHER)]
    assert {path: path.stat().st_ino for path in files(tmp_path)} == before
    assert list(map(content, again)) == list(map(content, made))


def test_that_candles_which_are_not_kept_have_to_be_read_again(tmp_path: Path) -> None:
    with pytest.raises(MissingRecording, match="0123456789abcdef any more: read them again"):
        ColumnCache(tmp_path).columns("0123456789abcdef", SETTINGS)


@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_damage_anywhere_in_a_file_is_never_believed(filled: Path, tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(filled, folder)
    cache, recording = ColumnCache(folder), a_recording(60)
    wanted = content(ColumnCache(filled).columns(ColumnCache(filled).put(recording), SETTINGS))
    path = data.draw(st.sampled_from(files(folder)))
    damaged = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(damaged) - 1))
    if data.draw(st.booleans()):
        damaged[place] ^= data.draw(st.integers(1, 255))
    else:
        del damaged[place:]
    path.write_bytes(damaged)
    assert content(cache.columns(cache.put(recording), SETTINGS)) == wanted
    assert len(files(folder)) == 2


def test_that_columns_of_another_recording_under_a_known_name_are_made_again(tmp_path: Path) -> None:
    cache = ColumnCache(tmp_path)
    first, second = cache.put(a_recording(seed=1)), cache.put(a_recording(seed=2))
    wanted = content(cache.columns(first, SETTINGS))
    cache.columns(second, SETTINGS)
    for path in tmp_path.glob(f"{first}*"):
        path.unlink()
    for path in tmp_path.glob(f"{second}*"):
        path.rename(path.with_name(path.name.replace(second, first)))
    cache.put(a_recording(seed=1))
    assert content(cache.columns(first, SETTINGS)) == wanted


def test_that_two_processes_may_make_the_same_columns_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = pool.map(_made_in_another_process, [tmp_path] * 2)
    assert first == second == _made_in_another_process(tmp_path)
    assert [path.suffix for path in files(tmp_path)] == [".parquet"] * 2


def _made_in_another_process(folder: Path) -> str:
    cache = ColumnCache(folder)
    return content(cache.columns(cache.put(a_recording(200)), SETTINGS))


def test_that_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = EntryStore(tmp_path, max_bytes=100_000)
    block = {"at": np.random.default_rng(1).integers(0, 2**62, 4_000)}
    for second, key in enumerate("abc"):
        store.write(key, key.encode(), [block])
        (path,) = tmp_path.glob(f"{key}.*")
        os.utime(path, (1_000.0 + second, 1_000.0 + second))
    assert store.find("a") is not None
    store.write("d", b"d", [block])
    assert [path.name[0] for path in files(tmp_path)] == ["a", "c", "d"]


def test_that_an_entry_larger_than_all_that_may_be_kept_is_kept_until_the_next(tmp_path: Path) -> None:
    store = EntryStore(tmp_path, max_bytes=10)
    for key in "ab":
        store.write(key, b"", [{"at": np.arange(5)}])
    assert [path.name[0] for path in files(tmp_path)] == ["b"]


def test_that_what_a_killed_process_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / "x.old.writing", tmp_path / "x.new.writing"
    old.touch()
    new.touch()
    os.utime(old, (1_000.0, 1_000.0))
    EntryStore(tmp_path, max_bytes=10).write("a", b"", [{"at": np.arange(5)}])
    assert (old.exists(), new.exists()) == (False, True)


def test_that_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "lab").touch()
    with pytest.raises(UnusableCache, match="the lab cannot keep its columns here: it is a file"):
        ColumnCache(tmp_path / "lab").put(a_recording(10))


def test_that_blocks_come_as_they_were_written(tmp_path: Path) -> None:
    blocks = [
        {"at": np.arange(3), "is_so": np.array([True, False, True])},
        {"at": np.arange(2), "is_so": np.zeros(2, bool)},
    ]
    entry = EntryStore(tmp_path, BLOCK_ROWS).write("a", b"facts", blocks)
    assert (len(entry), entry.facts) == (5, b"facts")
    assert [block["is_so"].tolist() for block in entry.blocks()] == [[True, False, True], [False, False]]
    assert [block["at"].tolist() for block in entry.blocks(["at"])] == [[0, 1, 2], [0, 1]]
