from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.journal.looking import Looking
from tests.gui.journal.reading import Reading


@pytest.fixture
def looking(qtbot: QtBot) -> Iterator[Looking]:
    looking = Looking(qtbot)
    yield looking
    looking.close()


@pytest.fixture
def reading(qtbot: QtBot, tmp_path: Path) -> Iterator[Reading]:
    reading = Reading(qtbot, tmp_path)
    yield reading
    reading.close()
