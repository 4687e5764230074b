"""The page next to the store: written in place, whole or not at all, and read with suspicion."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UnusableStore
from engine.persistence.safety_page import PAGE_FILE, SLOT, SafetyPage


def written(directory: Path, *texts: bytes) -> Path:
    """A page on which these were written one after the other."""
    page = SafetyPage(directory)
    for text in texts:
        page.write(text)
    page.close()
    return page.path


def read(directory: Path) -> tuple[bytes, bool]:
    page = SafetyPage(directory)
    page.close()
    page.close()
    return page.content


def test_that_a_new_page_is_empty_and_fully_allocated(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert read(tmp_path) == (b"", False)
    assert path.stat().st_size == 2 * SLOT
    written(tmp_path, b"halt")
    assert path.stat().st_size == 2 * SLOT


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_that_what_was_written_last_is_read(tmp_path: Path, count: int) -> None:
    written(tmp_path, *(f"order {number}".encode() for number in range(count)))
    assert read(tmp_path) == (f"order {count - 1}".encode(), False)


def test_that_a_torn_write_is_noticed_and_the_one_before_it_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path, b"first", b"second")
    raw = bytearray(path.read_bytes())
    raw[40] ^= 0xFF  # within the text of the slot that was written second
    path.write_bytes(raw)
    assert read(tmp_path) == (b"first", True)


def test_that_a_page_that_nobody_wrote_so_is_damaged(tmp_path: Path) -> None:
    (tmp_path / PAGE_FILE).write_bytes(b"something else" * 2000)
    assert read(tmp_path) == (b"", True)


def test_that_a_short_file_is_extended_to_its_full_size(tmp_path: Path) -> None:
    path = written(tmp_path, b"first", b"second")
    path.write_bytes(path.read_bytes()[:SLOT])
    assert read(tmp_path) == (b"second", False)
    assert path.stat().st_size == 2 * SLOT


def test_that_more_than_a_slot_holds_is_refused_with_the_maximum(tmp_path: Path) -> None:
    page = SafetyPage(tmp_path)
    with pytest.raises(UnusableStore, match=f"{PAGE_FILE} has no room for 9000 bytes, max {SLOT - 36}"):
        page.write(b"x" * 9000)
    page.close()


def test_that_a_folder_in_its_place_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / PAGE_FILE).mkdir()
    with pytest.raises(UnusableStore, match=PAGE_FILE):
        SafetyPage(tmp_path)
