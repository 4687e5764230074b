"""Causes of alerts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from config.alerts import AlertRule, AlertsSettings
from engine.bus import Bus
from engine.domain.market import Side
from engine.domain.messages.commands import ApprovePlan, Halt
from engine.domain.messages.engine import (
    CandleClosed,
    GatewayChanged,
    LiveExplained,
    MarketOpened,
    PlaybackChanged,
    SourceMissing,
    TermsDoubted,
)
from engine.domain.messages.execution import BrokerLinkChanged, OrderFailed, TradeClosed
from engine.domain.messages.trading import ApprovalAsked, ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.price_alerts import OnConditions, PriceAlertFired
from engine.domain.risk import Authority
from gui.bridge import EngineBridge
from gui.desk_model import DeskModel
from gui.features.alerts.model.kinds import AlertKind
from gui.features.alerts.model.words import of_denial, of_trouble
from tests.builders import MONDAY, at, candle, order, plan
from tests.conditions.markets import RULES, a_setup, explained
from tests.fakes import source
from tests.gui.alerts.board import Board, gateway, setup_candle, tied
from tests.gui.chart.builders import snapshot
from tests.gui.conditions.builders import NOWHERE, one_gate_away
from tests.price_alerts.desks import alert
from tests.trading.desks import TradingDesk

pytestmark = pytest.mark.usefixtures("qapp")


def test_that_a_setup_is_reported_with_its_score_and_signals() -> None:
    board = Board()
    board.on_event(setup_candle(), 0.0)
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
    board.on_event(replace(closed, judgement=replace(closed.judgement, setup=setup)), 0.0)
    assert board.kinds == [kind]


def test_that_a_candle_without_a_setup_is_no_news() -> None:
    board = Board()
    board.on_event(CandleClosed(snapshot(), None), 0.0)
    board.on_event(LiveExplained(explained(Side.BUY, a_setup(**NOWHERE), RULES)), 0.0)
    assert board.kinds == []


def test_that_each_side_that_lacks_one_check_is_named_with_it() -> None:
    board = Board()
    board.on_event(LiveExplained(one_gate_away(Side.SELL)), 0.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("SELL XAUUSD: 1 condition missing", "secondary signals: 0 of min. 1")
    ]
    both = Board()
    both.on_event(LiveExplained(tied()), 0.0)
    assert [title[:4] for title in both.titles] == ["BUY ", "SELL"]


def test_that_a_proposal_its_fill_and_its_exit_are_reported() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.propose()
    desk.do(ApprovePlan(desk.cards[0].plan.plan_id))
    desk.tick(61)
    desk.tick(62, bid=1999.0)
    desk.tick(63, bid=1999.0)
    for event in desk.events:
        board.on_event(event, 0.0)
    assert board.heard == ["approval_waiting", "fill", "exit"]
    assert board.titles == ["BUY XAUUSD filled at 2,000.00", "BUY XAUUSD closed: −2.00 R"]
    assert board.toasts[1].alert.words == "stop loss, −1.00"
    assert [alert.kind for alert in board.recent] == ["approval_waiting", "fill", "exit"]  # toast or not
    assert board.noted[0].title == "BUY XAUUSD waits for your approval"
    assert board.noted[0].words == "score 6, 1:00 to answer"


def test_that_a_denied_entry_is_reported_with_the_gates_reason() -> None:
    desk, board = TradingDesk().start().trade_by_itself(), Board()
    desk.propose(mean_spread=0.12)
    for event in desk.events:
        board.on_event(event, 0.0)
    assert board.titles == ["BUY XAUUSD was denied"]
    assert board.toasts[0].alert.words.startswith("spread ")


def test_that_a_halt_and_a_lowered_authority_are_locks_announced_once() -> None:
    desk, board = TradingDesk().start(), Board()
    desk.do(Halt("enough for today"))
    for event in desk.events:
        board.on_event(event, 0.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("The desk is HALTED", "enough for today")
    ]
    board.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset(), "the disk is full", None), 1.0)
    board.on_event(ModesChanged(Authority.EXITS_ONLY, frozenset({"XAUUSD"}), "the disk is full", None), 90.0)
    assert board.heard == ["lock", "lock"]


def test_that_a_way_to_the_broker_that_was_there_is_missed() -> None:
    board = Board()
    board.on_event(gateway(is_ready=False), 0.0)
    assert board.kinds == []
    board.on_event(gateway(is_ready=True), 1.0)
    board.on_event(gateway(is_ready=False), 2.0)
    assert [toast.alert.words for toast in board.toasts] == ["The terminal is gone. Start it."]


def test_that_a_clock_that_was_set_is_reported_as_such() -> None:
    board = Board()
    board.on_event(gateway(is_ready=True), 0.0)
    words = "This computer's clock was set back by 1 h: the server's clock is measured again."
    board.on_event(GatewayChanged("clock_unsure", words, "Wait.", False, "", None, False), 1.0)
    (toast,) = board.toasts
    assert (toast.alert.title, toast.alert.words) == ("Entries wait for the clock", f"{words} Wait.")


def test_that_a_broker_that_stops_trading_and_prices_that_cannot_be_had_are_reported() -> None:
    board = Board()
    board.on_event(BrokerLinkChanged(is_connected=True, may_trade=True, reason="", at=MONDAY), 0.0)
    board.on_event(BrokerLinkChanged(is_connected=True, may_trade=False, reason="it is closed", at=MONDAY), 1.0)
    board.on_event(SourceMissing("no file is there"), 2.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("The broker cannot trade", "it is closed"),
        ("No quotes", "no file is there"),
    ]


def test_that_terms_in_doubt_are_reported_and_their_end_is_not() -> None:
    board = Board()
    board.on_event(TermsDoubted("GOLD", "trades are sized by 0.1"), 0.0)
    board.on_event(TermsDoubted("GOLD", ""), 1.0)
    assert [(toast.alert.title, toast.alert.words) for toast in board.toasts] == [
        ("Contract terms of GOLD are in doubt", "trades are sized by 0.1")
    ]


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


def test_that_alerts_of_an_approval_and_of_an_exit_have_a_target() -> None:
    desk = TradingDesk().start()
    desk.propose()
    board = Board(approval_waiting=AlertRule())
    (asked,) = [event for event in desk.events if isinstance(event, ApprovalAsked)]
    board.on_event(asked, 0.0)
    assert board.toasts[0].alert.plan_id == asked.card.plan.plan_id
    assert not [event for event in desk.events if isinstance(event, TradeClosed)]


def test_that_an_order_refused_by_the_broker_is_called_rejected_not_denied() -> None:
    failed = OrderFailed(order=order(), refusal=None, reason="Invalid stops", at=MONDAY)
    alert = of_trouble(failed)
    assert alert is not None
    assert (alert.label, alert.kind.value) == ("Order rejected", "denial")
    assert of_denial(plan(status=PlanStatus.DENIED, close_reason="halted: the desk is halted")).label == "Denial"


def test_that_a_price_alert_is_a_cause_of_its_own_in_each_candle() -> None:
    board = Board()
    kept = alert(repeats=True, note="range high")
    for seconds in (59, 61, 61):
        board.on_event(PriceAlertFired(alert=kept, at=at(seconds), price=2000.1, level=2000.0), 0.0)
    assert board.kinds == ["price_alert", "price_alert"]
    shown = board.toasts[-1].alert
    assert (shown.title, shown.words) == ("XAUUSD: Bid crosses 2,000.00", "range high · at 2,000.10")
    assert shown.safe_words == shown.words
    assert shown.candle_time == at(60)
    assert board.heard == ["price_alert", "price_alert"]


def test_that_a_price_alert_says_what_is_to_be_known_of_it() -> None:
    board = Board()
    fired = PriceAlertFired(alert=alert(), at=at(60), price=2003.0, level=2000.0, was_away=True, is_saved=False)
    board.on_event(fired, 0.0)
    assert board.toasts[0].alert.words == (
        "passed while the desk was not running or had no quotes, now 2,003.00 · "
        "not saved: it may come again after a restart"
    )
    board.on_event(PriceAlertFired(alert=alert(cause=OnConditions(Side.BUY, 1)), at=at(120), missing=1), 0.0)
    assert (board.titles[-1], board.toasts[-1].alert.words) == (
        *("XAUUSD: BUY with at most 1 condition missing", "1 condition missing"),
    )
    assert board.toasts[-1].alert.candle_time == at(60)
