"""A folder that cannot be used is named in a sentence, by every command and by the window, and the exit code is 2."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loader import load_settings
from engine.cli import main
from engine.errors import DeskError, InvalidConfiguration, UnusableStore
from engine.persistence.opening import open_store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLAN = (
    '{"plan_id": "p", "symbol": "XAUUSD", "direction": "BUY", "entry_price": 2000, "stop_loss": 1999,'
    ' "take_profit": 2002, "volume": 0.1}'
)
COMMANDS = (
    ("plan", "list"),
    ("plan", "show", "p"),
    ("plan", "cancel", "p"),
    ("plan", "add", "--json", PLAN),
    ("report",),
)


def a_file(place: Path) -> Path:
    place.touch()
    return place


def below_a_file(place: Path) -> Path:
    return a_file(place) / "desk"


def with_a_folder_as_lock(place: Path) -> Path:
    (place / "desk.lock").mkdir(parents=True)
    return place


def with_a_folder_as_store(place: Path) -> Path:
    (place / "desk.sqlite3").mkdir(parents=True)
    return place


SPOILT = (a_file, below_a_file, with_a_folder_as_lock, with_a_folder_as_store)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: "-".join(words[:2]))
@pytest.mark.parametrize("spoil", SPOILT)
def test_that_a_command_names_a_data_folder_that_cannot_be_used(
    tmp_path: Path, spoil: Callable[[Path], Path], command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = spoil(tmp_path / "data")
    assert main([*command, "--data-dir", str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_that_a_disk_that_takes_nothing_is_named_as_the_reason(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: int, __: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", refuse)
    assert main(["plan", "list", "--data-dir", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert os.strerror(number) in said
    assert "use --data-dir for another folder" in said


def test_that_a_data_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("rights do not bind this user")
    with pytest.raises(UnusableStore, match="data"):
        open_store(folder, NOW)
    folder.chmod(0o700)


def test_that_the_window_is_refused_a_data_folder_that_cannot_be_used_by_an_error_it_can_show(tmp_path: Path) -> None:
    for spoil in SPOILT:
        with pytest.raises(DeskError):
            open_store(spoil(tmp_path / spoil.__name__), NOW)


def test_that_a_lock_that_cannot_be_taken_for_another_reason_is_not_another_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("msvcrt.locking" if sys.platform == "win32" else "fcntl.flock", refuse)
    with pytest.raises(UnusableStore, match="No locks available"):
        open_store(tmp_path, NOW)


def test_that_a_file_in_the_place_of_the_configuration_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_file(tmp_path / "config") / "microscalp" / "micro_scalp_config.json"
    monkeypatch.setattr("config.loader.user_file", lambda: path)
    with pytest.raises(InvalidConfiguration, match="cannot be read"):
        load_settings()
    assert main(["config", "show"]) == 2
    assert str(path) in capsys.readouterr().err


def test_that_what_else_a_command_cannot_read_or_write_is_named_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "file"))

    monkeypatch.setattr("engine.commands.config.show_path", refuse)
    assert main(["config", "path"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"microscalp: {tmp_path / 'file'} cannot be used: Permission denied")
