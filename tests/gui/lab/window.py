"""The window of the lab on a data folder, and another program in the place of its studies."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from config.settings import Settings
from gui.features.lab.model.answer import AnswerModel
from gui.features.lab.model.request import StudyRequest
from gui.features.lab.model.shelf import StudyShelf, now
from gui.features.lab.model.studies import StudiesModel
from gui.features.lab.model.study import Study, StudyRecord, StudyState
from gui.features.lab.view.window import LabWindow
from gui.theme import DARK

PATIENCE_MS = 90_000
"""On a machine that is busy with other tests."""


class OpenLab:
    """An open lab of 1280 x 720."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.window = LabWindow(DARK, QSize(1280, 720))
        qtbot.addWidget(self.window)
        self.studies = StudiesModel(folder, Settings(), folder / "presets", self.window)
        self.answers = AnswerModel(self.studies, self.window)
        self.window.populate(self.studies, self.answers)
        self.window.show()
        self.studies.open()
        self.until(lambda: len(self.studies.studies) == len(StudyShelf(folder).listed()))

    def close(self) -> None:
        self.studies.close()
        self.answers.close()

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=PATIENCE_MS)

    def study(self) -> Study:
        """The newest."""
        return next(iter(self.studies.studies.values()))

    def begin(self, request: StudyRequest) -> Study:
        """Fills the form and runs it."""
        before = len(self.studies.studies)
        self.window.form.show_request(request)
        self.window.form.run.click()
        self.until(lambda: len(self.studies.studies) > before)
        return self.study()

    def choose(self, key: str) -> None:
        self.window.list.choose(key)

    def open_answer(self, key: str) -> None:
        """Until the page of a study stands."""
        self.choose(key)
        answer = self.window.answer
        self.until(lambda: answer.study is not None and answer.study.key == key)
        self.until(lambda: self.window.pages.currentWidget() is answer)

    def until_said(self, words: str) -> None:
        """Until the status bar says so."""
        self.until(lambda: self.window.statusBar().currentMessage() == words)


def keep(folder: Path, kind: str, result: dict[str, Any], **asked: Any) -> str:
    """A study that is done; returns its key."""
    shelf = StudyShelf(folder)
    record = StudyRecord(request=StudyRequest(kind=kind, **asked), created_at=now(), state=StudyState.DONE)
    study = shelf.new(record)
    shelf.keep(study, json.dumps(result).encode())
    return study.key


def words_in(widget: QWidget) -> str:
    """All that labels say."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def as_study(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Lets another program run in the place of a study: in a packaged desk Python itself would be asked for it."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.chdir(folder)
    (folder / "worker").write_text(f"import sys, json, time\n{program}\n")
