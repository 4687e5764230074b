"""A window beside the desk, as a process: nothing in it can hold up, leak into or end the desk that trades."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import suppress

import msgspec
from PySide6.QtCore import QObject, QProcess, Signal

from gui.features.opening.window_messages import (
    SHOW_STUDY,
    TO_FRONT,
    BesideWanted,
    LabWanted,
    WindowMessage,
    WindowOpened,
)
from gui.platform.child import child_process

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WindowMessage).decode
_log = logging.getLogger(__name__)


class WindowProcess(QObject):
    """`opened` follows once it shows something, `beside_wanted` carries files and the instant from which a replay is to
    play them, `lab_wanted` the key of a study to be shown, or nothing; `ended` why it ended by itself; empty if the
    user closed its window, or it was asked to end."""

    opened = Signal()
    beside_wanted = Signal(object, object, str)
    lab_wanted = Signal(str)
    ended = Signal(str)

    def __init__(self, worker: str, name: str, request: msgspec.Struct) -> None:
        """`name` is what it is called in sentences; `request` the first message to the worker."""
        super().__init__()
        self.name = name
        self._request = request
        self.process = child_process(self, worker)
        self._last_words = ""
        self._is_asked_to_end = False
        self.is_opened = False
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.readyReadStandardError.connect(self._read_errors)
        self.process.finished.connect(self._end)
        self.process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Where nothing can be started `ended` may follow before this returns."""
        self.process.start()
        if self.process.state() is not QProcess.ProcessState.NotRunning:
            self.process.write(_encode(self._request) + b"\n")

    def bring_to_front(self) -> None:
        """Shows its window above the others, as far as the system lets programs do that; one that opens is there."""
        if self.is_opened:
            self.process.write(TO_FRONT + b"\n")

    def show_study(self, key: str) -> None:
        """Shows a study in the lab."""
        self.process.write(SHOW_STUDY + key.encode() + b"\n")

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
                _log.warning("a window beside the desk says what nobody understands: %r", line)
                continue
            match message:
                case WindowOpened():
                    self.is_opened = True
                    self.opened.emit()
                case BesideWanted(files, start, journal):
                    self.beside_wanted.emit(files, start, journal)
                case LabWanted(study):
                    self.lab_wanted.emit(study)

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
            self.ended.emit(f"its process was ended by {name_of_crash(exit_code)}")
        else:
            self.ended.emit("" if exit_code == 0 else self._last_words or f"its process ended with code {exit_code}")


def name_of_crash(crash: int) -> str:
    """What ended a process: a signal, or on Windows an exception's code."""
    with suppress(ValueError):
        return signal.Signals(crash).name
    return f"error {crash & 0xFFFFFFFF:#010x}"
