"""Builds the timeline of a played market: its background, its setups, and the search for the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer

from config.settings import Settings
from engine.domain.market import minute_of
from engine.domain.messages.engine import Event, SettingsChanged
from engine.market.feed import Market
from gui.features.replay.model.playback import PlaybackModel
from gui.features.replay.model.timeline import SetupMark
from gui.features.replay.model.timeline_ground import Ground, ground_of
from gui.features.replay.setup_search import SetupSearch

SEARCH_AFTER_MS = 1500
"""A desk that opens has other things to do first."""
SEARCHED_AHEAD = timedelta(days=7)
"""How far the demo market is searched at a time."""
_SHOWN_AHEAD = timedelta(days=7)
_MARGIN = timedelta(days=1)
_FARTHEST = timedelta(days=56)
_LOOK_EVERY_MS = 1000


class ReplayGuide(QObject):
    """Recordings are searched as a whole, soon after they open; the demo market, which never ends, a week at a time and
    only when the user asks for the next setup. `arguments` are those of the command `setups`, for each market."""

    def __init__(
        self,
        playback: PlaybackModel,
        markets: Sequence[Market],
        arguments: Sequence[Sequence[str]],
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._playback = playback
        self._markets = tuple(markets)
        self._arguments = tuple(arguments)
        self._settings = settings
        self._is_endless = any(market.last_at is None for market in markets)
        self._is_wanted = False
        self._searched_until: datetime | None = None
        self._grounding: asyncio.Task[None] | None = None
        self._search = SetupSearch(self)
        self._search.found.connect(self._add_setups)
        self._search.progressed.connect(playback.search.show_progress)
        self._search.finished.connect(self._finish)
        playback.looked_ahead.connect(self._look_ahead)
        playback.search.cancelled.connect(self._cancel)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._keep_ahead)

    def start(self) -> None:
        """Needs a running loop."""
        if self._is_endless:
            self._keep_ahead()
            self._timer.start()
        else:
            self._lay_ground()
            QTimer.singleShot(SEARCH_AFTER_MS, self, self.search)

    def stop(self) -> None:
        self._timer.stop()
        self._search.close()
        if self._grounding is not None:
            self._grounding.cancel()

    def on_event(self, event: Event) -> None:
        """Other rules make other setups."""
        assert isinstance(event, SettingsChanged)
        before, self._settings = self._settings, event.settings
        if (before.rules, before.sessions) != (event.settings.rules, event.settings.sessions):
            self._playback.timeline.forget_setups()
            self._lay_ground()
            if not self._is_endless:
                self.search()

    # -- the ground ---------------------------------------------------------------------------------------------

    def _keep_ahead(self) -> None:
        """A market without end shows a week ahead, and another when that is nearly played."""
        playback = self._playback
        position, last_at = playback.position or self._markets[0].opens_at, playback.timeline.last_at
        if last_at is None or position + _MARGIN > last_at:
            assert playback.first_at is not None
            playback.timeline.set_span(playback.first_at, _midnight(position) + _SHOWN_AHEAD)
            playback.changed.emit()
            self._lay_ground()

    def _lay_ground(self) -> None:
        if self._grounding is not None:
            self._grounding.cancel()
        self._grounding = asyncio.get_running_loop().create_task(self._ground())

    async def _ground(self) -> None:
        timeline = self._playback.timeline
        first_at, last_at = timeline.first_at, timeline.last_at
        if first_at is not None and last_at is not None:
            timeline.set_ground(await asyncio.to_thread(self._ground_of, first_at, last_at))

    def _ground_of(self, first_at: datetime, last_at: datetime) -> Ground:
        from engine.adapters.recorded import Recording

        candles = [market.columns.at for market in self._markets if isinstance(market, Recording)]
        roll = self._markets[0].source.instrument.day_roll
        return ground_of(self._settings.sessions, roll, first_at, last_at, candles)

    # -- setups -------------------------------------------------------------------------------------------------

    def search(self) -> None:
        """Looks for the setups of everything again."""
        self._playback.search.show_progress(0.0)
        self._search.start(self._arguments, self._settings)

    def _add_setups(self, marks: list[SetupMark]) -> None:
        self._playback.timeline.add(marks)

    def _look_ahead(self) -> None:
        """Nothing is known beyond the position: waits for the search that runs, or begins one."""
        self._is_wanted = True
        if self._search.is_running:
            return
        if self._is_endless:
            self._search_until((self._playback.destination or self._markets[0].opens_at) + SEARCHED_AHEAD)
        else:
            self._give_up("No setup after this one")

    def _search_until(self, until: datetime) -> None:
        self._searched_until = until
        self._playback.search.show_progress(0.0)
        limits = ["--until", until.isoformat()]
        self._search.start([[*each, *limits] for each in self._arguments], self._settings)

    def _finish(self, complaint: str) -> None:
        if complaint:
            self._give_up(f"Setups cannot be looked for: {complaint}")
            return
        self._playback.search.finish()
        position = self._playback.destination
        if not self._is_wanted or position is None:
            return
        if self._playback.timeline.setup_from(minute_of(position)) is not None:
            self._is_wanted = False
            self._playback.next_setup()
        elif self._is_endless and self._searched_until is not None and self._searched_until < position + _FARTHEST:
            self._search_until(self._searched_until + SEARCHED_AHEAD)
        else:
            self._give_up("No setup in the weeks ahead" if self._is_endless else "No setup after this one")

    def _cancel(self) -> None:
        self._search.cancel()
        self._give_up("")

    def _give_up(self, words: str) -> None:
        self._is_wanted = False
        self._playback.search.finish(words)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
