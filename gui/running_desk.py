"""A window and the engine behind it, from opening to end."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from config.words import capitalised
from engine.bootstrap import LiveDesk, PlayedDesk
from engine.clock import SystemClock
from engine.domain.facts import DeskClosed
from engine.domain.messages.engine import Event, SettingsChanged
from engine.exchange_desk import PaperDesk
from gui.features.opening.markets import Markets, RecordedSymbols
from gui.features.opening.model import ChosenFile
from gui.features.opening.panel import FileOpening
from gui.features.replay.guide import ReplayGuide
from gui.features.replay.model.recording import RecordingModel
from gui.features.replay.view.recording_mark import RecordingMark
from gui.populating import populate_window
from gui.window import MainWindow

_log = logging.getLogger(__name__)

_DESK_STOPPED = (
    "desk",
    "Trading has stopped. Open positions are not managed; stop losses at the broker stay active. "
    "Close the window and restart the desk.",
)
_PAPER_STOPPED = (
    "desk",
    "Trading has stopped. Open positions of the paper account are not managed. Close the window and restart the desk.",
)
_REPLAY_STOPPED = "replay", "The desk goes on; close this window."


class RunningDesk:
    """Runs from when it is made, which needs a running loop, until it is closed.

    `is_over` is set when the user closes the window, when something else is to be played in its place, which is then
    `wanted_here`, or when the process is asked to end.
    """

    def __init__(
        self, window: MainWindow, desk: PlayedDesk | LiveDesk | PaperDesk, markets: Markets | None, directory: Path
    ) -> None:
        """`markets` are those that are played, a live desk has none. `directory` keeps recordings and the list of
        recent files."""
        self.window = window
        self.desk = desk
        self.is_over = asyncio.Event()
        self.has_failed = False
        self.wanted_here: Markets | None = None
        self._recordings = directory / "recordings"
        self.bridge = populate_window(window, desk, directory)
        window.desk.closing.is_paper_kept = isinstance(desk, PaperDesk)
        window.help.store = desk.archive.directory
        self.recording = RecordingModel(window)
        self.guide = None if markets is None else self._make_guide(markets)
        window.practice.use_folder(directory)
        if markets is not None:
            window.practice.use_markets(markets.files, markets.seed)
        self.opening = FileOpening(
            *(window, window.file_menu, self.recording, directory),
            may_replace=not self.is_live,
        )
        if markets is not None:
            self._offer_recordings(markets)
        self._writing: asyncio.Task[None] | None = None
        self._door: asyncio.Task[None] | None = None
        self._connect()
        loop = asyncio.get_running_loop()
        self.engine = loop.create_task(desk.run())
        self.engine.add_done_callback(self._note_ended_engine)
        keep = desk.engine.survival.keep
        self._journal = loop.create_task(keep("The journal", desk.archive.journal.run))
        self._housekeeping = loop.create_task(keep("The maintenance of the store", self._keep_house))
        if self.guide is not None:
            self.guide.start()

    @property
    def is_live(self) -> bool:
        """Whether it trades on live prices: nothing may take its place by a slip of the hand."""
        return self.guide is None

    def _make_guide(self, markets: Markets) -> ReplayGuide:
        desk, window = self.desk, self.window
        guide = ReplayGuide(window.desk.playback, markets.markets, markets.arguments, desk.settings, parent=window)
        desk.bus.subscribe(guide.on_event, SettingsChanged)
        return guide

    def _offer_recordings(self, markets: Markets) -> None:
        """The watch list offers the recordings beside those that play; a chosen one is opened together with them."""
        watchlist, opening = self.window.watchlist, self.opening
        watchlist.source = RecordedSymbols(self.desk.symbols, markets.files, self._recordings)
        watchlist.open_recording = lambda path: opening.open([*markets.files, ChosenFile(path=path)])

    def _connect(self) -> None:
        self.desk.recorder.changed = self._show_recording
        self.recording.asked.connect(self._record)
        self.recording.announced.connect(self.window.say)
        RecordingMark(self.recording, self.window.statusBar())
        self.opening.here_wanted.connect(self._make_way)
        self.opening.failed.connect(lambda words: self.window.faults.add_fault("This cannot be opened", words))
        self.window.closed.connect(self.opening.close)
        self.window.closed.connect(self.is_over.set)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._session_end = application.commitDataRequest.connect(lambda _: self.end_session())

    async def _keep_house(self) -> None:
        desk = self.desk
        await desk.archive.keep_house(SystemClock(), lambda: desk.settings_store.in_force.store.journal_months)

    # -- programs that connect ------------------------------------------------------------------------------------

    def begin_door(self, directory: Path) -> None:
        """Lets programs connect while the settings say so; `directory` is the data folder. Only for the user's own
        desk."""
        self._door = asyncio.get_running_loop().create_task(
            self.desk.engine.survival.keep("The local API", partial(self._keep_door, directory))
        )

    async def _keep_door(self, directory: Path) -> None:
        """What is behind the door takes long to import: nothing of it before it is wanted, and then in a thread."""
        wanted = asyncio.Event()
        self.desk.bus.subscribe(lambda event: _set_if_wanted(wanted, event), SettingsChanged)
        if not self.desk.settings_store.wanted.assistant.enabled:
            await wanted.wait()
        desk_door = await asyncio.to_thread(import_module, "engine.assistant.desk_door")
        await desk_door.DeskDoor(self.desk, directory).run()

    # -- recording ----------------------------------------------------------------------------------------------

    def _record(self, is_wanted: bool) -> None:
        recorder = self.desk.recorder
        if not is_wanted:
            recorder.stop()
        elif not recorder.is_recording:
            self._writing = asyncio.get_running_loop().create_task(recorder.record(self._recordings))

    def _show_recording(self) -> None:
        recorder = self.desk.recorder
        self.recording.show(
            is_on=recorder.is_recording,
            size=recorder.bytes,
            folder="" if recorder.folder is None else str(recorder.folder),
            failure=recorder.failure,
        )

    # -- the end ------------------------------------------------------------------------------------------------

    def end_session(self) -> None:
        """The system logs off or shuts down: the window asks nothing, and the journal says so."""
        self.window.desk.closing.end_session()

    def end_now(self) -> None:
        """The process is asked to end: as at a log-off."""
        self.end_session()
        self.is_over.set()

    def _make_way(self, markets: Markets) -> None:
        self.wanted_here = markets
        self.is_over.set()

    def _note_ended_engine(self, engine: asyncio.Task[None]) -> None:
        if engine.cancelled() or (error := engine.exception()) is None:
            return
        _log.error("the engine of a desk failed", exc_info=error)
        self.has_failed = True
        cause = str(_cause(error)).removesuffix(".") or type(_cause(error)).__name__
        self.window.desk.health.stop(f"The engine has stopped: {cause}.")
        closing = self.window.desk.closing
        live = _PAPER_STOPPED if closing.is_paper_kept else _DESK_STOPPED
        name, what_now = _REPLAY_STOPPED if closing.is_replay else live
        self.window.faults.add_fault(f"The {name} has stopped", f"{capitalised(cause)}. {what_now}")

    def _note_end(self) -> None:
        """Records in the journal what is left open: stops on a broker's account stay, a paper account ends."""
        closing, desk = self.window.desk.closing, self.desk
        desk.bus.publish(
            DeskClosed(
                cause=closing.cause.value,
                positions=closing.open_positions,
                orders=closing.open_orders,
                is_live=self.is_live,
                is_paper_kept=closing.is_paper_kept,
            )
        )

    async def close(self) -> None:
        """Closes the window without a question, writes what is recorded, ends the engine and closes its store; an
        engine that had failed was reported when it happened."""
        self.window.close_now()
        if self.guide is not None:
            self.guide.stop()
        self._note_end()
        self.bridge.stop()
        if self._writing is not None:
            self.desk.recorder.stop()
            await self._writing
        tasks = [task for task in (self.engine, self._door, self._journal, self._housekeeping) if task is not None]
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self.desk.archive.close()
            QGuiApplication.disconnect(self._session_end)
            self.window.deleteLater()


def _set_if_wanted(wanted: asyncio.Event, event: Event) -> None:
    if isinstance(event, SettingsChanged) and event.wanted.assistant.enabled:
        wanted.set()


def _cause(error: BaseException) -> BaseException:
    """What began it, where several tasks ended together."""
    return _cause(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
