"""What a scripted user does with the mouse: waits for an answer, chooses actions, drags, turns the wheel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.running_desk import RunningDesk
from gui.window import MainWindow

STEP_S = 0.03
"""Between two moves of the hand."""
ANSWER_S = 20.0
DRAG_MOVES = 10


class NoAnswer(Exception):
    """The window did not do in time what it was asked for."""


class Hand:
    """Works on the desk's window."""

    def __init__(self, running: RunningDesk) -> None:
        self.running = running

    @property
    def window(self) -> MainWindow:
        return self.running.window

    @property
    def plight(self) -> str:
        """The state of the desk, for a user who got no answer."""
        desk = self.window.desk
        words = "paused" if desk.playback.is_paused else "playing"
        said = self.window.statusBar().currentMessage()
        return ", ".join(filter(None, (words, f"{desk.playback.position}", desk.trading.modes.hindrance, said)))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Raises `NoAnswer` after a while."""
        try:
            async with asyncio.timeout(ANSWER_S):
                while not is_so():
                    await asyncio.sleep(STEP_S)
        except TimeoutError:
            raise NoAnswer from None

    async def do(self, name: str) -> None:
        """The action of that object name, as a menu would."""
        action = self.window.findChild(QAction, name)
        assert isinstance(action, QAction), name
        action.trigger()
        await asyncio.sleep(STEP_S)

    async def close(self, dialog: QDialog | None) -> None:
        assert dialog is not None
        await asyncio.sleep(STEP_S)
        dialog.close()
        await asyncio.sleep(STEP_S)

    async def drag(self, view: QWidget, pixels: int) -> None:
        """From the middle, to the right where positive."""
        at = view.rect().center()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
        for move in range(1, DRAG_MOVES + 1):
            QTest.mouseMove(view, at + QPoint(pixels * move // DRAG_MOVES, move))
            await asyncio.sleep(STEP_S / 3)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(pixels, DRAG_MOVES))

    def turn_wheel(self, view: QWidget, turned: int) -> None:
        """Over the middle; a notch is 120."""
        at = QPointF(view.rect().center())
        none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        QApplication.sendEvent(view, QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, turned), *none, False))
