"""What the user sees when the broker does not close a position, does not move its stop, or shows it without one."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.adapters.paper.faults import NO_FAULT, Fault
from engine.domain.messages.broker import BrokerRequest, ChangeStops, ClosePosition
from engine.domain.messages.commands import CloseTrade, Flatten, MoveStops
from engine.domain.messages.execution import ExitRefused, ExitSent, ProtectionLost, StopMoveRefused
from engine.domain.orders import ExitReason, Refusal, RefusalPolicy
from engine.domain.trades import StopKind
from gui.features.alerts.model.alerts import REPEAT_AFTER_S, AlertBoard
from gui.features.trading.model.positions import BREAK_EVEN, CLOSE, STATUS
from tests.broker_values import trade
from tests.builders import MONDAY
from tests.fakes import source
from tests.gui.trading.window import TradingWindow

SWITCHED_OFF = Refusal(code=10027, reason="AutoTrading disabled by client", policy=RefusalPolicy.TRADING_DISABLED)
pytestmark = pytest.mark.usefixtures("qapp")


class Refuses:
    """A broker that refuses every request of a kind as long as `is_refusing`."""

    def __init__(self, kind: type[BrokerRequest]) -> None:
        self.kind, self.is_refusing = kind, True

    def next(self, request: BrokerRequest) -> Fault:
        return Fault(refusal=SWITCHED_OFF) if self.is_refusing and isinstance(request, self.kind) else NO_FAULT


def held(qtbot: QtBot, faults: Refuses) -> TradingWindow:
    """A window on a desk that holds one position."""
    window = TradingWindow(qtbot, faults)
    window.desk.trade_by_itself()
    window.propose()
    window.tick(61)
    return window


def cells(window: TradingWindow) -> tuple[str, str, str]:
    words = window.model.positions.words(0)
    return words[BREAK_EVEN], words[CLOSE], words[STATUS]


def test_that_a_refused_close_stands_at_its_position_with_reason_attempts_and_next_attempt(qtbot: QtBot) -> None:
    window = held(qtbot, Refuses(ClosePosition))
    window.desk.do(Flatten())
    for second in (61.5, 62.6, 62.7, 64.8, 64.9):
        window.tick(second)
    again, close, status = cells(window)
    assert (again, close) == ("", "Try again now")
    assert status == "Not closed, attempt 3: AutoTrading disabled by client; next attempt in 4 s"
    tip = window.model.positions.tip(0, STATUS)
    assert tip.endswith("Switch on Algo Trading in the terminal or ask the broker; or close the position there.")


def test_that_try_again_now_asks_the_broker_at_once_and_the_row_goes_when_it_agrees(qtbot: QtBot) -> None:
    faults = Refuses(ClosePosition)
    window = held(qtbot, faults)
    window.desk.do(CloseTrade(window.desk.broker.positions[0].ticket))
    for second in (62, 63.1, 63.2):
        window.tick(second)
    faults.is_refusing = False
    window.click_cell(window.controls.tabs.positions, 0, "Try again now")
    window.tick(63.3)
    assert window.model.positions.rowCount() == 0
    assert window.desk.broker.positions == ()


def test_that_a_refused_close_is_said_and_makes_an_alert_of_its_kind_once_a_minute(qtbot: QtBot) -> None:
    window, board = held(qtbot, Refuses(ClosePosition)), Board()
    window.desk.do(CloseTrade(window.desk.broker.positions[0].ticket))
    for second in (62, 64, 68):
        window.tick(second)
    for second, event in enumerate(window.desk.of(ExitRefused)):
        board.on_event(event, float(second))
    assert board.heard == ["position_at_risk"]
    assert board.toasts[0].alert.title == "BUY XAUUSD 1001: Not closed, attempt 1"
    assert "AutoTrading disabled by client" in board.toasts[0].alert.words
    assert any("XAUUSD 1001 was not closed: AutoTrading disabled by client." in words for words in window.messages)
    board.on_event(window.desk.of(ExitRefused)[-1], REPEAT_AFTER_S + 1.0)
    assert board.heard == ["position_at_risk"] * 2


def test_that_a_stop_the_broker_does_not_move_is_reported_until_it_moves(qtbot: QtBot) -> None:
    faults, board = Refuses(ChangeStops), Board()
    window = held(qtbot, faults)
    ticket = window.desk.broker.positions[0].ticket
    window.desk.do(MoveStops(ticket, 1999.2, 2001.9))
    window.tick(62)
    board.on_event(window.desk.of(StopMoveRefused)[0], 0.0)
    assert board.heard == ["position_at_risk"]
    assert cells(window) == ("Break-even", "Close", "Stop not moved: AutoTrading disabled by client")
    faults.is_refusing = False
    window.desk.do(MoveStops(ticket, 1999.2, 2001.9))
    window.tick(63)
    assert cells(window)[2] == ""


def test_that_what_the_desk_itself_does_not_ask_the_broker_is_no_alarm() -> None:
    board = Board()
    board.on_event(StopMoveRefused(trade=trade(), kind=StopKind.BREAK_EVEN, reason="too near", at=MONDAY), 0.0)
    assert board.heard == []


def test_that_a_trailing_stop_refused_for_a_fleeting_reason_alarms_only_when_it_goes_on() -> None:
    board = Board()
    for attempt in (1, 2, 3):
        board.on_event(
            StopMoveRefused(
                trade=trade(),
                kind=StopKind.TRAILING,
                reason="Requote",
                at=MONDAY,
                policy=RefusalPolicy.PRICE_MOVED,
                attempt=attempt,
            ),
            float(attempt),
        )
        assert board.heard == (["position_at_risk"] if attempt == 3 else [])


def test_that_a_position_without_a_stop_is_an_alarm_of_the_same_kind() -> None:
    board = Board()
    board.on_event(ProtectionLost(trade=trade(), reason="the position has no stop", at=MONDAY), 0.0)
    assert board.heard == ["position_at_risk"]
    assert board.toasts[0].alert.title == "BUY XAUUSD 1: NO STOP"


def test_that_an_alarm_is_reported_at_any_speed_of_a_played_market() -> None:
    board = Board(speed=1000.0)
    board.on_event(
        ExitRefused(trade=trade(), reason="Market closed", at=MONDAY, policy=RefusalPolicy.MARKET_CLOSED), 0.0
    )
    assert board.heard == ["position_at_risk"]


def test_that_a_market_that_stays_closed_is_announced_once() -> None:
    board = Board()
    for attempt in (1, 2, 3):
        closed = ExitRefused(
            trade=trade(), reason="Market closed", at=MONDAY, policy=RefusalPolicy.MARKET_CLOSED, attempt=attempt
        )
        board.on_event(closed, attempt * 2 * REPEAT_AFTER_S)
    assert board.heard == ["position_at_risk"]


def test_that_a_close_on_its_way_keeps_the_reason_of_the_refusal_before(qtbot: QtBot) -> None:
    window = held(qtbot, Refuses(ClosePosition))
    (open_trade,) = window.model.positions.trades
    for event in (
        ExitRefused(trade=open_trade, reason="Market closed", at=MONDAY),
        ExitSent(trade=open_trade, reason=ExitReason.FLATTEN, attempt=2, at=MONDAY),
    ):
        window.model.on_event(event)
    assert cells(window) == ("", "closing …", "Not closed, attempt 1: Market closed")


class Board(AlertBoard):
    """The alerts of a market played at `speed`, and the sounds they made."""

    def __init__(self, speed: float = 1.0, **rules: Any) -> None:
        super().__init__(Settings(**rules), lambda: speed)
        self.heard: list[str] = []
        self.sounded.connect(self.heard.append)
        self.open([source()])
