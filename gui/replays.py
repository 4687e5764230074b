"""The replays beside a desk, each a process of its own with its own window: nothing played can hold up, leak into or
end the desk that trades."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QProcess, Signal

from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile
from gui.features.opening.replay_request import BesideWanted, ReplayMessage, ReplayOpened, ReplayRequest
from gui.platform.child import child_process
from gui.running_desk import RunningDesk

GRACE_S: Final = 5.0
"""In which a replay that is asked to end has to do so before it is ended by force."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ReplayMessage).decode
_log = logging.getLogger(__name__)


class Replay(QObject):
    """One process. `opened` follows once it plays, `beside_wanted` carries files as `FileOpening` does, `ended` why it
    ended by itself; empty where the user closed its window, or it was asked to end."""

    opened = Signal()
    beside_wanted = Signal(object)
    ended = Signal(str)

    def __init__(self, request: ReplayRequest) -> None:
        super().__init__()
        self._request = request
        names = ", ".join(Path(file.path).name for file in request.files)
        self.name = names or "the demo market"
        self.process = child_process(self, "replay")
        self._last_words = ""
        self._is_asked_to_end = False
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.readyReadStandardError.connect(self._read_errors)
        self.process.finished.connect(self._end)
        self.process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Where nothing can be started `ended` may follow before this returns."""
        self.process.start()
        if self.process.state() is not QProcess.ProcessState.NotRunning:
            self.process.write(_encode(self._request) + b"\n")

    def end(self) -> None:
        """As at a log-off: nothing is asked."""
        self._is_asked_to_end = True
        self.process.closeWriteChannel()

    def _read(self) -> None:
        while self.process.canReadLine():
            line = self.process.readLine().data()
            try:
                message = _decode(line)
            except msgspec.DecodeError:
                _log.warning("a replay says what nobody understands: %r", line)
                continue
            match message:
                case ReplayOpened():
                    self.opened.emit()
                case BesideWanted(files):
                    self.beside_wanted.emit(files)

    def _read_errors(self) -> None:
        words = bytes(self.process.readAllStandardError().data()).decode(errors="replace")
        if sys.stderr is not None:
            sys.stderr.write(words)
        self._last_words = words.strip().rpartition("\n")[2] or self._last_words

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.ended.emit(f"it cannot be started: {self.process.errorString()}")

    def _end(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        if self._is_asked_to_end:
            self.ended.emit("")
        elif status is QProcess.ExitStatus.CrashExit:
            self.ended.emit(f"its process was ended by {_name_of(exit_code)}")
        else:
            self.ended.emit("" if exit_code == 0 else self._last_words or f"its process ended with code {exit_code}")


def _name_of(crash: int) -> str:
    """Of what ended a process: a signal, or on Windows an exception's code."""
    with suppress(ValueError):
        return signal.Signals(crash).name
    return f"error {crash & 0xFFFFFFFF:#010x}"


class Replays:
    """All that play, in the order in which they were opened. They stay when another market takes the desk's place.

    What is to be opened or reported while there is no desk waits for the one that comes.
    """

    def __init__(self, settings_file: Path | None, directory: Path, *, grace_s: float = GRACE_S) -> None:
        """`settings_file` is the user's, whose look the replays follow; `directory` keeps recordings."""
        self.playing: list[Replay] = []
        self._settings_file = settings_file
        self._directory = directory
        self._grace_s = grace_s
        self._desk: RunningDesk | None = None
        self._waiting: list[Callable[[RunningDesk], None]] = []

    def serve(self, desk: RunningDesk) -> None:
        """From now on opens what the user wants beside this desk, by its settings, and reports in its window."""
        self._desk = desk
        desk.opening.beside_wanted.connect(self.open)
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

    def open(self, files: Sequence[ChosenFile]) -> None:
        """Plays files, or the demo market where there are none, in a new window."""
        self._with_desk(lambda desk: self._open(desk, files))

    def _open(self, desk: RunningDesk, files: Sequence[ChosenFile]) -> None:
        replay = Replay(self._request(desk, files))
        self.playing.append(replay)
        replay.beside_wanted.connect(self.open)
        replay.opened.connect(lambda: self._end_message(replay))
        replay.ended.connect(lambda cause: self._forget(replay, cause))
        desk.window.statusBar().showMessage(_opening(replay))
        replay.start()

    def _end_message(self, replay: Replay) -> None:
        if self._desk is not None and self._desk.window.statusBar().currentMessage() == _opening(replay):
            self._desk.window.statusBar().clearMessage()

    def _request(self, desk: RunningDesk, files: Sequence[ChosenFile]) -> ReplayRequest:
        settings, size = desk.desk.settings_store.in_force, desk.window.size()
        return ReplayRequest(
            files=list(files),
            settings=settings.as_json(),
            settings_file=None if self._settings_file is None else str(self._settings_file.absolute()),
            directory=str(self._directory.absolute()),
            size=(size.width(), size.height()),
            look=Look(settings.interface.theme, settings.interface.colours),
        )

    def _forget(self, replay: Replay, cause: str) -> None:
        self.playing.remove(replay)
        self._end_message(replay)
        replay.deleteLater()
        if cause:
            _log.error("a replay stopped: %s: %s", replay.name, cause)
            words = f"{replay.name}: {cause}. The desk goes on."
            self._with_desk(lambda desk: desk.window.faults.add_fault("The replay has stopped", words))

    async def close(self) -> None:
        """Ends all of them, by force where one does not end soon; the event loop goes on."""
        gone = [_finished(replay.process) for replay in self.playing]
        for replay in self.playing:
            replay.end()
        if gone:
            await asyncio.wait(gone, timeout=self._grace_s)
        for replay in tuple(self.playing):
            replay.process.kill()
        if gone:
            await asyncio.wait(gone, timeout=self._grace_s)


def _opening(replay: Replay) -> str:
    return f"Opening {replay.name} in a new window …"


def _finished(process: QProcess) -> asyncio.Future[None]:
    finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    process.finished.connect(lambda *_: finished.set_result(None))
    return finished
