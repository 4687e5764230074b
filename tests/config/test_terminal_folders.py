"""The data folders of terminals: which there are, which was used last, and whether their program is still there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.terminal_folders import ORIGIN, PROGRAM, is_terminal_installed, terminal_folders


def terminal(roaming: Path, name: str, used_at: float, *, is_installed: bool = True) -> Path:
    """A terminal's data folder as the terminal makes it when it is first opened."""
    program, data = roaming / f"{name} program", roaming / "MetaQuotes" / "Terminal" / name
    for folder in (program, data / "logs"):
        folder.mkdir(parents=True)
    if is_installed:
        (program / PROGRAM).touch()
    (data / ORIGIN).write_text(str(program), encoding="utf-16")
    for path in (data / ORIGIN, data / "logs"):
        os.utime(path, (used_at, used_at))
    return data


def test_that_the_terminal_used_last_comes_first(tmp_path: Path) -> None:
    old, new = terminal(tmp_path, "A" * 32, 1e9), terminal(tmp_path, "B" * 32, 1.1e9)
    (tmp_path / "MetaQuotes" / "Terminal" / "Common" / "Files").mkdir(parents=True)
    assert terminal_folders(str(tmp_path)) == [new, old]
    os.utime(old / "logs", (1.2e9, 1.2e9))
    assert terminal_folders(str(tmp_path)) == [old, new]


@pytest.mark.parametrize("roaming", ["", "/no/such/folder"])
def test_that_a_computer_without_terminals_has_no_folders(roaming: str) -> None:
    assert terminal_folders(roaming) == []
    assert not is_terminal_installed(roaming)


def test_that_a_terminal_that_was_removed_is_not_installed(tmp_path: Path) -> None:
    terminal(tmp_path, "A" * 32, 1e9, is_installed=False)
    assert not is_terminal_installed(str(tmp_path))
    terminal(tmp_path, "B" * 32, 1e9)
    assert is_terminal_installed(str(tmp_path))


def test_that_a_folder_that_does_not_say_where_its_terminal_is_counts_as_one(tmp_path: Path) -> None:
    (terminal(tmp_path, "A" * 32, 1e9, is_installed=False) / ORIGIN).write_bytes(b"\xff\xfe\x00")
    assert is_terminal_installed(str(tmp_path))
