"""Alerts about missing quotes, and alerts that are suppressed."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from config.alerts import AlertRule, AlertsSettings
from config.desk import InterfaceSettings
from config.settings import Settings
from engine.domain.judgement import LiveState
from engine.domain.market import Side
from engine.domain.messages.commands import ApprovePlan
from engine.domain.messages.engine import HistoryCompleted, HistoryRead, LiveExplained
from engine.domain.messages.execution import TradeOpened
from engine.domain.messages.trading import ModesChanged, PlanChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from gui.features.alerts.model.alerts import REPEAT_AFTER_S
from tests.builders import plan
from tests.conditions.markets import RULES, a_setup, explained
from tests.gui.alerts.board import Board, setup_candle
from tests.gui.conditions.builders import one_gate_away
from tests.trading.desks import TradingDesk

pytestmark = pytest.mark.usefixtures("qapp")


# -- prices that stay away ----------------------------------------------------------------------------------------


def test_that_quotes_that_stay_away_are_missed_once() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.on_quote("XAUUSD", 100.0)
    board.refresh(114.9, is_held=False)
    assert board.kinds == []
    for now_s in (115.0, 116.0, 200.0):
        board.refresh(now_s, is_held=False)
    assert board.heard == ["feed_lost"]


def test_that_quotes_that_come_back_can_be_missed_again_after_a_minute() -> None:
    board = Board(feed_lost_seconds=15.0)
    for away_at in (100.0, 130.0, 200.0):
        board.on_quote("XAUUSD", away_at)
        board.refresh(away_at + 15.0, is_held=False)
    assert board.heard == ["feed_lost", "feed_lost"]


def test_that_a_market_that_is_held_misses_nothing() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.on_quote("XAUUSD", 0.0)
    board.refresh(1000.0, is_held=True)
    board.refresh(1014.0, is_held=False)
    assert board.kinds == []


def test_that_a_market_that_never_quotes_after_its_history_is_missed() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.refresh(1000.0, is_held=False)
    board.on_event(HistoryCompleted(100), 1000.0)
    board.refresh(1015.0, is_held=False)
    assert board.titles == ["No quotes of XAUUSD"]


# -- suppressed alerts -------------------------------------------------------------------------------------------


def test_that_the_same_cause_stays_silent_for_a_minute() -> None:
    board = Board()
    for now_s in (100.0, 100.0 + REPEAT_AFTER_S - 0.1):
        board.on_event(LiveExplained(one_gate_away(Side.BUY)), now_s)
    assert len(board.toasts) == 1
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 100.0 + REPEAT_AFTER_S)
    assert len(board.toasts) == 2


def test_that_another_side_another_kind_and_another_position_are_other_causes() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.on_event(LiveExplained(one_gate_away(Side.SELL)), 0.0)
    board.on_event(setup_candle(side=Side.BUY), 0.0)
    assert len(board.recent) == 3


def test_that_the_lock_after_an_entry_makes_no_alert_of_its_own() -> None:
    board = Board()
    locked = LiveState(quote_age_s=0.5, spread=0.2, lock_left_s=20.0)
    missed = explained(Side.BUY, a_setup(), RULES, locked)
    assert (Side.BUY, "not_locked") in missed.judgement.near_misses
    board.on_event(LiveExplained(missed), 0.0)
    assert board.kinds == []


def test_that_a_market_without_a_quote_makes_no_alert_of_one_condition() -> None:
    board = Board()
    missed = explained(Side.BUY, a_setup(), RULES, LiveState(quote_age_s=None, spread=0.2))
    assert (Side.BUY, "data_fresh") in missed.judgement.near_misses
    board.on_event(LiveExplained(missed), 0.0)
    assert board.kinds == []


def test_that_history_and_what_is_only_recalled_make_no_alert() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.propose()
    desk.do(ApprovePlan(desk.cards[0].plan.plan_id))
    desk.tick(61)
    (opened,) = [event for event in desk.events if isinstance(event, TradeOpened)]
    board.on_event(HistoryRead((setup_candle(0), setup_candle(1))), 0.0)
    board.on_event(replace(opened, is_resumed=True), 0.0)
    board.on_event(PlanChanged(plan(status=PlanStatus.DENIED, close_reason="halted: the desk is halted")), 0.0)
    assert (board.kinds, board.heard, board.noted) == ([], [], [])


@pytest.mark.parametrize(("speed", "kinds"), [(20.0, ["a_plus", "lock"]), (20.1, ["lock"]), (math.inf, ["lock"])])
def test_that_a_market_played_fast_shows_only_what_stops_the_desk(speed: float, kinds: list[str]) -> None:
    board = Board(speed)
    board.on_event(setup_candle(), 0.0)
    board.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert [kind.replace("setup", "a_plus") for kind in board.kinds] == kinds


@pytest.mark.parametrize("is_toast", [True, False])
@pytest.mark.parametrize("is_notification", [True, False])
@pytest.mark.parametrize("is_sound", [True, False])
def test_that_each_channel_can_be_switched(is_toast: bool, is_notification: bool, is_sound: bool) -> None:
    rule = AlertRule(toast=is_toast, notification=is_notification, sound=is_sound)
    board = Board(one_gate_away=rule)
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert (bool(board.toasts), bool(board.noted), bool(board.heard)) == (is_toast, is_notification, is_sound)


def test_that_all_sounds_and_all_notifications_have_a_switch_of_their_own() -> None:
    board = Board(interface=InterfaceSettings(sounds=False, notifications=False))
    board.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert (board.kinds, board.heard, board.noted) == (["lock"], [], [])


@pytest.mark.parametrize(("symbols", "is_shown"), [(("xau",), False), (("XAUUSD",), False), (("BTC",), True)])
def test_that_a_kind_can_be_silent_for_a_symbol(symbols: tuple[str, ...], is_shown: bool) -> None:
    board = Board(one_gate_away=AlertRule(silent_symbols=symbols))
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert bool(board.toasts) == is_shown


def test_that_a_replay_beside_the_desk_is_seen_and_not_heard() -> None:
    board = Board()
    board.keep_inside()
    board.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert (board.kinds, board.heard, board.noted) == (["lock"], [], [])


def test_that_other_settings_hold_for_the_next_alert() -> None:
    board = Board()
    board.use_settings(Settings(alerts=AlertsSettings(one_gate_away=AlertRule(toast=False))))
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert board.toasts == ()


# -- conditions of a side that has its order already -------------------------------------------------------------


def test_that_an_approved_order_ends_the_talk_of_a_missing_condition() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.on_event(PlanChanged(plan(status=PlanStatus.EXECUTING)), 1.0)
    assert board.kinds == []
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), REPEAT_AFTER_S)
    assert board.kinds == []
    board.on_event(LiveExplained(one_gate_away(Side.SELL)), REPEAT_AFTER_S)
    assert board.titles == ["SELL XAUUSD: 1 condition missing"]


def test_that_a_missing_condition_is_reported_again_once_the_position_is_closed() -> None:
    board = Board()
    for status in (PlanStatus.OPEN, PlanStatus.CLOSED):
        board.on_event(PlanChanged(plan(status=status)), 0.0)
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 1.0)
    assert board.kinds == ["one_gate_away"]


def test_that_an_order_for_gold_says_nothing_about_bitcoin() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.on_event(PlanChanged(plan(symbol="BTCUSD", status=PlanStatus.EXECUTING)), 1.0)
    assert board.kinds == ["one_gate_away"]
