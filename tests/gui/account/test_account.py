"""The account bar: its kind, its equity, and what is left of the daily loss limit."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.domain.account import AccountKind
from engine.domain.messages.trading import AccountOpened
from gui.features.account.model import UNBROKEN
from gui.features.account.view.account_badge import AccountBadge
from gui.features.trading.model.table import Tone
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    """A BUY at 2000.0 with its stop at 1999.5, on the paper account."""
    window = TradingWindow(qtbot)
    window.propose()
    window.model.approvals.approve(window.card)
    window.tick(61)
    return window


def words(window: TradingWindow) -> dict[str, str]:
    return {item.title: item.words for item in window.model.account.items}


def test_that_the_open_result_moves_with_the_market_and_the_days_with_the_exit(window: TradingWindow) -> None:
    window.tick(62, bid=1999.8)
    now = words(window)
    assert (now["Open"], now["Today"]) == ("−0.20 USD, −0.40 R", "+0.00 USD, +0.00 R")
    window.controls.modes.flatten.click()
    window.tick(63, bid=1999.8)
    now = words(window)
    assert now["Open"] == "+0.00 USD, +0.00 R"
    assert now["Today"].startswith("−0.2")
    assert now["Daily loss left"].startswith("199.8")


def test_that_a_loss_near_its_limit_warns_and_one_beyond_it_says_so(window: TradingWindow) -> None:
    window.model.figures.open_profit = -180.0
    (left,) = (item for item in window.model.account.items if item.title == "Daily loss left")
    assert left.tone is Tone.WARNING
    window.model.figures.open_profit = -300.0
    assert words(window)["Daily loss left"] == "none: limit reached"


@pytest.mark.parametrize(
    ("account", "word"),
    [("paper account", "PAPER"), ("demo account 7 at Broker", "DEMO"), ("real account 8 at Broker", "REAL")],
)
def test_that_the_account_is_named_beside_what_is_approved(window: TradingWindow, account: str, word: str) -> None:
    window.model.on_event(AccountOpened(account))
    line = window.controls.desk.account
    badge = line.findChild(AccountBadge)
    assert isinstance(badge, QLabel)
    assert (badge.text(), badge.property("account")) == (word, word)
    assert account in line.name.text()
    shown = line.words.text().replace(UNBROKEN, " ")
    assert shown.startswith("Equity 9,999.80 USD · Open −0.20, −0.40 R · Today ")
    assert "Daily loss left 199.80 of 200.00" in shown


def test_that_an_account_of_unknown_kind_counts_as_no_account() -> None:
    assert AccountKind.of("something else") is AccountKind.UNKNOWN
    assert AccountKind.of("") is AccountKind.UNKNOWN


def test_that_the_bar_leaves_half_of_a_low_window_to_the_chart_and_cuts_no_number(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    bar = desk.window.account
    bar.hide()
    assert bar.isVisible()
    assert 2 * desk.window.deck.height() >= desk.window.height() == 720
    assert all(figure.isVisible() for figure in bar.figures)
    desk.window.resize(640, 720)
    flush()
    seen = [figure for figure in bar.figures if figure.isVisible()]
    assert 0 < len(seen) < len(bar.figures)
    assert all(figure.words.width() >= figure.words.sizeHint().width() for figure in seen)


def test_that_an_account_that_is_not_open_yet_is_no_alarm(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    account = window.model.account
    account.use_account("")
    badge = AccountBadge(account)
    qtbot.addWidget(badge)
    assert (badge.text(), account.name) == ("OPENING", "the account opens once history is read")
    assert "once history is read" in badge.toolTip()
    account.use_account("paper account")
    assert badge.text() == "PAPER"
