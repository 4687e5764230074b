"""Opens files that the user chose as playable markets: reads them, asks what is missing, reports what is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from engine.errors import UnreadableRecording
from gui.features.opening.markets import Markets, expanded, read
from gui.features.opening.model import ChosenFile, FileFacts, OpeningModel
from gui.features.opening.view.dialog import OpeningDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from engine.adapters.recorded import Recording

Play = Callable[[Markets, list[ChosenFile], bool], Coroutine[None, None, None]]
"""Plays markets, in a new window or in the one that asked."""


class Opener:
    """One opening over a window. A cancelled one lets the file that is being read be read, and forgets it."""

    def __init__(self, window: QWidget, files: list[ChosenFile], *, may_replace: bool) -> None:
        self._window = window
        self._model = OpeningModel(files, may_replace=may_replace)
        self._read: list[tuple[ChosenFile, Recording | None]] = []

    async def open(self, play: Play) -> None:
        """Asks by a dialog, and plays what was read. Raises `DeskError` for what cannot be opened."""
        self._model.cancelled.connect(_canceller())
        OpeningDialog(self._model, self._window).open()
        try:
            self._model.files = await asyncio.to_thread(expanded, self._model.files)
            self._model.show_facts(await self._read_all())
            is_new_window = await self._read_as_described()
        finally:
            self._model.end()
        recordings = [recording for _, recording in self._read if recording is not None]
        await play(Markets.of_files(self._model.files, recordings), self._model.files, is_new_window)

    async def _read_as_described(self) -> bool:
        """Waits until the user wants the files opened and they can be; whether in a new window."""
        wishes = asyncio.Queue[bool]()
        self._model.asked_for.connect(wishes.put_nowait)
        while True:
            is_new_window = await wishes.get()
            try:
                await self._read_all()
            except UnreadableRecording as error:
                self._model.show_fault(str(error))
            else:
                return is_new_window

    async def _read_all(self) -> list[FileFacts]:
        """Reads what was not read yet, or has new information."""
        facts: list[FileFacts] = []
        known, files = self._read, self._model.files
        self._read = []
        for row, file in enumerate(files):
            if row < len(known) and known[row][0] == file:
                self._read.append(known[row])
                continue
            self._model.show_reading(file.path.replace("\\", "/").rpartition("/")[2], row / len(files))
            summary, recording = await asyncio.to_thread(read, file)
            self._read.append((file, recording))
            facts.append(summary)
        return facts


def _canceller() -> Callable[[], object]:
    """Cancels the task that is running now."""
    task = asyncio.current_task()
    assert task is not None
    return task.cancel
