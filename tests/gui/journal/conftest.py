from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.journal.looking import Looking
from tests.gui.journal.stored_journal import StoredJournal


@pytest.fixture
def looking(qtbot: QtBot) -> Iterator[Looking]:
    looking = Looking(qtbot)
    yield looking
    looking.close()


@pytest.fixture
def stored(qtbot: QtBot, tmp_path: Path) -> Iterator[StoredJournal]:
    stored = StoredJournal(qtbot, tmp_path)
    yield stored
    stored.close()
