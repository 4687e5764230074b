"""Toasts as state: they come, go, and give way."""

from __future__ import annotations

import math

import pytest

from config.alerts import AlertRule
from engine.domain.market import Side
from engine.domain.messages.engine import LiveExplained
from gui.features.alerts.model.alerts import MAX_TOASTS, SHOWN_FOR_S
from gui.features.alerts.model.kinds import AlertKind
from tests.fakes import source
from tests.gui.alerts.board import Board
from tests.gui.conditions.builders import one_gate_away

pytestmark = pytest.mark.usefixtures("qapp")


def test_that_a_toast_goes_by_itself_or_when_the_user_takes_it_away() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.on_event(LiveExplained(one_gate_away(Side.SELL)), 5.0)
    board.refresh(SHOWN_FOR_S, is_held=True)
    assert [title[:4] for title in board.titles] == ["SELL"]
    board.dismiss(board.toasts[0].number)
    assert board.toasts == ()


def test_that_no_more_than_two_are_shown_and_the_others_stay_in_the_list() -> None:
    board = Board()
    for kind in AlertKind:
        board.try_out(kind, 0.0)
    assert len(board.toasts) == MAX_TOASTS
    assert board.kinds == ["feed_lost", "lock"]
    assert [alert.kind for alert in board.recent] == list(AlertKind)
    assert board.unseen == len(AlertKind) - MAX_TOASTS
    board.note_seen()
    assert board.unseen == 0


def test_that_a_market_that_restarts_takes_the_toasts_away() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.open([source()])
    assert board.toasts == ()


def test_that_a_test_alert_uses_all_channels_even_those_switched_off() -> None:
    silent = AlertRule(toast=False)
    board = Board(math.inf, setup=silent)
    for _ in range(2):
        board.try_out(AlertKind.SETUP, 0.0)
    assert (board.kinds, board.heard, len(board.noted)) == (["setup", "setup"], ["setup", "setup"], 2)
