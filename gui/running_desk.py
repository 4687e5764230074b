"""A window and the engine behind it, from its opening to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.bootstrap import LiveDesk, PlayedDesk
from engine.clock import SystemClock
from engine.domain.facts import DeskClosed
from engine.domain.messages import SettingsChanged
from gui.bridge import EngineBridge
from gui.features.opening.markets import Markets
from gui.features.replay.guide import ReplayGuide
from gui.features.replay.model.recording import RecordingModel
from gui.features.replay.view.recording_mark import RecordingMark
from gui.platform.ownership import own_parts
from gui.window import MainWindow


class RunningDesk:
    """Runs from when it is made, which needs a running loop, until it is closed."""

    def __init__(
        self,
        window: MainWindow,
        desk: PlayedDesk | LiveDesk,
        bridge: EngineBridge,
        markets: Markets | None,
        recordings: Path,
    ) -> None:
        """`bridge` leads into the furnished window; `markets` are those that are played, a live desk has none."""
        self.window = window
        self.desk = desk
        self._recordings = recordings
        self.bridge = bridge
        self.recording = RecordingModel(window)
        self.guide = None if markets is None else self._make_guide(markets)
        desk.recorder.changed = self._show_recording
        self.recording.asked.connect(self._record)
        self.recording.told.connect(window.say)
        RecordingMark(self.recording, window.statusBar())
        self._writing: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self.engine = loop.create_task(desk.run())
        keep = desk.engine.survival.keep
        self._journal = loop.create_task(keep("The journal", desk.archive.journal.run))
        self._housekeeping = loop.create_task(keep("The maintenance of the store", self._keep_house))
        if self.guide is not None:
            self.guide.start()

    @property
    def is_live(self) -> bool:
        """Whether it trades on a broker's account: nothing may take its place by a slip of the hand."""
        return self.guide is None

    def _make_guide(self, markets: Markets) -> ReplayGuide:
        desk, window = self.desk, self.window
        guide = ReplayGuide(window.desk.playback, markets.markets, markets.arguments, desk.settings, parent=window)
        desk.bus.subscribe(guide.take, SettingsChanged)
        return guide

    async def _keep_house(self) -> None:
        desk = self.desk
        await desk.archive.keep_house(SystemClock(), lambda: desk.settings_store.in_force.store.journal_months)

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

    def _note_end(self) -> None:
        """Records in the journal what is left open: stops on a broker's account stay, a paper account ends."""
        closing, desk = self.window.desk.closing, self.desk
        desk.bus.publish(
            DeskClosed(
                cause=closing.cause.value,
                positions=closing.open_positions,
                orders=closing.open_orders,
                is_live=self.is_live,
            )
        )

    async def close(self) -> None:
        """Writes what is recorded, ends the engine and closes its store."""
        if self.guide is not None:
            self.guide.stop()
        self._note_end()
        self.bridge.stop()
        if self._writing is not None:
            self.desk.recorder.stop()
            await self._writing
        for task in (self.engine, self._journal, self._housekeeping):
            task.cancel()
        try:
            await asyncio.gather(self.engine, self._journal, self._housekeeping, return_exceptions=True)
        finally:
            self.desk.archive.close()
            own_parts(self.window.desk)
            self.window.deleteLater()
