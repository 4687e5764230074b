"""The notice of a newer version: only if an address is set, and never while a position is open."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMainWindow, QToolBar
from pytestqt.qtbot import QtBot

from config import VERSION
from gui.features.updates.panel import Updates
from tests.adapters.test_releases import served


class Desk:
    """A window with what the notice looks at."""

    def __init__(self, qtbot: QtBot) -> None:
        self.address, self.open_positions = "", 0
        self.said: list[str] = []
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        below = QToolBar("below")
        self.window.addToolBar(below)
        self.updates = Updates(self.window, lambda: self.address, lambda: self.open_positions, below)
        self.updates.announced.connect(self.said.append)
        self.updates._positions.setInterval(10)
        self.window.show()

    @property
    def notice(self) -> str:
        return self.updates.bar.words.text() if self.updates.bar.isVisible() else ""


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.updates.close()


def newest(version: str) -> bytes:
    return json.dumps({"version": version, "page": "https://desk.example/get", "summary": "Faster."}).encode()


def test_that_nobody_is_asked_without_an_address(desk: Desk) -> None:
    desk.updates.follow_settings()
    desk.updates.ask()
    assert desk.said == ["No address is set: enter it under Settings, Updates."]
    assert not desk.notice


def test_that_a_newer_version_is_shown_and_stays_dismissed(desk: Desk, qtbot: QtBot) -> None:
    with served(newest("99.0.0")) as desk.address:
        desk.updates.follow_settings()
        qtbot.waitUntil(lambda: bool(desk.notice))
    assert desk.notice == f"Version 99.0.0 is available; this is {VERSION}. Faster."
    desk.updates.bar.dismiss.click()
    qtbot.wait(50)
    assert not desk.notice


def test_that_a_newer_version_waits_until_no_position_is_open(desk: Desk, qtbot: QtBot) -> None:
    desk.open_positions = 1
    with served(newest("99.0.0")) as desk.address:
        desk.updates.ask()
        qtbot.waitUntil(lambda: bool(desk.said))
    assert desk.said == ["99.0.0 is available. Install it when no position is open."]
    assert not desk.notice
    desk.open_positions = 0
    qtbot.waitUntil(lambda: bool(desk.notice))
    desk.open_positions = 1
    qtbot.waitUntil(lambda: not desk.notice)


def test_that_the_newest_version_is_confirmed_to_the_user_who_asks(desk: Desk, qtbot: QtBot) -> None:
    with served(newest(VERSION)) as desk.address:
        desk.updates.ask()
        qtbot.waitUntil(lambda: bool(desk.said))
    assert desk.said == [f"{VERSION} is the newest version."]
    assert not desk.notice


def test_that_an_address_that_does_not_answer_is_reported_only_to_the_user_who_asks(desk: Desk, qtbot: QtBot) -> None:
    desk.address = "http://127.0.0.1:9"
    desk.updates.follow_settings()
    desk.updates.ask()
    qtbot.waitUntil(lambda: bool(desk.said))
    assert len(desk.said) == 1
    assert "does not answer" in desk.said[0]
