"""Opens the watch list by its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.features.watchlist.view.watchlist import WatchlistView


class Watchlist(QObject):
    """`dock` holds the list, `view` makes it when it is first shown."""

    def __init__(self, window: QMainWindow, dock: QDockWidget, view: Callable[[], WatchlistView]) -> None:
        super().__init__(window)
        self._view = view
        dock.toggleViewAction().triggered.connect(self._take_keyboard)

    def _take_keyboard(self, is_shown: bool) -> None:
        """Opened by its key it is used by the keyboard: arrows, Return, menu key."""
        if is_shown:
            self._view().table.take_keyboard()
