from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.settings.settings_window import SettingsWindow


@pytest.fixture
def opened_settings(qtbot: QtBot) -> SettingsWindow:
    return SettingsWindow(qtbot)


@pytest.fixture
def own(qtbot: QtBot, tmp_path: Path) -> SettingsWindow:
    """With a file of the person's own."""
    return SettingsWindow(qtbot, tmp_path / "settings.json")
