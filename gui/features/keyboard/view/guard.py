"""Guards the keys that trade: they work only while the keyboard is armed and no text is being typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractButton

from gui.features.keyboard.model.arming import Arming
from gui.widgets.actions import TRADING_PROPERTY
from gui.widgets.typing import is_typing

_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


class KeyGuard(QObject):
    """Watches actions and buttons. A click of the mouse needs no arming, and nothing here hears of it."""

    def __init__(self, arming: Arming, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arming = arming

    def watch(self, watched: QAction | QAbstractButton) -> None:
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Shortcut and isinstance(watched, QAction):
            return bool(watched.property(TRADING_PROPERTY)) and not self._admits(watched.text())
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _PRESSING:
            return isinstance(watched, QAbstractButton) and not self._admits(watched.text())
        return False

    def _admits(self, deed: str) -> bool:
        return self._arming.admit(deed, is_typing=is_typing())
