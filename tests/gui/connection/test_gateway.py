"""Facts about the message on the connection to a broker's account, and about the test of a terminal."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.adapters.mt5.link.gateway import gateway_changed
from engine.adapters.mt5.link.sentences import NOT_INSTALLED
from engine.adapters.mt5.port import LinkReport
from engine.domain.messages.engine import (
    ConfirmAccount,
    ConfirmClock,
    GatewayChanged,
    ReconnectGateway,
    SourceFound,
    SourceMissing,
    TermsDoubted,
)
from engine.market.instruments import instrument_for
from gui.features.connection.model.connection import ConnectionModel, FindingRow
from gui.features.connection.view.connection_check import UNWELL, WELL, ConnectionCheck
from gui.populating import offer_connection
from tests.builders import BITCOIN
from tests.fakes import source
from tests.gui.desk_window import DeskWindow
from tests.whole import present


def gateway_state(**changes: Any) -> GatewayChanged:
    fields: dict[str, Any] = {
        "state": "ready", "sentence": "The terminal takes orders.", "way_out": "", "is_ready": True,
        "account": "demo account 7 at Broker-Demo", "unconfirmed": None, "may_start": False,
    }  # fmt: skip
    return GatewayChanged(**(fields | changes))


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_a_desk_on_played_prices_says_nothing_of_a_broker(desk: DeskWindow) -> None:
    assert not desk.window.gateway.isVisible()


def test_that_a_working_connection_shows_no_bar_and_the_account_is_in_the_title(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state())
    assert not desk.window.gateway.isVisible()
    assert desk.window.windowTitle().startswith("demo account 7 at Broker-Demo")


def test_that_where_no_terminal_is_installed_the_line_says_what_to_install_and_opens_none(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_changed(LinkReport(condition=NOT_INSTALLED)))
    line = desk.window.gateway
    assert line.isVisible()
    assert line.way_out.text().startswith("Install MetaTrader 5 ")
    assert not line.start.isVisible()
    assert line.again.isVisible()


def test_that_real_money_is_written_large(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state(account="real account 8 at Broker-Live"))
    assert desk.window.windowTitle().startswith("REAL ACCOUNT 8")


def test_that_what_is_the_matter_stands_with_the_way_out(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(
        gateway_state(
            is_ready=False, state="terminal_closed", sentence="It is closed.", way_out="Open it.", may_start=True
        )
    )
    bar = desk.window.gateway
    assert (bar.isVisible(), bar.words.text(), bar.way_out.text()) == (True, "It is closed.", "Open it.")
    click(bar.start)
    click(bar.again)
    assert desk.asked[-2:] == [ReconnectGateway(may_start=True), ReconnectGateway()]
    desk.desk.gateway.on_event(gateway_state())
    assert not bar.isVisible()


def test_that_an_account_is_confirmed_by_the_number_that_the_user_saw(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state(is_ready=False, account="real account 8 at Broker-Live", unconfirmed=8))
    bar = desk.window.gateway
    assert (bar.confirm.text(), bar.again.isVisible()) == ("Confirm account 8", False)
    click(bar.confirm)
    assert desk.asked[-1] == ConfirmAccount(8)


def test_that_the_user_says_that_this_computers_clock_is_right(desk: DeskWindow) -> None:
    bar = desk.window.gateway
    desk.desk.gateway.on_event(gateway_state(is_ready=False, state="clock_unsure", unconfirmed_clock=330))
    assert bar.clock.isVisible()
    click(bar.clock)
    assert desk.asked[-1] == ConfirmClock(330)
    desk.desk.gateway.on_event(gateway_state(is_ready=False, state="clock_unsure"))
    assert not bar.clock.isVisible()


def test_that_a_symbol_that_cannot_be_had_is_reported_though_all_else_is_well(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state())
    for _ in range(2):
        desk.desk.gateway.on_event(SourceMissing("the broker has no symbol EURUSD"))
    assert desk.window.gateway.words.text() == "the broker has no symbol EURUSD"


def test_that_a_symbol_that_came_is_missed_no_longer(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state())
    desk.desk.gateway.on_event(SourceMissing("the broker has no symbol EURUSD"))
    desk.desk.gateway.on_event(SourceFound("the broker has no symbol EURUSD"))
    assert not desk.window.gateway.isVisible()


def test_that_a_symbol_that_came_late_has_its_chart_beside_the_others(desk: DeskWindow) -> None:
    desk.desk.open([source(), source(instrument=BITCOIN), source(instrument=instrument_for("EURUSD"))])
    assert desk.window.deck.symbols == ("XAUUSD", "BTCUSD", "EURUSD")
    assert desk.desk.trading.modes.symbols == ("XAUUSD", "BTCUSD", "EURUSD")


def test_that_terms_in_doubt_are_reported_until_they_are_right(desk: DeskWindow) -> None:
    desk.desk.gateway.on_event(gateway_state())
    desk.desk.gateway.on_event(TermsDoubted("GOLD", "trades are sized by 0.1"))
    assert desk.window.gateway.words.text() == "trades are sized by 0.1"
    desk.desk.gateway.on_event(TermsDoubted("GOLD", ""))
    assert not desk.window.gateway.isVisible()


# -- the test of a terminal -------------------------------------------------------------------------------------


@pytest.fixture
def connection(qtbot: QtBot) -> tuple[ConnectionModel, ConnectionCheck]:
    model = ConnectionModel()
    check = ConnectionCheck(model)
    qtbot.addWidget(check)
    check.show()
    return model, check


def marks(check: ConnectionCheck) -> list[str]:
    rows = check._rows
    items = [present(rows.itemAt(place)).widget() for place in range(0, rows.count(), 3)]
    return [item.text() for item in items if isinstance(item, QLabel)]


def test_that_findings_show_as_they_come_and_are_counted(connection: tuple[ConnectionModel, ConnectionCheck]) -> None:
    model, check = connection
    asked: list[bool] = []
    model.asked.connect(lambda: asked.append(True))
    click(check.test)
    assert asked
    model.begin()
    assert (check.test.isEnabled(), check.cancel.isVisible()) == (False, True)
    model.add(FindingRow("Terminal", True, "build 6231", ""))
    model.add(FindingRow("Account", False, "netting", "Take a hedging account."))
    assert marks(check) == [WELL, UNWELL]
    model.end()
    assert check.words.text() == "1 of 2 need attention."
    model.begin()
    assert marks(check) == []


def test_that_a_password_leaves_the_field_with_the_click(connection: tuple[ConnectionModel, ConnectionCheck]) -> None:
    model, check = connection
    kept: list[str] = []
    model.kept.connect(kept.append)
    QTest.keyClicks(check.password, "secret")
    assert check.password.displayText() != "secret"
    click(check.keep)
    assert (kept, check.password.text()) == (["secret"], "")
    assert "secret" not in repr(vars(model))


def test_that_where_no_terminal_can_be_the_choice_is_grey_and_says_why(desk: DeskWindow) -> None:
    offer_connection(desk.window, ConnectionModel("It exists for Windows only."))
    desk.window.settings.open("feeds.source")
    assert desk.window.settings.dialog is not None
    box = next(
        each for each in desk.window.settings.dialog.findChildren(QComboBox) if each.findData("metatrader") >= 0
    )  # fmt: skip
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    assert not model.item(box.findData("metatrader")).isEnabled()
    assert "Windows only" in box.toolTip()
