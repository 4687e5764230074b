"""Nobody but its owner may read what the desk keeps."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loader import save_settings, shipped_settings
from engine.persistence.opening import open_store
from tests.builders import quote
from tests.persistence.tape.tapes import Scene

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the access lists of the profile say it there")


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    """A user whose files everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def shared(folder: Path) -> dict[str, str]:
    """What others may do something with, below and with the folder."""
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.rglob("*"))}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


def test_that_a_new_store_and_all_beside_it_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "desk" / "live"
    store = open_store(folder, NOW)
    with store.database.transaction(is_durable=True) as sql:
        sql.execute("UPDATE locks SET reason = ''")
    assert {"desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm"} <= {each.name for each in folder.iterdir()}
    assert shared(tmp_path / "desk") == {}
    store.database.close()


def test_that_rights_of_others_on_a_store_of_yesterday_are_taken_away(tmp_path: Path) -> None:
    open_store(tmp_path, NOW).database.close()
    aside = tmp_path / "desk.sqlite3.aside-20260301T000000Z"
    aside.touch()
    for each in (tmp_path, *tmp_path.iterdir()):
        each.chmod(0o777)
    store = open_store(tmp_path, NOW)
    assert shared(tmp_path) == {}
    store.database.close()


def test_that_a_damaged_store_that_was_set_aside_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite3").write_bytes(b"no store at all, but long enough to be read as one" * 40)
    store = open_store(tmp_path, NOW)
    assert len(store.warnings) == 1
    assert shared(tmp_path) == {}
    store.database.close()


def test_that_files_of_others_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.touch()
    open_store(tmp_path, NOW).database.close()
    assert stat.S_IMODE(other.stat().st_mode) == 0o644


def test_that_settings_are_their_owners_alone(tmp_path: Path) -> None:
    save_settings(shipped_settings(), tmp_path / "config" / "microscalp" / "settings.json")
    assert shared(tmp_path / "config") == {}


def test_that_a_recording_is_its_owners_alone(tmp_path: Path) -> None:
    Scene().recorded(tmp_path / "recordings", quote(0), quote(59))
    assert shared(tmp_path / "recordings") == {}
