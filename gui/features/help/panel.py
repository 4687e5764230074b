"""Adds help to the window: the introduction, and the About dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QThreadPool, QTimer
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

import resources
from config.settings import Settings
from gui.features.chart.model.chart import ChartModel
from gui.features.help.model.introduced import IntroducedFile
from gui.features.help.model.stops import StopExample, Values, mode_in, stop_example
from gui.features.help.view.introduction import Introduction
from gui.theme import Theme
from gui.widgets.actions import make_action
from gui.widgets.focus_tip import show_tip_of_focus

SETTLED_MS = 900
"""After which the charts of a first start stand and move."""
CARD_HEIGHT = 180


class Help(QObject):
    """The introduction points at the parts of the window that `places` names. `store` is the folder of plans and
    journal, None where they are kept in memory."""

    def __init__(
        self,
        window: QMainWindow,
        menu: QMenu,
        places: Mapping[str, Sequence[QWidget]],
        theme: Callable[[], Theme],
        chart: Callable[[], ChartModel | None],
        settings: Callable[[], Settings],
    ) -> None:
        """`chart` is the one on which stops are shown, `settings` those in force."""
        super().__init__(window)
        self._window, self._places = window, places
        self.introduction = Introduction(window, self._area, theme)
        self._chart, self._settings = chart, settings
        self.introduction.model.example = self._example
        self.introduction.model.stop_mode = lambda: mode_in(settings())
        self.introduction.model.source = lambda: settings().feeds.source
        self.store: Path | None = None
        begin = self.introduction.begin
        tip = "Explains the window in a few steps"
        menu.addAction(make_action(window, "help.introduction", "Introduction", tip, begin))
        tip = "Version, licenses, and folders of settings, plans and logs"
        menu.addAction(make_action(window, "help.about", "About …", tip, self.show_about))
        tip = "Shows the tooltip of the focused control"
        menu.addAction(make_action(window, "help.tip", "What is this?", tip, show_tip_of_focus, key="Shift+F1"))

    def introduce_once(self, file: IntroducedFile) -> None:
        """Begins when the window has settled, unless the user has seen it."""
        if file.has_been:
            return
        self.introduction.model.ended.connect(
            lambda: QThreadPool.globalInstance().start(file.note), Qt.ConnectionType.SingleShotConnection
        )
        QTimer.singleShot(SETTLED_MS, self.introduction, self.introduction.begin)

    def show_about(self) -> None:
        from platformdirs import user_config_path, user_log_path

        from gui.features.help.view.about import AboutDialog

        folders = {
            "Settings and layouts": str(user_config_path("microscalp", appauthor=False)),
            "Plans and journal": str(self.store or "in memory, until the window closes"),
            "Log": str(user_log_path("microscalp", appauthor=False)),
            "Licenses": str(Path(resources.__file__).parent / "THIRD_PARTY_LICENSES.md"),
        }
        AboutDialog(folders, self._window).open()

    def _example(self, values: Values) -> StopExample | None:
        chart = self._chart()
        return None if chart is None else stop_example(chart, self._settings(), values)

    # -- places -------------------------------------------------------------------------------------------------

    def _area(self, place: str) -> QRect:
        """Around what is to be seen of a place; cards that await approval will stand at the top of the conditions."""
        area = self._around(self._places[place])
        if place == "approvals" and area.isEmpty():
            area = self._around(self._places["conditions"])
            area.setHeight(min(area.height(), CARD_HEIGHT))
        return area

    def _around(self, parts: Sequence[QWidget]) -> QRect:
        """Empty for parts in a window of their own."""
        found = QRect()
        for part in parts:
            if part.isVisible() and part.window() is self._window:
                found = found.united(QRect(part.mapTo(self._window, QPoint(0, 0)), part.size()))
        return found
