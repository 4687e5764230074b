"""Searches whole markets for setups in separate low-priority processes, so that no frame waits for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, Signal

from config.settings import Settings
from engine.commands.search_lines import FoundSetup, SearchLine
from gui.features.replay.model.timeline import SetupMark
from gui.features.replay.model.timeline_ground import microseconds
from gui.platform.child import child_process

_decode = msgspec.json.Decoder(SearchLine).decode


class SetupSearch(QObject):
    """One market after the other, each by the arguments of the command `setups`.

    `finished` carries what went wrong, or nothing; it is not emitted after `cancel`.
    """

    found = Signal(object)
    progressed = Signal(float)
    finished = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Sequence[str]] = deque()
        self._markets = 0
        self._process: QProcess | None = None
        self._settings = b""
        self._is_closed = False

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self, markets: Iterable[Sequence[str]], settings: Settings) -> None:
        """Ends what runs, and starts over; after `close` nothing begins."""
        self.cancel()
        if self._is_closed:
            return
        self._waiting = deque(markets)
        self._markets = len(self._waiting)
        self._settings = msgspec.json.encode(settings.as_json())
        self._begin_next()

    def cancel(self) -> None:
        process, self._process = self._process, None
        self._waiting.clear()
        if process is not None:
            process.finished.disconnect(self._end)
            process.readyReadStandardOutput.disconnect(self._read)
            _leave_to_its_end(process)

    def close(self) -> None:
        """Cancels for good: a process that began now would be destroyed with its window, while it runs."""
        self._is_closed = True
        self.cancel()

    def _begin_next(self) -> None:
        process = child_process(self, "setups", *self._waiting.popleft(), "--config", "-")
        self._process = process
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        process.start()
        process.write(self._settings)  # they are private: no file has them, which a crash would leave behind
        process.closeWriteChannel()

    def _read(self) -> None:
        marks: list[SetupMark] = []
        process = self._process
        while process is not None and process.canReadLine():
            line = _decode(process.readLine().data())
            if isinstance(line, FoundSetup):
                marks.append(SetupMark(microseconds(line.candle_time), line.symbol, line.side, line.is_a_plus))
            else:
                done = self._markets - len(self._waiting) - 1
                self.progressed.emit((done + line.share) / self._markets)
        if marks:
            self.found.emit(marks)

    def _end(self, exit_code: int, _: QProcess.ExitStatus) -> None:
        self._read()
        process, self._process = self._process, None
        assert process is not None
        process.deleteLater()
        if exit_code == 0 and self._waiting:
            self._begin_next()
            return
        self._waiting.clear()
        complaint = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        self.finished.emit("" if exit_code == 0 else complaint.rpartition("\n")[2] or "the search ended unexpectedly")


def _leave_to_its_end(process: QProcess) -> None:
    """Kills a process without waiting for it; it outlives the window that began it by some milliseconds."""
    process.setParent(QCoreApplication.instance())
    process.finished.connect(process.deleteLater)
    process.kill()
