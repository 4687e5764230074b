"""Opens recordings or the demo market from a window: menu, key, drag and drop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import DeskError
from gui.features.opening.markets import Markets, RecentFiles
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.file_drop import FileDrop
from gui.features.opening.view.file_menu import FileMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from gui.features.replay.model.recording import RecordingModel

RECENT = "recent_recordings.json"

_log = logging.getLogger(__name__)


class FileOpening(QObject):
    """`beside_wanted` carries the files that a new window is to play, none for the demo market; `here_wanted` the
    markets that are to take the place of the one in this window, `failed` why something cannot be opened."""

    beside_wanted = Signal(object)
    here_wanted = Signal(object)
    failed = Signal(str)

    def __init__(
        self, window: QWidget, menu: QMenu, recording: RecordingModel, directory: Path, *, may_replace: bool
    ) -> None:
        """`directory` keeps the list of recent files; needs a running loop as soon as something is opened."""
        super().__init__(window)
        self._window = window
        self._may_replace = may_replace
        self.recent = RecentFiles(directory / RECENT)
        self._tasks: set[asyncio.Task[None]] = set()
        ways = FileMenu(window, menu, recording, self.recent.listed)
        ways.chosen.connect(self.open)
        ways.demo_wanted.connect(lambda: self.beside_wanted.emit([]))
        FileDrop(window).dropped.connect(lambda paths: self.open([ChosenFile(path=str(path)) for path in paths]))

    def open(self, files: list[ChosenFile]) -> None:
        """Reads files and asks what only the user knows."""
        from gui.features.opening.opener import Opener

        task = asyncio.get_running_loop().create_task(
            self._reporting(Opener(self._window, files, may_replace=self._may_replace).open(self._play))
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Nothing more is opened from this window."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _play(self, markets: Markets, files: list[ChosenFile], is_new_window: bool) -> None:
        await asyncio.to_thread(self._note, files)
        if is_new_window:
            self.beside_wanted.emit(files)
        else:
            self.here_wanted.emit(markets)

    def _note(self, files: list[ChosenFile]) -> None:
        try:
            self.recent.note(files)
        except OSError:
            _log.warning("the list of recent files cannot be written", exc_info=True)

    async def _reporting(self, work: Coroutine[None, None, None]) -> None:
        """An error that the user can mend is for the window that asked."""
        try:
            await work
        except DeskError as error:
            self.failed.emit(str(error))
