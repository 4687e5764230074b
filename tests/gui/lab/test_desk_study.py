"""A study that a desk runs for itself: its result, its failure and its end, with another program in its place."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from config.settings import Settings
from gui.features.lab.model.desk_study import DeskStudy
from gui.features.lab.model.request import StudyRequest

ECHO = "import json, sys\nprint(json.dumps({'arguments': sys.argv[2:]}))"
MakeStudy = Callable[[str], DeskStudy]


@pytest.fixture
def study_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStudy]:
    """A study of two settings, in whose place a program runs."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made: list[DeskStudy] = []

    def make(program: str) -> DeskStudy:
        (tmp_path / "worker").write_text(program)
        request = StudyRequest(kind="diff", files=("tape",), symbol="XAUUSD")
        made.append(DeskStudy(request, tmp_path / "data", Settings(), Settings()))
        return made[-1]

    yield make
    for study in made:
        study.end()


def test_that_a_desk_gets_the_printed_result_and_keeps_no_files(
    qtbot: QtBot, study_of: MakeStudy, tmp_path: Path
) -> None:
    study = study_of(ECHO)
    with qtbot.waitSignal(study.answered, timeout=30_000) as answered:
        study.start()
    said = json.loads(answered.args[0])["arguments"]
    assert said[0] == "diff"
    assert {"--symbol=XAUUSD", f"--data-dir={tmp_path / 'data'}", "--json", "tape"} <= set(said)
    assert sum(each.endswith(("settings.json", "other.json")) for each in said) == 2
    assert not list(tmp_path.glob("microscalp-study-*"))


def test_that_a_study_without_a_result_says_why_in_one_sentence(qtbot: QtBot, study_of: MakeStudy) -> None:
    study = study_of("import sys; sys.exit('microscalp: no recording found')")
    with qtbot.waitSignal(study.failed, timeout=30_000) as failed:
        study.start()
    assert failed.args == ["no recording found"]


def test_that_a_cancelled_study_leaves_neither_process_nor_files(
    qtbot: QtBot, study_of: MakeStudy, tmp_path: Path
) -> None:
    study = study_of("import os, time\nopen('id', 'w').write(str(os.getpid()))\ntime.sleep(60)")
    study.start()
    process_id = tmp_path / "id"
    qtbot.waitUntil(lambda: process_id.is_file() and bool(process_id.read_text()), timeout=30_000)
    study.end()
    assert not psutil.pid_exists(int(process_id.read_text()))
    assert not list(tmp_path.glob("microscalp-study-*"))
