"""A user who waits for a price: the alert fires while the market goes on, and is kept over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.features.alerts.model.kinds import AlertKind
from tests.gui.stories.demo_desk import GOLD, DeskUser, Folder, run

pytestmark = pytest.mark.long


def states(user: DeskUser) -> list[str]:
    table = user.shown.price_alerts.table
    return [table.words(row)[0] for row in range(table.rowCount())]


def test_that_a_level_alert_of_the_user_fires_in_the_demo_market_once_and_for_good(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def first_day(user: DeskUser) -> None:
        await user.step()
        price = user.shown.charts[GOLD].last_price
        assert price is not None
        for level in (price + 0.05, price - 0.05, price + 500.0):
            user.window.activateWindow()
            await user.until(user.window.isActiveWindow)
            QTest.keyClick(user.window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
            dialog = user.window.price_alerts.dialog
            assert dialog is not None
            dialog.level.setValue(level)
            dialog.save.click()
            await user.until(lambda: user.window.price_alerts.dialog is None)
        assert states(user) == ["Active"] * 3
        user.go_on(20.0)
        await user.until(lambda: "Fired" in states(user)[1:])
        await user.hold()
        kinds = [alert.kind for alert in user.shown.alerts.recent]
        assert AlertKind.PRICE_ALERT in kinds
        fired = states(user).count("Fired")
        assert fired == kinds.count(AlertKind.PRICE_ALERT)
        lines = user.shown.charts[GOLD].alerts.lines
        assert len(lines) == 3 - fired

    async def next_day(user: DeskUser) -> None:
        assert states(user)[0] == "Active"
        assert "Fired" in states(user)
        before = states(user)
        await user.step()
        assert states(user).count("Fired") >= before.count("Fired")
        assert len(user.shown.charts[GOLD].alerts.lines) == states(user).count("Active")

    async def both_days() -> None:
        folder = Folder(tmp_path)
        await folder.sit(first_day)
        await folder.sit(next_day)

    run(qapp, both_days)
