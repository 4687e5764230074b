"""What a soak reads off the process and its event loop while the window is used."""

from __future__ import annotations

import asyncio
import heapq
import sys
import threading
import time
import warnings
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, qInstallMessageHandler

TURN_MS = 5
SAMPLE_EVERY_MS = 1000
WORST_KEPT = 12
REPORTED_FROM_MS = 50.0

OFFSCREEN_LIMITS = frozenset(
    {"This plugin does not support propagateSizeHints()", "This plugin does not support raise()"}
)
"""What Qt's offscreen plugin says of itself, word for word; no other platform says it."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Time in which the event loop took no turn; `own_ms` of it its thread was computing, the rest it had to wait."""

    ms: float
    own_ms: float
    during: str


class LoopWatch(QObject):
    """Measures the gaps between the turns of the event loop; `during` names what the user does now."""

    def __init__(self) -> None:
        super().__init__()
        self.during = "opening"
        self.worst: list[Gap] = []
        self._turned_s, self._own_s = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=TURN_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    @property
    def longest_ms(self) -> float:
        return max((gap.ms for gap in self.worst), default=0.0)

    def stop(self) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        now_s, own_s = time.perf_counter(), time.thread_time()
        gap_ms = 1000.0 * (now_s - self._turned_s)
        if gap_ms > REPORTED_FROM_MS:
            gap = Gap(round(gap_ms, 1), round(1000.0 * (own_s - self._own_s), 1), self.during)
            (heapq.heappush if len(self.worst) < WORST_KEPT else heapq.heappushpop)(self.worst, gap)
        self._turned_s, self._own_s = now_s, own_s


class StackWatch(threading.Thread):
    """Notes where the main thread stands whenever its loop is late: one line for each place, with its count."""

    def __init__(self, loop: LoopWatch, patience_ms: float) -> None:
        super().__init__(daemon=True)
        self.places: Counter[str] = Counter()
        self._loop, self._patience_s = loop, patience_ms / 1000.0
        self._main = threading.main_thread().ident or 0
        self._has_ended = threading.Event()

    def run(self) -> None:
        while not self._has_ended.wait(0.01):
            if time.perf_counter() - self._loop._turned_s > self._patience_s:
                frame, place = sys._current_frames().get(self._main), []
                while frame is not None:
                    code = frame.f_code
                    place.append(f"{Path(code.co_filename).name}:{frame.f_lineno} {code.co_qualname}")
                    frame = frame.f_back
                self.places[f"[{self._loop.during}] " + " < ".join(place[:9])] += 1

    def end(self) -> None:
        self._has_ended.set()


@dataclass(slots=True)
class Complaints:
    """What Qt and Python said that nobody expects to hear, each with its count."""

    of_qt: Counter[str] = field(default_factory=Counter)
    of_python: Counter[str] = field(default_factory=Counter)

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on, for the rest of the process."""
        qInstallMessageHandler(self._on_qt_message)
        warnings.simplefilter("always", RuntimeWarning)
        warnings.simplefilter("always", ResourceWarning)
        warnings.showwarning = lambda *arguments, **_: self._on_warning(*arguments)
        sys.excepthook = self._on_error
        sys.unraisablehook = lambda arguments: self._on_error(
            arguments.exc_type, arguments.exc_value, arguments.exc_traceback
        )
        loop.set_exception_handler(lambda _, context: self._on_loop_error(context))

    def _on_qt_message(self, kind: QtMsgType, _: QMessageLogContext, words: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and words not in OFFSCREEN_LIMITS:
            self.of_qt[words] += 1

    def _on_warning(self, message: object, category: type[Warning], place: str, line: int, *_: object) -> None:
        self.of_python[f"{category.__name__}: {message} ({Path(place).name}:{line})"] += 1

    def _on_error(self, _: object, error: BaseException | None, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = "" if trace is None else f" ({trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno})"
        self.of_python[f"{error!r}{where}"] += 1

    def _on_loop_error(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._on_error(type(error), error, error.__traceback__)
        else:
            self.of_python[str(context.get("message"))] += 1


class MemoryWatch(QObject):
    """Samples the resident memory once a second: seconds and megabytes in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._process = psutil.Process()
        self._began_s = time.monotonic()
        self.samples = array("d")  # a list of tuples would grow by half a megabyte an hour itself
        self._timer = QTimer(self, interval=SAMPLE_EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _sample(self) -> None:
        self.samples.extend((time.monotonic() - self._began_s, self._process.memory_info().rss / 1e6))

    def slope_mb_per_h(self, after_s: float) -> float:
        """Of the samples after that many seconds: the median slope of all pairs, which no single leap can bend."""
        return theil_sen([sample for sample in self._points() if sample[0] >= after_s]) * 3600.0

    def _points(self) -> Iterator[tuple[float, float]]:
        return zip(self.samples[::2], self.samples[1::2], strict=True)

    def by_minute(self) -> list[float]:
        """The median of each minute, in megabytes."""
        minutes: dict[int, list[float]] = {}
        for at_s, megabytes in self._points():
            minutes.setdefault(int(at_s // 60.0), []).append(megabytes)
        return [round(float(np.median(samples)), 1) for samples in minutes.values()]


def theil_sen(points: Sequence[tuple[float, float]]) -> float:
    """The median slope of all pairs of points, 0 for fewer than two; Sen (1968)."""
    if len(points) < 2:
        return 0.0
    x, y = np.array(points[:: max(1, len(points) // 1500)]).T
    first, second = np.triu_indices(len(x), 1)
    return float(np.median((y[second] - y[first]) / (x[second] - x[first])))


def open_handles() -> int:
    """Files, sockets and pipes that the process has open; on Windows its handles."""
    process = psutil.Process()
    if sys.platform == "win32":
        return process.num_handles()
    return process.num_fds()
