from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.desk_window import DeskWindow


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)
