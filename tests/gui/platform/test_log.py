"""The log keeps every record, even if another program has its files open."""

from __future__ import annotations

import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.platform.log import LogFile
from tests.refusing_renames import FOR_EVER, RefusingRenames

MAX_BYTES = 100


class Log:
    """A desk's log of so few bytes that ten records fill a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = LogFile(folder / "desk.log", max_bytes=MAX_BYTES)
        self._written = 0

    def write(self, count: int) -> None:
        for _ in range(count):
            words = f"record {self._written:03}"
            self._file.handle(logging.LogRecord("desk", logging.WARNING, "", 0, words, None, None))
            self._written += 1

    def read(self) -> list[int]:
        files = sorted(self.folder.iterdir(), reverse=True)
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        return [int(line.removeprefix("record ")) for line in lines]

    def close(self) -> None:
        self._file.close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "log")
    yield opened
    opened.close()


def test_that_a_full_log_goes_on_in_a_new_file_and_the_oldest_are_dropped(log: Log) -> None:
    log.write(60)
    names = sorted(each.name for each in log.folder.iterdir())
    assert names == ["desk.log", "desk.log.1", "desk.log.2", "desk.log.3"]
    found = log.read()
    assert found == list(range(found[0], 60))
    assert all(each.stat().st_size <= MAX_BYTES for each in log.folder.iterdir())


def test_that_a_log_that_is_open_elsewhere_loses_no_record_and_is_rolled_later(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    renames = RefusingRenames(monkeypatch)
    renames.refuse(FOR_EVER)
    log.write(30)
    assert log.read() == list(range(30))
    assert renames.paused_s == 0.0
    renames.refuse(0)
    log.write(1)
    assert log.read() == list(range(31))
    assert (log.folder / "desk.log.1").exists()


def test_that_an_older_log_that_is_open_elsewhere_loses_no_record_either(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write(25)
    renames = RefusingRenames(monkeypatch)
    for _ in range(20):
        renames.refuse(1)
        log.write(1)
    renames.refuse(0)
    assert log.read()[-45:] == list(range(45))


def test_that_a_letter_that_cannot_be_written_loses_no_record(log: Log) -> None:
    log._file.handle(logging.LogRecord("desk", logging.WARNING, "", 0, "a\udcff", None, None))
    assert (log.folder / "desk.log").read_text(encoding="utf-8") == "a\\udcff\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the profile's access lists say it there")
def test_that_nobody_else_may_read_the_log(log: Log) -> None:
    log.write(20)
    for path in (log.folder, *log.folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
