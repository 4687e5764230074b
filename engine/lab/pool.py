"""Runs the tasks of a study on the processor's cores, in processes that end at once when they are no longer wanted."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, TypeVar

from engine.child_process import MAX_WORKERS
from engine.errors import DeskError

MAX_ATTEMPTS: Final = 4
"""A task during which a worker was killed so often is taken to be the cause: it may need more memory than there is."""
LOST: Final = f"a worker process ended {MAX_ATTEMPTS} times during the same task; is there enough memory?"
CANCELLED: Final = "the study was cancelled"
LOOK_S: Final = 0.1
"""How often a wish to cancel is noticed."""
_AHEAD: Final = 2
"""Tasks of each worker that are handed out at a time, so that none waits for the next."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def usual_workers() -> int:
    """One for each core, as many as a pool can have."""
    return min(os.cpu_count() or 1, MAX_WORKERS)


class Cancelled(DeskError):
    """The study was cancelled; what was finished until then stays."""


class WorkersLost(DeskError):
    """Worker processes were killed again and again during the same task."""


class ProcessPool:
    """Workers on this machine, each a process of its own that ends with this one, whatever ends it."""

    def __init__(self, workers: int | None = None) -> None:
        """As many as there are cores where nothing else is said."""
        self._workers = workers or usual_workers()
        self._is_cancelled = threading.Event()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def results(self, work: Callable[[_Task], _Result], tasks: Sequence[_Task]) -> Iterator[tuple[int, _Result]]:
        """The place of each task and its result, as they come, each once; `work` and tasks go to other processes.

        A task whose worker is killed is done again by another. What `work` raises ends the rest. Raises `Cancelled` and
        `WorkersLost`.
        """
        waiting, attempts = deque(range(len(tasks))), Counter[int]()
        while waiting:
            running: dict[Future[_Result], int] = {}
            with _processes(min(self._workers, len(waiting))) as pool:
                try:
                    yield from self._follow(pool, work, tasks, waiting, running)
                except BrokenProcessPool as error:
                    for future, place in running.items():
                        if future.done() and future.exception() is None:
                            yield place, future.result()
                        else:
                            waiting.appendleft(place)
                            attempts[place] += 1
                    if attempts and max(attempts.values()) >= MAX_ATTEMPTS:
                        raise WorkersLost(LOST) from error

    def _follow(
        self,
        pool: ProcessPoolExecutor,
        work: Callable[[_Task], _Result],
        tasks: Sequence[_Task],
        waiting: deque[int],
        running: dict[Future[_Result], int],
    ) -> Iterator[tuple[int, _Result]]:
        """Results of one set of processes; `waiting` and `running` say what is left where it breaks."""
        while waiting or running:
            while waiting and len(running) < self._workers * _AHEAD:
                place = waiting.popleft()
                running[_submitted(pool, work, tasks[place], waiting, place)] = place
            done, _ = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            if self._is_cancelled.is_set():
                raise Cancelled(CANCELLED)
            for future in done:
                result = future.result()
                yield running.pop(future), result


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[_Task], _Result], task: _Task, waiting: deque[int], place: int
) -> Future[_Result]:
    try:
        with _without_ctrl_c():
            return pool.submit(work, task)
    except BrokenProcessPool:
        waiting.appendleft(place)
        raise


@contextmanager
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that end when the block does, in the middle of a task if need be."""
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=end_with, initargs=(theirs,))
    try:
        yield pool
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Processes that start meanwhile never receive Ctrl+C, not even during their imports; this one does afterwards."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(parent: Connection[Any, Any]) -> None:
    """Lets this process end as soon as the other end of the pipe is closed: by the parent, or with it.

    Ctrl+C is ignored: the parent receives it as well and ends this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def listen() -> None:
        try:
            parent.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
