"""A user who trades himself: an order by keys, a part closed, a rule switched, a proposal edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.settings import Settings
from tests.gui.stories.demo_desk import GOLD, WIDE_STOPS, DeskUser, Folder, run

pytestmark = pytest.mark.long

QUIET: dict[str, object] = {
    "xauusd_rules.pre_trade_filters.spread.max_spread": 1.0,
    "execution.volume_lots": 0.04,
    "execution.adverse_candle_exit": False,
}


def test_that_a_user_orders_by_keys_closes_half_and_switches_the_trailing_stop(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(user: DeskUser) -> None:
        trading, window = user.shown.trading, user.window
        await user.step()
        QTest.keyClick(window, Qt.Key.Key_F9)
        ticket = trading.entry.ticket
        await user.until(lambda: ticket.may_send)
        assert len([line for line in user.shown.charts[GOLD].trades.lines if line.form]) == 2
        user.arm()
        user.press(Qt.Key.Key_F9)
        user.go_on(2.0)
        await user.until(lambda: trading.positions.rowCount() == 1)
        await user.until(lambda: ticket.answer.text.startswith(f"Filled: BUY 0.04 lots of {GOLD} ("))
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert not window.panels["orderTicket"].isVisible()
        user.press(Qt.Key.Key_D, shift=True)
        await user.until(lambda: trading.positions.words(0)[2] == "0.02")
        await user.hold()
        user.press(Qt.Key.Key_M, shift=True)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        rule = next(action for action in menu.actions() if action.text() == "Trailing stop")
        menu.close()
        rule.trigger()
        (trade,) = trading.positions.trades
        await user.until(lambda: next(iter(trading.positions.trades)).rules.trailing is False)
        assert trade.realised.volume_lots == 0.02

    settings = with_values(Settings(), WIDE_STOPS | QUIET)
    run(qapp, lambda: Folder(tmp_path).sit(scenario, settings))
