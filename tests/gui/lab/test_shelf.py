"""Studies on the disk: whole or not at all, and what lies there is not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gui.features.lab.model.request import StudyRequest
from gui.features.lab.model.shelf import RECORD, RESULT, StudyShelf, UnusableStudy
from gui.features.lab.model.study import Study, StudyRecord, StudyState

AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
REQUEST = StudyRequest(kind="null", symbol="XAUUSD", days=1)


def kept(shelf: StudyShelf, state: StudyState = StudyState.DONE, result: bytes = b"{}") -> Study:
    study = shelf.new(StudyRecord(request=REQUEST, created_at=AT, state=state))
    shelf.keep(study, result)
    return study


@pytest.fixture
def shelf(tmp_path: Path) -> StudyShelf:
    return StudyShelf(tmp_path)


def test_that_a_study_is_read_as_it_was_kept(shelf: StudyShelf) -> None:
    study = kept(shelf, result=b'{"trades": 3}')
    assert shelf.listed() == [study]
    assert shelf.result(study.key) == b'{"trades": 3}'


def test_that_a_shelf_that_does_not_exist_is_empty(shelf: StudyShelf) -> None:
    assert shelf.listed() == []


def test_that_the_newest_study_comes_first_and_two_of_one_second_are_two(shelf: StudyShelf) -> None:
    first, second = kept(shelf), kept(shelf)
    assert first.key != second.key
    assert [study.key for study in shelf.listed()] == [second.key, first.key]


@pytest.mark.parametrize("state", [StudyState.RUNNING, StudyState.WAITING])
def test_that_a_study_that_was_not_over_when_the_lab_ended_is_cancelled(shelf: StudyShelf, state: StudyState) -> None:
    kept(shelf, state)
    (study,) = shelf.listed()
    assert study.state is StudyState.CANCELLED
    assert study.record is not None
    assert "run it again" in study.record.said


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"request": {"kind": "null"}, "created_at": "yesterday"}',
        '{"request": {"kind": "format the disk"}, "created_at": "2026-11-30T09:30:00Z", "state": "done"}',
        '{"request": {"kind": "null"}, "created_at": "2026-11-30T09:30:00", "state": "done"}',
        '{"version": 2, "request": {"kind": "null"}, "created_at": "2026-11-30T09:30:00Z", "state": "done"}',
        '{"request": {"kind": "null", "seed": -1}, "created_at": "2026-11-30T09:30:00Z", "state": "done"}',
        "[" * 100_000,
    ],
)
def test_that_a_damaged_study_is_shown_as_such_and_can_be_deleted(shelf: StudyShelf, damage: str) -> None:
    study = kept(shelf)
    (shelf.folder(study.key) / RECORD).write_text(damage)
    (read,) = shelf.listed()
    assert (read.state, read.record) == (StudyState.DAMAGED, None)
    assert read.said
    shelf.delete(study.key)
    assert shelf.listed() == []


def test_that_a_study_whose_file_is_gone_is_damaged(shelf: StudyShelf) -> None:
    study = kept(shelf)
    (shelf.folder(study.key) / RECORD).unlink()
    assert [each.state for each in shelf.listed()] == [StudyState.DAMAGED]


def test_that_a_result_that_is_gone_is_reported_with_its_place(shelf: StudyShelf) -> None:
    study = kept(shelf)
    (shelf.folder(study.key) / RESULT).unlink()
    with pytest.raises(UnusableStudy, match=r"result\.json cannot be read"):
        shelf.result(study.key)


def test_that_folders_of_others_are_neither_listed_nor_touched(shelf: StudyShelf) -> None:
    study = kept(shelf)
    other = shelf.folder(study.key).parent / "notes"
    other.mkdir()
    mine = shelf.folder(study.key) / "mine.txt"
    mine.write_text("keep")
    assert len(shelf.listed()) == 1
    with pytest.raises(UnusableStudy, match="cannot be deleted"):
        shelf.delete(study.key)
    assert mine.read_text() == "keep"
