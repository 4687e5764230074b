"""Facts about the name of an installation: made once for a data folder, and again for a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from config.settings import Settings
from engine.archive import Archive
from engine.clock import MarketClock
from engine.domain.journal import JournalFilter
from engine.domain.tokens import Installation, is_installation
from engine.persistence.desks.installation import FILE, open_installation
from tests.builders import MONDAY


@contextmanager
def archive_in(folder: Path | None) -> Iterator[Archive]:
    with closing(Archive.open(folder, Settings(), MarketClock(MONDAY))) as archive:
        yield archive


def opened(folder: Path) -> Installation:
    with archive_in(folder) as archive:
        return open_installation(archive, folder, MONDAY)


def lose_store(folder: Path) -> None:
    for path in folder.glob("desk.sqlite3*"):
        path.unlink()


def test_that_a_data_folder_keeps_its_name(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert is_installation(first.name)
    assert first.copied_from is None
    assert opened(tmp_path) == first


def test_that_two_data_folders_have_two_names(tmp_path: Path) -> None:
    assert opened(tmp_path / "a").name != opened(tmp_path / "b").name


def test_that_the_name_outlives_the_store_and_the_file_beside_it(tmp_path: Path) -> None:
    first = opened(tmp_path)
    lose_store(tmp_path)
    assert opened(tmp_path) == first
    (tmp_path / FILE).unlink()
    assert opened(tmp_path) == first
    assert (tmp_path / FILE).exists()


@pytest.mark.parametrize("is_moved", [False, True], ids=["copied", "moved"])
def test_that_a_folder_in_another_place_is_another_installation(tmp_path: Path, is_moved: bool) -> None:
    original, other = tmp_path / "a", tmp_path / "b"
    first = opened(original)
    if is_moved:
        original.rename(other)
    else:
        shutil.copytree(original, other)
    second = opened(other)
    assert second.name != first.name
    assert second.copied_from == first.name
    assert opened(other) == Installation(second.name)
    if not is_moved:
        assert opened(original) == first


def test_that_a_store_alone_that_was_copied_is_noticed_too(tmp_path: Path) -> None:
    first = opened(tmp_path / "a")
    (tmp_path / "b").mkdir()
    shutil.copy(tmp_path / "a" / "desk.sqlite3", tmp_path / "b" / "desk.sqlite3")
    assert opened(tmp_path / "b").copied_from == first.name


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"name": "no name", "home": ""}', "\x00\ud800"], ids=range(5))
def test_that_a_file_that_says_nothing_is_replaced_by_what_the_store_knows(tmp_path: Path, text: str) -> None:
    first = opened(tmp_path)
    (tmp_path / FILE).write_text(text, encoding="utf-8", errors="surrogatepass")
    assert opened(tmp_path) == first


def test_that_a_desk_without_a_folder_has_a_name_for_as_long_as_it_runs() -> None:
    with archive_in(None) as archive:
        one, other = (open_installation(archive, None, MONDAY) for _ in range(2))
    assert is_installation(one.name)
    assert one != other


def test_that_the_name_is_journaled(tmp_path: Path) -> None:
    name = opened(tmp_path).name
    with archive_in(tmp_path) as archive:
        pages = archive.pages()
        numbers = pages.matching(JournalFilter(kinds=frozenset({"installation_named"})), 0, pages.newest())
        assert [entry.payload["installation"] for entry in pages.entries(numbers)] == [name]
