"""Pictures of charts say what they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from gui.features.chart.model.arrangement import Arrangement, Timeframe
from gui.features.chart.panel import file_name_of, picture_of
from gui.theme import DARK
from tests.gui.chart.builders import flush
from tests.gui.layout.desk import Desk


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, None)


def test_that_a_picture_has_the_charts_and_a_line_with_symbol_and_time(desk: Desk) -> None:
    board = desk.window.deck.boards["XAUUSD"]
    board.arrange(Arrangement(beside=(Timeframe.H1,)))
    flush()
    assert board.caption == "XAUUSD · M1, H1 · Mon 2 Mar 2026 08:59 UTC"
    assert file_name_of(board.caption) == "XAUUSD M1 H1 Mon 2 Mar 2026 08.59 UTC"
    image = picture_of(board, DARK)
    assert image.width() == board.width()
    assert image.height() > board.height()
    assert board.bar.isVisible()
    desk.window.pictures.copy.trigger()
    assert QGuiApplication.clipboard().image() == image


def test_that_a_picture_is_written_or_the_reason_is_announced(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    said: list[str] = []
    desk.window.pictures.announced.connect(said.append)
    image = picture_of(desk.window.deck.boards["XAUUSD"], DARK)
    for path in (tmp_path / "gold.png", tmp_path / "missing" / "gold.png"):
        desk.window.pictures.write(image, path)
        qtbot.waitUntil(lambda: bool(said))
        sentence = said.pop()
        if path.parent == tmp_path:
            assert QImage(str(path)).size() == image.size()
        else:
            assert f"{path} cannot be written" in sentence
