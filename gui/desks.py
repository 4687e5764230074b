"""Owns the desks that run and their windows: the first one, and the replays beside it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QSessionManager

from config.settings import Settings
from engine.bootstrap import LiveDesk, PlayedDesk, build_engine
from engine.errors import DeskError
from gui.bridge import EngineBridge
from gui.features.layout.file import LayoutFile
from gui.features.opening.markets import Markets, RecentFiles
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.file_drop import FileDrop
from gui.features.opening.view.file_menu import FileMenu
from gui.features.replay.view.replay_mark import mark_replay
from gui.furnishing import furnish, furnish_beside
from gui.running_desk import RunningDesk
from gui.window import MainWindow

BETWEEN_LOOKS_MS = 150
"""A window that changes its look holds the event loop for some frames, and is painted after that."""

_log = logging.getLogger(__name__)

_WHEN_STOPPED = (
    "Trading has stopped. Open positions are not managed; stop losses at the broker stay active. "
    "Close the window and restart the desk."
)


class Desks(QObject):
    """The first window is the desk: when it closes, all close. Replays are windows beside it with engines, stores (in
    memory) and paper accounts of their own, and what goes wrong in one of them stays there."""

    def __init__(self, directory: Path, store: Path | None) -> None:
        """`directory` keeps recordings and the list of recent files, `store` the first desk's plans and journal."""
        super().__init__()
        self.has_closed = asyncio.Event()
        self.has_failed = False
        self._is_told_to_end = False
        self.first: RunningDesk | None = None
        self.replays: list[RunningDesk] = []
        self._directory = directory
        self._store = store
        self._recent = RecentFiles(directory / "recent_recordings.json")
        self._tasks: set[asyncio.Task[None]] = set()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.commitDataRequest.connect(self._end_session)

    def open_first(self, window: MainWindow, desk: PlayedDesk | LiveDesk, markets: Markets | None) -> RunningDesk:
        """`markets` are None where the desk is live. Needs a running loop."""
        first = self.first = self._run(window, desk, furnish(window, desk), markets)
        return first

    def end_session(self) -> None:
        """The system logs off or shuts down: no window asks anything, and the journal says so."""
        for running in (self.first, *self.replays):
            if running is not None:
                running.window.desk.closing.end_session()

    def end_now(self) -> None:
        """The process is told to end: everything closes as at a log-off."""
        self._is_told_to_end = True
        self.has_closed.set()

    def _end_session(self, _: QSessionManager) -> None:
        self.end_session()

    async def close(self) -> None:
        """Ends every desk, the replays first; whose engine had failed was told when it happened."""
        if self._is_told_to_end:
            self.end_session()
        for task in tuple(self._tasks):
            task.cancel()
        for replay in tuple(self.replays):
            await self._end_replay(replay)
        first, self.first = self.first, None
        if first is not None:
            first.window.close_now()
            await first.close()

    def _run(
        self, window: MainWindow, desk: PlayedDesk | LiveDesk, bridge: EngineBridge, markets: Markets | None
    ) -> RunningDesk:
        running = RunningDesk(window, desk, bridge, markets, self._directory / "recordings")
        menu = FileMenu(window, window.file_menu, running.recording, self._recent.listed)
        menu.chosen.connect(lambda files: self.open_files(running, files))
        menu.demo_wanted.connect(lambda: self.open_demo(running))
        FileDrop(window).dropped.connect(
            lambda paths: self.open_files(running, [ChosenFile(path=str(path)) for path in paths])
        )
        window.closed.connect(lambda: self._take_closed_window(running))
        window.desk.settings.look_changed.connect(lambda: self._dress_others(running))
        running.engine.add_done_callback(lambda task: self._take_ended_engine(running, task))
        return running

    # -- what the user asks for ---------------------------------------------------------------------------------

    def open_files(self, asked_by: RunningDesk, files: list[ChosenFile]) -> None:
        """Reads files and asks what only the user can tell, over the window that asked."""
        from gui.features.opening.opener import Opener

        async def play(markets: Markets, read: list[ChosenFile], is_new_window: bool) -> None:
            await self._note(read)
            await (self.open_beside(markets) if is_new_window else self.open_in_place(asked_by, markets))

        self._spawn(asked_by, Opener(asked_by.window, files, may_replace=not asked_by.is_live).open(play))

    def open_demo(self, asked_by: RunningDesk) -> None:
        """The demo market in a new window."""

        async def play() -> None:
            seed = asked_by.desk.settings_store.in_force.feeds.demo_seed
            await self.open_beside(await asyncio.to_thread(Markets.demo, seed))

        self._spawn(asked_by, play())

    async def open_beside(self, markets: Markets) -> RunningDesk:
        """A replay in a window of its own; needs a first desk, whose settings it takes. Raises `DeskError`."""
        assert self.first is not None
        desk = await asyncio.to_thread(self._built, markets, None)
        window = MainWindow(self.first.window.theme)
        window.caption = "REPLAY"
        window.resize(self.first.window.size())
        replay = await self._run_beside(window, desk, markets)
        window.desk.closing.is_replay = True
        mark_replay(window, ", ".join(market.source.name for market in markets.markets))
        window.alerts.keep_inside()
        self.replays.append(replay)
        self._notice_closed_window(replay)
        return replay

    async def open_in_place(self, asked_by: RunningDesk, markets: Markets) -> RunningDesk:
        """Ends the desk of a window, and plays `markets` where it was. Raises `DeskError`."""
        geometry = asked_by.window.saveGeometry()
        if asked_by is self.first:
            running = await self._replace_first(asked_by, markets)
        else:
            running = await self.open_beside(markets)
            asked_by.window.close_now()
        running.window.restoreGeometry(geometry)
        return running

    def _dress_others(self, running: RunningDesk) -> None:
        """The look is that of the whole application, whichever window changed it; one window at a time takes it."""
        others = [each for each in (self.first, *self.replays) if each is not None and each is not running]
        for place, other in enumerate(others):
            wear = partial(other.window.set_theme, running.window.theme)
            QTimer.singleShot(BETWEEN_LOOKS_MS * (place + 1), other.window, wear)

    async def _replace_first(self, first: RunningDesk, markets: Markets) -> RunningDesk:
        """The same store goes on, so that the desk before has to be closed first."""
        self.first, theme, settings = None, first.window.theme, first.desk.settings_store.wanted
        first.window.close_now()
        await first.close()
        desk = await asyncio.to_thread(self._built, markets, self._store, settings)
        before = first.window.layout_file
        window = MainWindow(theme, None if before is None else LayoutFile(before.path))
        running = self.first = await self._run_beside(window, desk, markets)
        self._notice_closed_window(running)
        if (file := first.window.desk.settings.file) is not None:
            running.window.desk.settings.keep_in(file.path)
        return running

    async def _run_beside(self, window: MainWindow, desk: PlayedDesk, markets: Markets) -> RunningDesk:
        """Shows a window at once and furnishes it step by step, while others go on."""
        window.show()
        await asyncio.sleep(0)
        return self._run(window, desk, await furnish_beside(window, desk), markets)

    def _built(self, markets: Markets, directory: Path | None, settings: Settings | None = None) -> PlayedDesk:
        if settings is None:
            assert self.first is not None
            settings = self.first.desk.settings_store.in_force
        return build_engine(markets.markets, settings, speed=settings.feeds.speed, directory=directory)

    async def _note(self, files: list[ChosenFile]) -> None:
        try:
            await asyncio.to_thread(self._recent.note, files)
        except OSError:
            _log.warning("the list of recent files cannot be written", exc_info=True)

    # -- ends ---------------------------------------------------------------------------------------------------

    def _notice_closed_window(self, running: RunningDesk) -> None:
        """The user may have been quicker than the furnishing, when nobody listened to the window yet."""
        if not running.window.isVisible():
            self._take_closed_window(running)

    def _take_closed_window(self, running: RunningDesk) -> None:
        if running is self.first:
            self.has_closed.set()
        elif running in self.replays:
            self._spawn(None, self._end_replay(running))

    def _take_ended_engine(self, running: RunningDesk, engine: asyncio.Task[None]) -> None:
        if engine.cancelled() or (error := engine.exception()) is None:
            return
        _log.error("the engine of a desk failed", exc_info=error)
        cause = str(_cause(error)).removesuffix(".") or type(_cause(error)).__name__
        running.window.desk.health.stop(f"The engine has stopped: {cause}.")
        cause = cause[:1].upper() + cause[1:]
        if running in self.replays:
            words = f"{cause}. The other desk goes on; close this window."
            running.window.faults.tell("The replay has stopped", words)
        else:
            self.has_failed = True
            words = f"{cause}. {_WHEN_STOPPED}"
            running.window.faults.tell("The desk has stopped", words)

    async def _end_replay(self, replay: RunningDesk) -> None:
        if replay in self.replays:
            self.replays.remove(replay)
            replay.window.close_now()
            with contextlib.suppress(Exception):  # what ends badly here must not keep the others
                await replay.close()

    def _spawn(self, asked_by: RunningDesk | None, work: Coroutine[None, None, None]) -> None:
        """Does something beside the rest; an error that the user can mend is told over the window that asked."""

        async def told() -> None:
            try:
                await work
            except DeskError as error:
                if asked_by is not None:
                    asked_by.window.faults.tell("This cannot be opened", str(error))

        task = asyncio.get_running_loop().create_task(told())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _cause(error: BaseException) -> BaseException:
    """What began it, where several tasks ended together."""
    return _cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
