"""A search that is cancelled leaves no file behind, though its process was just reading it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from config.settings import Settings
from gui.features.replay.setup_search import SetupSearch
from tests.refusing_renames import RefusingRenames


@pytest.mark.parametrize("is_held", [False, True])
def test_that_the_settings_of_a_cancelled_search_are_gone_with_its_process(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_held: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    disk, search = RefusingRenames(monkeypatch), SetupSearch()
    search.start([["nothing.csv"]], Settings())
    assert len(list(tmp_path.iterdir())) == 1
    disk.keep(1 if is_held else 0)
    search.close()
    assert len(list(tmp_path.iterdir())) == is_held
    qtbot.waitUntil(lambda: not list(tmp_path.iterdir()))
    assert not search.is_running
