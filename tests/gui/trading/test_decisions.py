"""Facts about what only the user can decide: it is shown until the engine says otherwise, and asked twice."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.domain.market import Side
from engine.domain.messages.commands import ConfirmRecords, SettleUnknownOrder, TradeHere
from engine.domain.messages.execution import OtherTradeSeen, PositionAdopted, UnknownOrder, UnknownOrdersChanged
from engine.domain.messages.trading import OtherDesksChanged, RecordsDiffer
from engine.domain.orders import OrderTrace
from gui.features.alerts.model.kinds import AlertKind
from gui.features.alerts.model.words import of_trouble
from gui.features.trading.model.sentences import sentence_of
from gui.features.trading.view.decision_bar import DecisionBar
from tests.broker_values import trade
from tests.builders import MONDAY, order
from tests.gui.desk_window import DeskWindow

UNKNOWN = UnknownOrder(
    order=order(), sent_at=MONDAY, answer="Request timeout (10012)", trace=OrderTrace.NOTHING, may_be_settled=True
)


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def show(desk: DeskWindow, *orders: UnknownOrder) -> DecisionBar:
    desk.desk.trading.on_event(UnknownOrdersChanged(orders=orders, at=MONDAY))
    return desk.window.decisions


def button(bar: DecisionBar, words: str) -> QPushButton:
    assert bar.dialog is not None
    return next(each for each in bar.dialog.findChildren(QPushButton) if each.text().replace("&", "") == words)


def click(one: QPushButton) -> None:
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)


def test_that_nothing_is_shown_while_nothing_waits(desk: DeskWindow) -> None:
    assert not desk.window.decisions.isVisible()


def test_that_the_user_sees_when_an_unknown_order_was_sent_what_was_answered_and_what_is_shown(
    desk: DeskWindow,
) -> None:
    bar = show(desk, UNKNOWN, msgspec.structs.replace(UNKNOWN, order=order("plan-2")))
    words = bar.words.text()
    assert bar.isVisible()
    for part in ("BUY 0.01 XAUUSD", "sent 08:00:00", "Request timeout (10012)", "no trace", order().token, "(1 more)"):
        assert part in words
    assert not show(desk).isVisible()


def test_that_an_order_is_settled_only_after_a_confirmation(desk: DeskWindow) -> None:
    bar = show(desk, UNKNOWN)
    click(bar.button)
    click(button(bar, "Cancel"))
    assert desk.asked == []
    click(bar.button)
    click(button(bar, "It opened no position"))
    assert desk.asked == [SettleUnknownOrder(order().token)]
    assert bar.isVisible()  # until the engine says that it is settled


def test_that_an_order_which_the_broker_settled_meanwhile_is_not_settled_again(desk: DeskWindow) -> None:
    bar = show(desk, UNKNOWN)
    click(bar.button)
    show(desk)
    click(button(bar, "It opened no position"))
    assert desk.asked == []


def test_that_there_is_nothing_to_decide_while_the_broker_shows_the_order_at_work(desk: DeskWindow) -> None:
    bar = show(desk, msgspec.structs.replace(UNKNOWN, trace=OrderTrace.WORKING, may_be_settled=False))
    assert "working order" in bar.words.text()
    assert not bar.button.isVisible()


# -- other desks ----------------------------------------------------------------------------------------------------


def test_that_beside_another_desk_the_user_says_after_a_confirmation_that_this_one_trades(desk: DeskWindow) -> None:
    desk.desk.trading.on_event(OtherDesksChanged(("k3Xz9", "")))
    bar = desk.window.decisions
    assert "installation k3Xz9, a desk of an earlier version" in bar.words.text()
    click(bar.button)
    click(button(bar, "This desk trades"))
    assert desk.asked == [TradeHere()]
    desk.desk.trading.on_event(OtherDesksChanged(()))
    assert not bar.isVisible()


def test_that_a_copied_data_folder_is_called_so(desk: DeskWindow) -> None:
    desk.desk.trading.on_event(OtherDesksChanged(("k3Xz9",), copied_from="k3Xz9"))
    assert "was copied or moved" in desk.window.decisions.words.text()


def test_that_records_that_do_not_agree_are_confirmed_by_the_user_after_a_question(desk: DeskWindow) -> None:
    desk.desk.trading.on_event(RecordsDiffer(("the halt was removed from the table of locks", "b", "c", "d")))
    bar = desk.window.decisions
    assert "the halt was removed from the table of locks; b; c; and 1 more" in bar.words.text()
    click(bar.button)
    click(button(bar, "Confirm the records"))
    assert desk.asked == [ConfirmRecords()]
    desk.desk.trading.on_event(RecordsDiffer(()))
    assert not bar.isVisible()


def test_that_what_can_be_decided_comes_before_what_only_waits(desk: DeskWindow) -> None:
    desk.desk.trading.on_event(OtherDesksChanged(("k3Xz9",)))
    bar = show(desk, msgspec.structs.replace(UNKNOWN, trace=OrderTrace.WORKING, may_be_settled=False))
    assert "Another desk" in bar.words.text()
    assert bar.button.isVisible()


def test_that_an_unknown_order_comes_before_another_desk(desk: DeskWindow) -> None:
    desk.desk.trading.on_event(OtherDesksChanged(("k3Xz9",)))
    assert "Outcome unknown" in show(desk, UNKNOWN).words.text()
    assert "Another desk" in show(desk).words.text()


# -- messages shown once -------------------------------------------------------------------------------------------


def test_that_a_fill_after_all_a_trade_of_others_and_another_desk_raise_an_alert() -> None:
    late = PositionAdopted(trade=trade(), at=MONDAY)
    theirs = OtherTradeSeen(
        ticket=7, symbol="XAUUSD", side=Side.BUY, volume_lots=0.1, is_working=True, is_other_desk=False, at=MONDAY
    )
    alerts = [of_trouble(event) for event in (late, theirs, OtherDesksChanged(("k3Xz9",)))]
    assert [alert is not None and (alert.kind, alert.title) for alert in alerts] == [
        (AlertKind.LOCK, "XAUUSD 1: filled after all"),
        (AlertKind.LOCK, "XAUUSD: a trade by someone else"),
        (AlertKind.LOCK, "Another desk trades on this account"),
    ]
    assert of_trouble(PositionAdopted(trade=trade(order=None), at=MONDAY)) is None
    assert of_trouble(OtherDesksChanged(())) is None
    assert "the order that counted as failed was filled" in sentence_of(late)
