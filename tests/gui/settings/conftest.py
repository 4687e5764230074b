from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.settings.room import Room


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


@pytest.fixture
def own(qtbot: QtBot, tmp_path: Path) -> Room:
    """With a file of the person's own."""
    return Room(qtbot, tmp_path / "settings.json")
