"""A morning at the desk: a setup is approved, its stop moved, another one rejected, everything halted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.domain.risk import LockName
from gui.features.trading.model.levels import LevelKind
from tests.gui.stories.demo_desk import GOLD, Folder, Person, run


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

    async def tell(person: Person) -> None:
        person.arm()
        await person.until_setup()
        await person.until(lambda: bool(person.window.alerts.toasts.cards))
        assert person.window.isActiveWindow()
        assert person.shown.trading.arming.is_armed

    run(qapp, lambda: Folder(tmp_path).sit(tell))
    qapp.removeEventFilter(shown)
    assert shown.kinds == ["MainWindow"]


def test_that_a_setup_is_approved_by_key_and_its_stop_dragged_to_where_the_broker_keeps_it(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def tell(person: Person) -> None:
        trading = person.shown.trading
        await person.until_setup()
        person.press(Qt.Key.Key_Return)
        assert "does nothing until the keyboard is armed" in person.said
        assert person.waiting
        assert person.window.trading.desk_dock.isVisible()
        person.arm()
        person.press(Qt.Key.Key_Return)
        await person.until(lambda: not person.waiting)
        person.go_on(2.0)
        await person.until(lambda: trading.positions.rowCount() == 1)
        await person.hold()
        await person.until(lambda: len(person.shown.charts[GOLD].trades.lines) == 3)
        assert trading.positions.words(0)[:2] == [GOLD, "BUY"]
        stop = person.level(LevelKind.STOP).price
        wished = stop + 3.0  # some pixels: the mouse cannot aim between two of them
        person.drag_level(LevelKind.STOP, wished)
        assert person.level(LevelKind.STOP).price == stop
        person.go_on(1.0)
        await person.until(lambda: person.level(LevelKind.STOP).price == pytest.approx(wished, abs=1.0))
        assert trading.positions.words(0)[9] == "manual"

    run(qapp, lambda: Folder(tmp_path).sit(tell))


def test_that_a_rejected_setup_is_gone_and_halt_needs_no_arming(qapp: QApplication, tmp_path: Path) -> None:
    async def tell(person: Person) -> None:
        trading = person.shown.trading
        await person.until_setup()
        person.arm()
        person.press(Qt.Key.Key_Backspace)
        await person.until(lambda: not person.waiting)
        await person.until(lambda: trading.plans.words(0)[3] == "rejected")
        person.shown.trading.arming.toggle()
        assert not trading.arming.is_armed
        QTest.keySequence(person.window, person.action("trading.halt").shortcut())
        await person.until(lambda: trading.modes.is_halted)
        assert [lock.name for lock in person.running.desk.archive.locks.locks()] == [LockName.HALT]

    run(qapp, lambda: Folder(tmp_path).sit(tell))
