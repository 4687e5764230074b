"""The windows beside a desk, each a process of its own: replays, and the lab."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QProcess

from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile
from gui.features.opening.window_messages import LabRequest, ReplayRequest
from gui.running_desk import RunningDesk
from gui.window_process import WindowProcess

GRACE_S: Final = 5.0
"""In which a window that is asked to end has to do so before it is ended by force."""
LAB: Final = "the lab"

_log = logging.getLogger(__name__)


class WindowsBeside:
    """All replays that play, in the order in which they were opened, and the lab if it is open. They stay when another
    market takes the desk's place.

    What is to be opened or reported while there is no desk waits for the one that comes.
    """

    def __init__(self, settings_file: Path | None, directory: Path, *, grace_s: float = GRACE_S) -> None:
        """`settings_file` is the user's, whose look the windows follow; `directory` keeps recordings and studies."""
        self.replays: list[WindowProcess] = []
        self.lab: WindowProcess | None = None
        self._settings_file = settings_file
        self._directory = directory
        self._grace_s = grace_s
        self._desk: RunningDesk | None = None
        self._waiting: list[Callable[[RunningDesk], None]] = []

    def serve(self, desk: RunningDesk) -> None:
        """From now on opens what the user wants beside this desk, by its settings, and reports in its window."""
        self._desk = desk
        desk.opening.beside_wanted.connect(self.open)
        desk.window.practice.journal_wanted.connect(self.open)
        desk.window.lab.wanted.connect(self.open_lab)
        desk.window.closed.connect(self._lose_desk)
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(desk)

    def _lose_desk(self) -> None:
        self._desk = None

    def _with_desk(self, act: Callable[[RunningDesk], None]) -> None:
        if self._desk is None:
            self._waiting.append(act)
        else:
            act(self._desk)

    # -- opening ------------------------------------------------------------------------------------------------

    def open(self, files: Sequence[ChosenFile], start: datetime | None = None, journal: str = "") -> None:
        """Plays files, or the demo market where there are none, in a new window; continues the practice session of the
        file `journal` if one is named."""
        self._with_desk(lambda desk: self._open_replay(desk, files, start, journal))

    def open_lab(self, study: str = "") -> None:
        """Opens the lab; one that is open comes to the front. Shows the study of that key, if one is named."""
        if self.lab is None:
            self._with_desk(lambda desk: self._open_lab(desk, study))
            return
        self.lab.bring_to_front()
        if study:
            self.lab.show_study(study)

    def _open_replay(
        self, desk: RunningDesk, files: Sequence[ChosenFile], start: datetime | None, journal: str
    ) -> None:
        looks = desk.window.layouts.current_layout().looks
        request = ReplayRequest(files=list(files), start=start, journal=journal, looks=looks, **self._by(desk))
        names = ", ".join(Path(file.path).name for file in files)
        replay = WindowProcess("replay", names or "the demo market", request)
        self.replays.append(replay)
        self._start(desk, replay)

    def _open_lab(self, desk: RunningDesk, study: str) -> None:
        if self.lab is None:
            self.lab = WindowProcess("lab", LAB, LabRequest(study=study, **self._by(desk)))
            self._start(desk, self.lab)

    def _by(self, desk: RunningDesk) -> dict[str, Any]:
        """What each window takes from the desk."""
        settings, size = desk.desk.settings_store.in_force, desk.window.size()
        return {
            "settings": settings.as_json(),
            "settings_file": None if self._settings_file is None else str(self._settings_file.absolute()),
            "directory": str(self._directory.absolute()),
            "size": (size.width(), size.height()),
            "look": Look(settings.interface.theme, settings.interface.colours),
        }

    def _start(self, desk: RunningDesk, window: WindowProcess) -> None:
        window.beside_wanted.connect(self.open)
        window.lab_wanted.connect(self.open_lab)
        window.opened.connect(lambda: self._end_message(window))
        window.ended.connect(lambda cause: self._forget(window, cause))
        desk.window.statusBar().showMessage(_opening(window))
        window.start()

    def _end_message(self, window: WindowProcess) -> None:
        if self._desk is not None and self._desk.window.statusBar().currentMessage() == _opening(window):
            self._desk.window.statusBar().clearMessage()

    # -- the end ------------------------------------------------------------------------------------------------

    def _forget(self, window: WindowProcess, cause: str) -> None:
        what = "lab" if window is self.lab else "replay"
        if window is self.lab:
            self.lab = None
        else:
            self.replays.remove(window)
        self._end_message(window)
        window.deleteLater()
        if cause:
            _log.error("a window beside the desk stopped: %s: %s", window.name, cause)
            words = f"{window.name}: {cause}. The desk goes on."
            self._with_desk(lambda desk: desk.window.faults.add_fault(f"The {what} has stopped", words))

    def _open_windows(self) -> Iterator[WindowProcess]:
        yield from tuple(self.replays)
        if self.lab is not None:
            yield self.lab

    async def close(self) -> None:
        """Ends all of them, by force where one does not end soon; the event loop goes on."""
        gone = [_finished(window.process) for window in self._open_windows()]
        for window in self._open_windows():
            window.end()
        if gone:
            await asyncio.wait(gone, timeout=self._grace_s)
        for window in self._open_windows():
            window.process.kill()
        if gone:
            await asyncio.wait(gone, timeout=self._grace_s)


def _opening(window: WindowProcess) -> str:
    return f"Opening {window.name} in a new window …"


def _finished(process: QProcess) -> asyncio.Future[None]:
    finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    process.finished.connect(lambda *_: finished.set_result(None))
    return finished
