"""A morning at the desk: a setup is approved, its stop moved, another one rejected, everything halted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.domain.risk import LockName
from gui.features.trading.model.levels import LevelKind
from gui.features.trading.model.plans import ALL
from tests.gui.stories.demo_desk import GOLD, DeskUser, Folder, run


class ShownWindows(QObject):
    """Remembers what came up as a window of its own."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.kinds: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.append(type(watched).__name__)
        return False


def test_that_the_window_stays_the_only_one_and_in_front_when_setups_and_toasts_come(
    qapp: QApplication, tmp_path: Path
) -> None:
    """A window that flashes up takes the keyboard, and disarms it."""
    shown = ShownWindows(qapp)

    async def scenario(user: DeskUser) -> None:
        user.arm()
        await user.until_setup()
        await user.until(lambda: bool(user.window.alerts.toasts.cards))
        assert user.window.isActiveWindow()
        assert user.shown.trading.arming.is_armed

    run(qapp, lambda: Folder(tmp_path).sit(scenario))
    qapp.removeEventFilter(shown)
    assert shown.kinds == ["MainWindow"]


def test_that_a_setup_is_approved_by_key_and_its_stop_dragged_to_where_the_broker_keeps_it(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(user: DeskUser) -> None:
        trading = user.shown.trading
        await user.until_setup()
        user.press(Qt.Key.Key_Return)
        assert "does nothing until the keyboard is armed" in user.said
        assert user.waiting
        assert user.window.trading.desk_dock.isVisible()
        user.arm()
        user.press(Qt.Key.Key_Return)
        await user.until(lambda: not user.waiting)
        user.go_on(2.0)
        await user.until(lambda: trading.positions.rowCount() == 1)
        await user.hold()
        await user.until(lambda: len(user.shown.charts[GOLD].trades.lines) == 3)
        assert trading.positions.words(0)[:2] == [GOLD, "BUY"]
        stop = user.level(LevelKind.STOP).price
        wished = stop + 3.0  # some pixels: the mouse cannot aim between two of them
        user.drag_level(LevelKind.STOP, wished)
        assert user.level(LevelKind.STOP).price == stop
        user.go_on(1.0)
        await user.until(lambda: user.level(LevelKind.STOP).price == pytest.approx(wished, abs=1.0))
        assert trading.positions.words(0)[9] == "manual"

    run(qapp, lambda: Folder(tmp_path).sit(scenario))


def test_that_a_rejected_setup_is_gone_and_halt_needs_no_arming(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(user: DeskUser) -> None:
        trading = user.shown.trading
        await user.until_setup()
        user.arm()
        user.press(Qt.Key.Key_Backspace)
        await user.until(lambda: not user.waiting)
        trading.plans.set_filter(ALL)
        await user.until(lambda: trading.plans.words(0)[3] == "rejected")
        user.shown.trading.arming.toggle()
        assert not trading.arming.is_armed
        QTest.keySequence(user.window, user.action("trading.halt").shortcut())
        await user.until(lambda: trading.modes.is_halted)
        assert [lock.name for lock in user.running.desk.archive.locks.locks()] == [LockName.HALT]

    run(qapp, lambda: Folder(tmp_path).sit(scenario))
