"""Alerts: what makes one, whom it reaches, and that nothing is told twice a minute."""

from __future__ import annotations

import math
from typing import Any

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from config.alerts import AlertRule, AlertsSettings
from config.desk import InterfaceSettings
from config.settings import Settings
from engine.bus import Bus
from engine.domain.execution_events import BrokerLinkChanged, TradeClosed, TradeOpened
from engine.domain.judgement import Explanation, LiveState
from engine.domain.market import Side
from engine.domain.messages import (
    CandleClosed,
    GatewayChanged,
    HistoryCompleted,
    HistoryRead,
    LiveExplained,
    MarketOpened,
    PlaybackChanged,
    SourceMissing,
    TermsDoubted,
)
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.domain.trading_messages import ApprovalAsked, ApprovePlan, Halt, ModesChanged, PlanChanged
from gui.bridge import EngineBridge
from gui.desk_model import DeskModel
from gui.features.alerts.model.alerts import MAX_TOASTS, REPEAT_AFTER_S, SHOWN_FOR_S, AlertBoard
from gui.features.alerts.model.words import Alert, AlertKind
from tests.builders import MONDAY, candle, plan
from tests.conditions.markets import RULES, a_setup, explained
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.fakes import source
from tests.gui.chart.builders import snapshot
from tests.gui.conditions.builders import NOWHERE, judgement_at, one_gate_away
from tests.trading.desks import TradingDesk

pytestmark = pytest.mark.usefixtures("qapp")


class Board(AlertBoard):
    """A board on gold with what came of it."""

    def __init__(self, speed: float = 1.0, interface: InterfaceSettings | None = None, **rules: Any) -> None:
        self.settings = Settings(alerts=AlertsSettings(**rules), interface=interface or InterfaceSettings())
        self.speed = speed
        super().__init__(self.settings, lambda: self.speed)
        self.heard: list[str] = []
        self.noted: list[Alert] = []
        self.sounded.connect(self.heard.append)
        self.notified.connect(self.noted.append)
        self.open([source()])

    @property
    def kinds(self) -> list[str]:
        return [toast.alert.kind.value for toast in self.toasts]

    @property
    def titles(self) -> list[str]:
        return [toast.alert.title for toast in self.toasts]


def setup_candle(minute: int = 0, side: Side = Side.BUY, **changes: Any) -> CandleClosed:
    return CandleClosed(snapshot(minute), judgement_at(minute, side, **changes))


def tied() -> Explanation:
    """A candle that is tied but for its volume: both sides miss one condition."""
    top = A_SPINNING_TOP
    prices = {"open": top.open, "high": top.high, "low": top.low, "close": top.close}
    return explained(Side.BUY, a_setup(candle=candle(10, **prices, volume=1.0)), RULES)


# -- what makes an alert ------------------------------------------------------------------------------------------


def test_that_a_setup_is_told_with_its_score_and_signals() -> None:
    board = Board()
    board.take(setup_candle(), 0.0)
    (toast,) = board.toasts
    assert toast.alert.kind in (AlertKind.SETUP, AlertKind.A_PLUS)
    assert ": BUY XAUUSD, score" in toast.alert.title
    assert toast.alert.words
    assert toast.alert.candle_time == candle(0).opened_at


@pytest.mark.parametrize(("is_a_plus", "kind"), [(True, "a_plus"), (False, "setup")])
def test_that_a_first_class_setup_is_a_kind_of_its_own(is_a_plus: bool, kind: str) -> None:
    closed = setup_candle()
    assert closed.judgement is not None
    assert closed.judgement.setup is not None
    setup = replace(closed.judgement.setup, is_a_plus=is_a_plus)
    board = Board()
    board.take(replace(closed, judgement=replace(closed.judgement, setup=setup)), 0.0)
    assert board.kinds == [kind]


def test_that_a_candle_without_a_setup_is_no_news() -> None:
    board = Board()
    board.take(CandleClosed(snapshot(), None), 0.0)
    board.take(LiveExplained(explained(Side.BUY, a_setup(**NOWHERE), RULES)), 0.0)
    assert board.kinds == []


def test_that_each_side_that_lacks_one_check_is_named_with_it() -> None:
    board = Board()
    board.take(LiveExplained(one_gate_away(Side.SELL)), 0.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("SELL XAUUSD: 1 condition missing", "secondary signals: 0 of min. 1")
    ]
    both = Board()
    both.take(LiveExplained(tied()), 0.0)
    assert [title[:4] for title in both.titles] == ["BUY ", "SELL"]


def test_that_a_proposal_its_fill_and_its_exit_are_told() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.propose()
    desk.do(ApprovePlan(desk.cards[0].plan.plan_id))
    desk.tick(61)
    desk.tick(62, bid=1999.0)
    desk.tick(63, bid=1999.0)
    for event in desk.events:
        board.take(event, 0.0)
    assert board.heard == ["approval_waiting", "fill", "exit"]
    assert board.titles == ["BUY XAUUSD filled at 2,000.00", "BUY XAUUSD closed: −2.00 R"]
    assert board.toasts[1].alert.words == "stop loss, −1.00"
    assert [alert.kind for alert in board.recent] == ["approval_waiting", "fill", "exit"]  # toast or not
    assert board.noted[0].title == "BUY XAUUSD waits for your approval"
    assert board.noted[0].words == "score 6, 1:00 to answer"


def test_that_a_denied_entry_is_told_with_the_gates_reason() -> None:
    desk, board = TradingDesk().start().trade_by_itself(), Board()
    desk.propose(mean_spread=0.12)
    for event in desk.events:
        board.take(event, 0.0)
    assert board.titles == ["BUY XAUUSD was denied"]
    assert board.toasts[0].alert.words.startswith("spread ")


def test_that_a_halt_and_a_lowered_authority_are_locks_told_once() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.do(Halt("enough for today"))
    for event in desk.events:
        board.take(event, 0.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("The desk is HALTED", "enough for today")
    ]
    board.take(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 1.0)
    board.take(ModesChanged(Authority.EXITS_ONLY, frozenset({"XAUUSD"}), "the disk is full", None), 90.0)
    assert board.heard == ["lock", "lock"]


def gateway(*, is_ready: bool) -> GatewayChanged:
    return GatewayChanged(
        "ready" if is_ready else "gone", "The terminal is gone.", "Start it.", is_ready, "", None, False
    )


def test_that_a_way_to_the_broker_that_was_there_is_missed() -> None:
    board = Board()
    board.take(gateway(is_ready=False), 0.0)
    assert board.kinds == []
    board.take(gateway(is_ready=True), 1.0)
    board.take(gateway(is_ready=False), 2.0)
    assert [toast.alert.words for toast in board.toasts] == ["The terminal is gone. Start it."]


def test_that_a_clock_that_was_set_is_told_as_such() -> None:
    board = Board()
    board.take(gateway(is_ready=True), 0.0)
    words = "This computer's clock was set back by 1 h: the server's clock is measured again."
    board.take(GatewayChanged("clock_unsure", words, "Wait.", False, "", None, False), 1.0)
    (toast,) = board.toasts
    assert (toast.alert.title, toast.alert.words) == ("Entries wait for the clock", f"{words} Wait.")


def test_that_a_broker_that_stops_trading_and_prices_that_cannot_be_had_are_told() -> None:
    board = Board()
    board.take(BrokerLinkChanged(is_connected=True, may_trade=True, reason="", at=MONDAY), 0.0)
    board.take(BrokerLinkChanged(is_connected=True, may_trade=False, reason="it is closed", at=MONDAY), 1.0)
    board.take(SourceMissing("no file is there"), 2.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("The broker cannot trade", "it is closed"),
        ("No quotes", "no file is there"),
    ]


def test_that_terms_in_doubt_are_told_and_their_end_is_not() -> None:
    board = Board()
    board.take(TermsDoubted("GOLD", "trades are sized by 0.1"), 0.0)
    board.take(TermsDoubted("GOLD", ""), 1.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("Contract terms of GOLD are in doubt", "trades are sized by 0.1")
    ]


# -- prices that stay away ----------------------------------------------------------------------------------------


def test_that_quotes_that_stay_away_are_missed_once() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.take_quote("XAUUSD", 100.0)
    board.refresh(114.9, is_held=False)
    assert board.kinds == []
    for now_s in (115.0, 116.0, 200.0):
        board.refresh(now_s, is_held=False)
    assert board.heard == ["feed_lost"]


def test_that_quotes_that_come_back_can_be_missed_again_after_a_minute() -> None:
    board = Board(feed_lost_seconds=15.0)
    for away_at in (100.0, 130.0, 200.0):
        board.take_quote("XAUUSD", away_at)
        board.refresh(away_at + 15.0, is_held=False)
    assert board.heard == ["feed_lost", "feed_lost"]


def test_that_a_market_that_is_held_misses_nothing() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.take_quote("XAUUSD", 0.0)
    board.refresh(1000.0, is_held=True)
    board.refresh(1014.0, is_held=False)
    assert board.kinds == []


def test_that_a_market_that_never_quotes_after_its_history_is_missed() -> None:
    board = Board(feed_lost_seconds=15.0)
    board.refresh(1000.0, is_held=False)
    board.take(HistoryCompleted(100), 1000.0)
    board.refresh(1015.0, is_held=False)
    assert board.titles == ["No quotes of XAUUSD"]


# -- what is not told ---------------------------------------------------------------------------------------------


def test_that_the_same_cause_stays_silent_for_a_minute() -> None:
    board = Board()
    for now_s in (100.0, 100.0 + REPEAT_AFTER_S - 0.1):
        board.take(LiveExplained(one_gate_away(Side.BUY)), now_s)
    assert len(board.toasts) == 1
    board.take(LiveExplained(one_gate_away(Side.BUY)), 100.0 + REPEAT_AFTER_S)
    assert len(board.toasts) == 2


def test_that_another_side_another_kind_and_another_position_are_other_causes() -> None:
    board = Board()
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.take(LiveExplained(one_gate_away(Side.SELL)), 0.0)
    board.take(setup_candle(side=Side.BUY), 0.0)
    assert len(board.recent) == 3


def test_that_the_lock_after_an_entry_makes_no_alert_of_its_own() -> None:
    board = Board()
    locked = LiveState(quote_age_s=0.5, spread=0.2, lock_left_s=20.0)
    missed = explained(Side.BUY, a_setup(), RULES, locked)
    assert (Side.BUY, "not_locked") in missed.judgement.near_misses
    board.take(LiveExplained(missed), 0.0)
    assert board.kinds == []


def test_that_history_and_what_is_only_recalled_make_no_alert() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.propose()
    desk.do(ApprovePlan(desk.cards[0].plan.plan_id))
    desk.tick(61)
    (opened,) = [event for event in desk.events if isinstance(event, TradeOpened)]
    board.take(HistoryRead((setup_candle(0), setup_candle(1))), 0.0)
    board.take(replace(opened, is_resumed=True), 0.0)
    board.take(PlanChanged(plan(status=PlanStatus.DENIED, close_reason="halted: the desk is halted")), 0.0)
    assert (board.kinds, board.heard, board.noted) == ([], [], [])


@pytest.mark.parametrize(("speed", "kinds"), [(20.0, ["a_plus", "lock"]), (20.1, ["lock"]), (math.inf, ["lock"])])
def test_that_a_market_played_fast_tells_only_what_stops_the_desk(speed: float, kinds: list[str]) -> None:
    board = Board(speed)
    board.take(setup_candle(), 0.0)
    board.take(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert [kind.replace("setup", "a_plus") for kind in board.kinds] == kinds


@pytest.mark.parametrize("is_toast", [True, False])
@pytest.mark.parametrize("is_notification", [True, False])
@pytest.mark.parametrize("is_sound", [True, False])
def test_that_each_way_of_telling_can_be_switched(is_toast: bool, is_notification: bool, is_sound: bool) -> None:
    rule = AlertRule(toast=is_toast, notification=is_notification, sound=is_sound)
    board = Board(one_gate_away=rule)
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert (bool(board.toasts), bool(board.noted), bool(board.heard)) == (is_toast, is_notification, is_sound)


def test_that_all_sounds_and_all_notifications_have_a_switch_of_their_own() -> None:
    board = Board(interface=InterfaceSettings(sounds=False, notifications=False))
    board.take(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert (board.kinds, board.heard, board.noted) == (["lock"], [], [])


@pytest.mark.parametrize(("symbols", "is_told"), [(("xau",), False), (("XAUUSD",), False), (("BTC",), True)])
def test_that_a_kind_can_be_silent_for_a_symbol(symbols: tuple[str, ...], is_told: bool) -> None:
    board = Board(one_gate_away=AlertRule(silent_symbols=symbols))
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert bool(board.toasts) == is_told


def test_that_a_replay_beside_the_desk_is_seen_and_not_heard() -> None:
    board = Board()
    board.keep_inside()
    board.take(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 0.0)
    assert (board.kinds, board.heard, board.noted) == (["lock"], [], [])


def test_that_other_settings_hold_for_the_next_alert() -> None:
    board = Board()
    board.use_settings(Settings(alerts=AlertsSettings(one_gate_away=AlertRule(toast=False))))
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    assert board.toasts == ()


# -- toasts as state ----------------------------------------------------------------------------------------------


def test_that_a_toast_goes_by_itself_or_when_a_person_takes_it_away() -> None:
    board = Board()
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.take(LiveExplained(one_gate_away(Side.SELL)), 5.0)
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


def test_that_a_market_that_begins_anew_takes_the_toasts_away() -> None:
    board = Board()
    board.take(LiveExplained(one_gate_away(Side.BUY)), 0.0)
    board.open([source()])
    assert board.toasts == ()


def test_that_a_test_tells_in_all_ways_whatever_is_switched_off() -> None:
    silent = AlertRule(toast=False)
    board = Board(math.inf, setup=silent)
    for _ in range(2):
        board.try_out(AlertKind.SETUP, 0.0)
    assert (board.kinds, board.heard, len(board.noted)) == (["setup", "setup"], ["setup", "setup"], 2)


# -- from the engine ----------------------------------------------------------------------------------------------


def test_that_the_bridge_brings_events_and_quotes_to_the_board(qtbot: QtBot) -> None:  # noqa: ARG001
    bus, desk = Bus(), DeskModel()
    bridge = EngineBridge(bus, desk)
    bus.publish(MarketOpened((source(),)))
    bus.publish(PlaybackChanged(False, 100.0))
    bus.publish(setup_candle())
    bridge.drain()
    assert desk.alerts.toasts == ()
    bus.publish(PlaybackChanged(False, 1.0))
    bus.publish(setup_candle(1))
    bridge.drain()
    assert len(desk.alerts.toasts) == 1


def test_that_every_kind_has_a_rule() -> None:
    rules = {name for name, field in AlertsSettings.model_fields.items() if field.annotation is AlertRule}
    assert rules == {kind.value for kind in AlertKind}


def test_that_an_approval_and_an_exit_lead_somewhere() -> None:
    desk = TradingDesk().start()
    desk.propose()
    board = Board(approval_waiting=AlertRule())
    (asked,) = [event for event in desk.events if isinstance(event, ApprovalAsked)]
    board.take(asked, 0.0)
    assert board.toasts[0].alert.plan_id == asked.card.plan.plan_id
    assert not [event for event in desk.events if isinstance(event, TradeClosed)]
