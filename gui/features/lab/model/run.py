"""One study that runs, in a child process that ends with the lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QThreadPool, Signal

from engine.child_process import end_process_tree
from gui.features.lab.model.shelf import LARGEST_RESULT
from gui.features.lab.model.study import StudyProgress
from gui.platform.child import child_process

ANSWERED: Final = (0, 1)
"""Exit codes with which a study has an answer, be it that something is refuted."""
PATIENCE_MS: Final = 1_000
"""In which the system has ended a process that was killed."""
LONGEST_WORDS: Final = 5_000
PROGRAM: Final = "microscalp: "
"""What complaints of the command line begin with."""


class _Line(msgspec.Struct):
    progress: StudyProgress | None = None
    say: str | None = None


_decode = msgspec.json.Decoder(_Line).decode


class StudyRun(QObject):
    """`progressed` carries a `StudyProgress`; `answered` the result as it was printed, `failed` why there is none.

    Neither follows after `cancel`.
    """

    progressed = Signal(object)
    answered = Signal(bytes)
    failed = Signal(str)

    def __init__(self, arguments: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = child_process(self, "study", *arguments)
        self._printed, self._unread = bytearray(), bytearray()
        self._said: list[str] = []
        self._complaint: list[str] = []
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.readyReadStandardError.connect(self._read_lines)
        self.process.finished.connect(self._end)
        self.process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        self.process.start()

    def end(self) -> None:
        """As `cancel`, and returns once it has ended: for the end of the lab."""
        self.blockSignals(True)
        if process_id := self.process.processId():
            end_process_tree(process_id)
            self.process.waitForFinished(PATIENCE_MS)

    def cancel(self) -> None:
        """Ends the process and those that it started; what they have finished is kept by the lab's own files."""
        process, process_id = self.process, self.process.processId()
        self.blockSignals(True)
        process.setParent(QCoreApplication.instance())
        process.finished.connect(process.deleteLater)
        if process_id:
            QThreadPool.globalInstance().start(lambda: end_process_tree(process_id))
        self.deleteLater()

    def _read(self) -> None:
        self._printed += self.process.readAllStandardOutput().data()
        if len(self._printed) > LARGEST_RESULT:
            self._fail(f"The result is larger than {LARGEST_RESULT:,} bytes.")

    def _read_lines(self) -> None:
        self._unread += self.process.readAllStandardError().data()
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            self._read_line(bytes(line))

    def _read_line(self, line: bytes) -> None:
        try:
            said = _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if words := line.decode(errors="replace").strip():
                self._complaint.append(words)
            return
        if said.progress is not None:
            self.progressed.emit(said.progress)
        if said.say is not None:
            self._said.append(said.say)

    def _last_words(self) -> str:
        """What was wrong, as the command line says it; of a fault of the program the line that names it."""
        lines = self._complaint or self._said
        if any(line.startswith("Traceback") for line in lines):
            lines = [f"Unexpected error: {lines[-1]}"]
        elif lines and lines[0].startswith("usage:"):
            lines = lines[-1:]
        return "\n".join(line.removeprefix(PROGRAM) for line in lines)[-LONGEST_WORDS:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.failed.emit(f"The study cannot be started: {self.process.errorString()}")

    def _fail(self, reason: str) -> None:
        self.failed.emit(reason)
        self.cancel()

    def _end(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        self._read_lines()
        self._read_line(bytes(self._unread))
        self._printed += self.process.readAllStandardOutput().data()
        has_answer = status is QProcess.ExitStatus.NormalExit and exit_code in ANSWERED and bytes(self._printed).strip()
        if has_answer:
            self.answered.emit(bytes(self._printed))
        else:
            self.failed.emit(self._last_words() or _end_words(exit_code, status))


def _end_words(exit_code: int, status: QProcess.ExitStatus) -> str:
    if status is QProcess.ExitStatus.CrashExit:
        return "The process of the study was ended from outside."
    return f"The study ended with code {exit_code} and without a result."
