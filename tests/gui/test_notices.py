"""One gate away: told in words, discreetly, and not again within a minute."""

from __future__ import annotations

import array
import os
import stat
import sys
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from config.settings import InterfaceSettings
from engine.domain.judgement import Explanation
from engine.domain.market import Side
from gui import sounds
from gui.theme import DARK
from gui.viewmodels.chart import ChartModel
from gui.viewmodels.notices import REPEAT_AFTER_S, SHOWN_FOR_S, NoticeBoard
from gui.views.chart import ChartView
from gui.views.chart_deck import ChartDeck
from gui.views.notices import NoticeLine
from tests.builders import GOLD, candle
from tests.conditions.markets import NOW, RULES, a_setup, explained
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.gui.chart_builders import flush
from tests.gui.conditions_builders import NOWHERE, one_gate_away, setup_for

pytestmark = pytest.mark.usefixtures("qapp")

GATE = explained(Side.BUY, a_setup(**NOWHERE, candle=NOW), RULES)
"""Nobody is one gate away here: two checks are missing."""


class Board(NoticeBoard):
    """A board with the words and sounds that came of it."""

    def __init__(self, **interface: bool) -> None:
        super().__init__(InterfaceSettings(**interface))
        self.heard: list[str] = []
        self.sounded.connect(self.heard.append)

    @property
    def words(self) -> list[str]:
        return [] if self.notice is None else [f"{each.side} {each.words}" for each in self.notice.causes]


def only(side: Side) -> Explanation:
    """`side` is one gate away, the other one lacks more."""
    return one_gate_away(side)


def both() -> Explanation:
    """A candle that is tied but for its volume."""
    return explained(Side.BUY, a_setup(candle=candle(10, **_spinning(volume=1.0))), RULES)


def _spinning(volume: float) -> dict[str, float]:
    top = A_SPINNING_TOP
    return {"open": top.open, "high": top.high, "low": top.low, "close": top.close, "volume": volume}


def test_that_the_missing_check_is_named_with_its_side() -> None:
    board = Board()
    board.take(only(Side.SELL), 0.0)
    assert board.words == ["SELL secondary signals: 0, needed are 1"]
    assert board.notice is not None
    assert (board.notice.symbol, board.notice.candle_time) == ("XAUUSD", NOW.opened_at)


def test_that_two_sides_share_one_notice() -> None:
    board = Board()
    board.take(both(), 0.0)
    assert [words[:4] for words in board.words] == ["BUY ", "SELL"]


def test_that_a_candle_that_lacks_more_is_no_news() -> None:
    board = Board()
    board.take(GATE, 0.0)
    assert board.words == []


def test_that_the_same_cause_stays_silent_for_a_minute() -> None:
    board, told = Board(), list[int]()
    board.changed.connect(lambda: told.append(1))
    board.take(only(Side.BUY), 100.0)
    board.take(only(Side.BUY), 100.0 + REPEAT_AFTER_S - 0.1)
    assert len(told) == 1
    board.take(only(Side.BUY), 100.0 + REPEAT_AFTER_S)
    assert len(told) == 2


def test_that_another_cause_is_told_at_once() -> None:
    board = Board()
    board.take(only(Side.BUY), 0.0)
    board.take(only(Side.SELL), 1.0)
    assert board.words == ["SELL secondary signals: 0, needed are 1"]


def test_that_a_notice_goes_by_itself_and_when_its_candle_is_not_the_newest_any_more() -> None:
    board = Board()
    board.take(only(Side.BUY), 0.0)
    board.refresh(SHOWN_FOR_S - 0.1)
    assert board.notice is not None
    board.refresh(SHOWN_FOR_S)
    assert board.notice is None
    board.take(only(Side.SELL), 20.0)
    later = a_setup(**NOWHERE, candle=candle(11, close=2000.0))
    board.take(explained(Side.BUY, later, RULES), 21.0)
    assert board.notice is None


def test_that_a_person_may_do_without_notices() -> None:
    board = Board(one_gate_away_notice=False, one_gate_away_sound=True)
    board.take(only(Side.BUY), 0.0)
    assert (board.words, board.heard) == ([], [])


@pytest.mark.parametrize(
    ("interface", "heard"),
    [
        ({}, []),
        ({"one_gate_away_sound": True}, ["one_gate_away"]),
        ({"one_gate_away_sound": True, "sounds": False}, []),
    ],
)
def test_that_a_sound_is_made_only_where_it_is_wanted(interface: dict[str, bool], heard: list[str]) -> None:
    board = Board(**interface)
    board.take(only(Side.BUY), 0.0)
    assert board.heard == heard


# -- the line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_side_by_side", [False, True])
def test_that_the_line_takes_no_room_no_click_and_no_focus(qtbot: QtBot, is_side_by_side: bool) -> None:
    deck, board = ChartDeck(), Board()
    qtbot.addWidget(deck)
    view = ChartView(ChartModel(GOLD), DARK)
    deck.add("XAUUSD", view)
    deck.set_side_by_side(is_side_by_side)
    line = NoticeLine(board, deck)
    deck.resize(900, 600)
    deck.show()
    flush()
    before = view.geometry()
    board.take(both(), 0.0)
    flush()
    assert line.isVisible()
    assert "08:10 XAUUSD  BUY is one gate away: secondary signals: 0" in line.text()
    assert deck.rect().contains(line.geometry())
    assert view.geometry() == before
    assert line.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert QApplication.focusWidget() is not line
    for width in (700, 320):
        deck.resize(width, 500)
        flush()
        assert deck.rect().contains(line.geometry())
    board.clear()
    assert not line.isVisible()


def test_that_a_setup_is_no_notice() -> None:
    board = Board()
    board.take(setup_for(Side.BUY), 0.0)
    assert all(words.startswith("SELL") for words in board.words)


# -- sounds -------------------------------------------------------------------------------------------------------


def test_that_the_sound_is_short_and_small() -> None:
    path = Path(resources.__file__).parent / "sounds" / "one_gate_away.wav"
    with wave.open(str(path), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
        loudest = max(abs(sample) for sample in array.array("h", file.readframes(file.getnframes())))
    assert path.stat().st_size < 20_000
    assert 0.1 < seconds < 1.0
    assert 1_000 < loudest < 20_000


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="those systems have a player of their own")
def test_that_a_sound_is_played_by_what_the_system_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    player, heard = tmp_path / "aplay", tmp_path / "heard"
    player.write_text(f'#!/bin/sh\necho "$@" > {heard}\n')
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), "/bin")))
    sounds.play("one_gate_away")
    qtbot.waitUntil(heard.exists)
    qtbot.waitUntil(lambda: heard.read_text().strip().endswith("one_gate_away.wav"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="those systems have a player of their own")
def test_that_a_system_without_a_player_beeps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beeps: list[int] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    sounds.play("one_gate_away")
    assert beeps == [1]
