"""Lets AUTO play in a process of its own: nothing in the window waits for it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, Signal

from engine.commands.auto_run_lines import AutoLine, AutoProgress, AutoRequest
from gui.platform.child import child_process

_decode = msgspec.json.Decoder(AutoLine).decode


class AutoProcess(QObject):
    """One run at a time. `played` carries the trades of AUTO, `failed` why there are none; neither after `cancel`."""

    progressed = Signal(float)
    played = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    def start(self, request: AutoRequest) -> None:
        """Ends what runs, and starts over."""
        self.cancel()
        process = self._process = child_process(self, "autorun")
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        process.start()
        process.write(msgspec.json.encode(request) + b"\n")  # settings are private: no file has them

    def cancel(self) -> None:
        """Ends it at once, without a word."""
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._read)
            process.finished.disconnect(self._end)
            process.setParent(QCoreApplication.instance())  # it outlives the window by some milliseconds
            process.finished.connect(process.deleteLater)
            process.kill()

    def _read(self) -> None:
        while (process := self._process) is not None and process.canReadLine():
            line = _decode(process.readLine().data())
            if isinstance(line, AutoProgress):
                self.progressed.emit(line.share)
            else:
                self.cancel()
                self.played.emit(line.trades)

    def _end(self, exit_code: int, _: QProcess.ExitStatus) -> None:
        self._read()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            complaint = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
            self.failed.emit(complaint.rpartition("\n")[2] or f"the process ended unexpectedly ({exit_code})")
