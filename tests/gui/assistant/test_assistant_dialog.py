"""Tools, Assistant: who may connect, who is connected, and what the user pastes to connect a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.domain.messages.door import DoorChanged
from engine.domain.messages.trading import PlanChanged
from engine.domain.plan import PlanStatus
from gui.features.assistant.model.snippets import IS_WINDOWS, Installation, Snippet, installation, snippets
from gui.features.assistant.panel import AssistantOpener
from gui.features.assistant.view.assistant_dialog import AssistantDialog
from tests.builders import plan
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.test_tooltips import silent_controls

USUAL, OTHER = Path("/usual").absolute(), Path("/other desk").absolute()
INSTALLED = Installation("microscalp")


class Story(DeskWindow):
    """The window with the dialog open, for a desk whose data folder is not the usual one."""

    def __init__(self, qtbot: QtBot, directory: Path) -> None:
        super().__init__(qtbot)
        self.opener = AssistantOpener(self.window, self.desk.assistant, directory, self.window.settings.open)
        self.opener.action.trigger()
        flush()

    @property
    def dialog(self) -> AssistantDialog:
        assert self.opener.dialog is not None
        return self.opener.dialog


@pytest.fixture
def story(qtbot: QtBot, tmp_path: Path) -> Story:
    return Story(qtbot, tmp_path)


def by_title(found: tuple[Snippet, ...]) -> dict[str, str]:
    return {each.title: each.text for each in found}


# -- the dialog


def test_that_the_dialog_follows_the_door_and_its_clients(story: Story) -> None:
    assert story.dialog.door.text() == "Programs cannot connect: nothing listens."
    story.desk.assistant.show_door(
        DoorChanged(is_open=True, port=40_001, clients=("assistant", "terminal", "terminal"))
    )
    assert story.dialog.door.text() == "Programs may connect: the local API is open on port 40001."
    assert story.dialog.clients.text() == "an assistant, the command line (2)"
    story.desk.assistant.show_door(DoorChanged(is_open=True, port=40_001, http_port=9_123))
    assert "HTTP on port 9123" in story.dialog.door.text()
    assert "http://127.0.0.1:9123/" in story.dialog.texts[3].toPlainText()
    story.desk.assistant.show_door(DoorChanged(is_open=False, failure="another desk has it"))
    assert story.dialog.clients.text() == "nobody"


def test_that_proposals_through_the_door_are_counted_and_others_are_not(story: Story) -> None:
    for plan_id, author, status in (
        ("a", "assistant", PlanStatus.PROPOSED),
        ("b", "http", PlanStatus.EXPIRED),
        ("c", "scanner", PlanStatus.PENDING),
        ("d", "some robot", PlanStatus.PROPOSED),
    ):
        story.desk.trading.on_event(PlanChanged(plan(plan_id, created_by=author, status=status)))
    story.desk.trading.proposals.changed.emit()
    assert story.dialog.proposals.text() == "1 waiting for you, 1 answered, taken back or expired"


def test_that_its_button_leads_to_the_setting(story: Story) -> None:
    story.dialog.settings.click()
    settings = story.window.settings.dialog
    assert settings is not None
    assert settings.isVisible()
    settings.reject()


def test_that_copy_puts_the_configuration_of_this_installation_on_the_clipboard(story: Story, tmp_path: Path) -> None:
    story.dialog.copies[0].click()
    copied = json.loads(QGuiApplication.clipboard().text())["mcpServers"]["microscalp"]
    assert copied["command"] == sys.executable
    assert copied["args"] == ["-P", "-m", "gui.app", "mcp", "--data-dir", str(tmp_path)]
    assert Path(copied["env"]["PYTHONPATH"], "run.py").is_file()
    assert story.dialog.message.text() == "Copied for Claude Desktop."


def test_that_it_opens_once_and_again_after_it_was_closed(story: Story) -> None:
    first = story.dialog
    story.opener.open()
    assert story.dialog is first
    first.close()
    assert story.opener.dialog is None
    story.opener.open()
    assert story.dialog.isVisible()


def test_that_every_control_has_a_tip(story: Story) -> None:
    assert list(silent_controls(story.dialog)) == []


# -- what is copied


def test_that_the_data_folder_is_named_only_where_it_is_not_the_usual_one() -> None:
    assert "--data-dir" not in "".join(by_title(snippets(INSTALLED, USUAL, USUAL, 8_765)).values())
    found = by_title(snippets(INSTALLED, OTHER, USUAL, 8_765))
    assert json.loads(found["Cursor"])["mcpServers"]["microscalp"]["args"] == ["mcp", "--data-dir", str(OTHER)]
    assert f"--data-dir '{OTHER}'" in found["Command line"]


def test_that_an_installed_program_is_started_by_its_script(tmp_path: Path) -> None:
    script = tmp_path / "microscalp"
    script.touch()
    assert installation(root=tmp_path, script=script) == Installation(str(script))
    assert installation(root=tmp_path, script=tmp_path / "none").arguments == ("-P", "-m", "gui.app")


def test_that_a_packed_program_is_started_by_its_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/desk/microscalpw.exe")
    assert installation() == Installation(str(Path("/opt/desk/microscalp.exe")))


@pytest.mark.skipif(IS_WINDOWS, reason="PowerShell reads it there")
def test_that_the_example_of_http_reads_the_token_and_shows_it_in_no_argument(tmp_path: Path) -> None:
    """The shell runs it, with a `curl` that prints what it was given."""
    directory = tmp_path / "a desk"
    directory.mkdir()
    door = {"tokens": {"assistant": "first", "http": "secret-token", "terminal": "third"}, "http_port": 8765}
    (directory / "door.json").write_text(json.dumps(door, indent=2))
    (tmp_path / "curl").write_text('#!/bin/sh\necho "$@"; cat\n')
    (tmp_path / "curl").chmod(0o755)
    text = by_title(snippets(INSTALLED, directory, USUAL, 8_765))["HTTP"]
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    shown = subprocess.run(["sh", "-c", text], env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.splitlines() == [
        "-H @- http://127.0.0.1:8765/api/v1/micro_scalp_now?symbol=XAUUSD",
        "Authorization: Bearer secret-token",
    ]
    assert "secret" not in text
