"""The timeline along the bottom of the window, with buttons to the previous and next setup."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QToolBar, QToolButton, QWidget

from gui.features.replay.model.playback import PlaybackModel
from gui.features.replay.model.search import SearchModel
from gui.features.replay.view.timeline.widget import Timeline
from gui.theme import Theme
from gui.widgets.actions import make_action
from gui.zones import DisplayZones


class TimelineBar(QToolBar):
    """Stays away while there is nothing to play."""

    def __init__(
        self, playback: PlaybackModel, zones: DisplayZones, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("Timeline", parent)
        self.setObjectName("timeline")
        self.setMovable(False)
        self._playback = playback
        self._zones = zones
        self.timeline = Timeline(playback.timeline, theme)
        self.timeline.sought.connect(playback.seek)
        self.previous = self._action("previous_setup", "◀ Setup", "Jump to the previous setup", "Shift+N")
        self.addWidget(self.timeline)
        self._add_search(playback.search)
        self.next = self._action("next_setup", "Setup ▶", "Jump to the next setup, and pause after its candle", "N")
        zones.changed.connect(self._show_zone)
        playback.changed.connect(self.refresh)
        self._show_zone()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self.timeline.set_theme(theme)

    def _action(self, verb: str, text: str, tip: str, key: str) -> QAction:
        act: Callable[[], object] = getattr(self._playback, verb)
        action = make_action(self, f"replay.{verb}", text, tip, act, key=key)
        self.addAction(action)
        return action

    def _add_search(self, search: SearchModel) -> None:
        self._search = search
        self.search_words = QLabel()
        self.search_words.setToolTip("Searches the whole market for setups in the background")
        self.search_words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._words_action = self.addWidget(self.search_words)
        self.cancel = QToolButton()
        self.cancel.setText("Stop")
        self.cancel.setToolTip("Stops looking for setups; those found so far stay marked")
        self.cancel.clicked.connect(search.cancel)
        self._cancel_action = self.addWidget(self.cancel)
        search.changed.connect(self._show_search)
        self._show_search()

    def _show_search(self) -> None:
        self.search_words.setText(self._search.words)
        if self._search.is_running:  # the percentage gains digits while it runs
            wide = self.search_words.fontMetrics().horizontalAdvance(f"{self._search.words}00")
            self.search_words.setMinimumWidth(max(self.search_words.minimumWidth(), wide))
        else:
            self.search_words.setMinimumWidth(0)
        self._words_action.setVisible(bool(self._search.words))
        self._cancel_action.setVisible(self._search.is_running)

    def _show_zone(self) -> None:
        self.timeline.set_zone(self._zones.common)

    def refresh(self) -> None:
        self.setVisible(self._playback.timeline.span_us > 0)
        self.refresh_position()

    def refresh_position(self) -> None:
        self.timeline.set_position(self._playback.position)
