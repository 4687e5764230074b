"""Puts help into the window: the introduction, and what this program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QThreadPool, QTimer
from PySide6.QtWidgets import QWidget

from gui.features.help.introduced import IntroducedFile
from gui.features.help.panel import Introduction
from gui.widgets.actions import make_action

if TYPE_CHECKING:
    from gui.window import MainWindow

SETTLED_MS = 900
"""After which the charts of a first start stand and move."""
CARD_HEIGHT = 180


class HelpRoom(QObject):
    """The introduction points at the real parts of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.introduction = Introduction(
            window,
            {
                "charts": lambda: self._of(window.deck),
                "conditions": lambda: self._of(window.panels["conditions"]),
                "approvals": self._of_approvals,
                "halt": lambda: self._of(window.trading.modes.halt, window.trading.modes.flatten),
                "health": lambda: self._of(window.health.strip),
                "settings": lambda: self._of(*filter(None, (window.settings.button,))),
            },
        )
        begin = self.introduction.begin
        tip = "Explains the window in a few steps"
        window.help_menu.addAction(make_action(window, "help.introduction", "Introduction", tip, begin))
        tip = "Version and folders of settings, plans and logs"
        window.help_menu.addAction(make_action(window, "help.about", "About …", tip, self.show_about))

    def introduce_once(self, file: IntroducedFile) -> None:
        """Begins when the window has settled, unless the user has seen it."""
        if file.has_been:
            return
        self.introduction.model.ended.connect(
            lambda: QThreadPool.globalInstance().start(file.note), Qt.ConnectionType.SingleShotConnection
        )
        QTimer.singleShot(SETTLED_MS, self.introduction, self.introduction.begin)

    def show_about(self) -> None:
        from platformdirs import user_config_path, user_data_path, user_log_path

        from gui.features.help.view.about import AboutDialog

        folders = {
            "Settings and layouts": str(user_config_path("microscalp", appauthor=False)),
            "Plans and journal": str(user_data_path("microscalp", appauthor=False)),
            "Log": str(user_log_path("microscalp", appauthor=False)),
        }
        AboutDialog(folders, self._window).open()

    # -- places -------------------------------------------------------------------------------------------------

    def _of(self, *parts: QWidget) -> QRect:
        """Around what is to be seen of the parts; empty for those in a window of their own."""
        found = QRect()
        for part in parts:
            if part.isVisible() and part.window() is self._window:
                found = found.united(QRect(part.mapTo(self._window, QPoint(0, 0)), part.size()))
        return found

    def _of_approvals(self) -> QRect:
        """The cards, or where they will stand: at the top of the conditions."""
        waiting = self._of(self._window.trading.desk_dock)
        if not waiting.isEmpty():
            return waiting
        place = self._of(self._window.panels["conditions"])
        place.setHeight(min(place.height(), CARD_HEIGHT))
        return place
