"""Bars that share one row of a window: icons take the place of words where it is narrow."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

WIDE = 1500
"""Pixels of a window from which on the buttons have words."""


class Bar(Protocol):
    """A bar that can do with icons."""

    def set_narrow(self, is_narrow: bool) -> None: ...


class OneRow(QObject):
    """Follows the width of `window`."""

    def __init__(self, window: QWidget, *bars: Bar) -> None:
        super().__init__(window)
        self._window, self._bars = window, bars
        self._was_narrow: bool | None = None
        window.installEventFilter(self)
        self._fit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        is_narrow = self._window.width() < WIDE
        if is_narrow != self._was_narrow:
            self._was_narrow = is_narrow
            for bar in self._bars:
                bar.set_narrow(is_narrow)
