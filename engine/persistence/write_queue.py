"""The queue of writes to the store, in order, without making the caller wait.

While `run` is active a separate thread writes, and adding never waits. Otherwise (in memory, in a program
beside the desk, before the desk runs and after it) whatever is added is written before `add` returns.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from engine.errors import DeskError, UnusableStore
from engine.persistence.database import Database
from engine.persistence.writes import Line, Outcome, Write, is_durable, write_all

FLUSH_INTERVAL_S: Final = 0.25
"""Records that no change goes with are written that often; what could not be written is tried again then."""
CHECKPOINT_AFTER: Final = 500
"""Writes after which the log is moved into the file."""
BATCH: Final = 300
"""Records and changes of one transaction, at most: a few milliseconds."""

_log = logging.getLogger(__name__)


class WriteQueue:
    """The only way into the store. Adding belongs to one thread; `flush` may be called from any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Line | Write] = deque()
        self._unwritten: dict[int, Write] = {}
        self._guard = threading.Lock()
        """Held for a few steps of the program; never while anything is written."""
        self._writing = threading.RLock()
        self._unnotified: deque[tuple[Outcome, DeskError | None]] = deque()
        self._since_checkpoint = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._is_awake = False
        self._on_failure: list[Callable[[UnusableStore], None]] = []

    def on_failure(self, failing: Callable[[UnusableStore], None]) -> None:
        """`failing` hears on the loop each time that the thread could not write for as long as `BUSY_TIMEOUT_MS`."""
        self._on_failure.append(failing)

    @property
    def writes_later(self) -> bool:
        """Whether what is added reaches the disk after `add` has returned."""
        return self._thread is not None

    @property
    def is_behind(self) -> bool:
        """Whether a change waits to be written."""
        return bool(self._unwritten)

    def unwritten(self) -> list[object]:
        """The subjects of what is not on the disk yet, oldest first. Ask for this first and read the store then."""
        if not self._unwritten:
            return []
        with self._guard:
            return [write.subject for write in self._unwritten.values()]

    # -- adding -------------------------------------------------------------------------------------------------

    def note(self, line: Line) -> None:
        """Adds a record that no change goes with: it is written with the next change, or by the next flush."""
        with self._guard:
            self._waiting.append(line)

    def add(self, write: Write) -> None:
        """Adds a change. It never waits while the thread writes: `write.done` hears what came of it.

        Otherwise it is written at once, or given up: `write.done` hears it, or where there is none the error is raised.
        """
        self.add_all([write])

    def add_all(self, writes: Sequence[Write]) -> None:
        """Adds changes that are written together, as far as one transaction holds them; each ends as its own."""
        with self._guard:
            self._waiting.extend(writes)
            self._unwritten.update((id(write), write) for write in writes)
        if self._thread is not None:
            self._wake(self._thread)
        else:
            self._write_now(writes)

    def _wake(self, thread: ThreadPoolExecutor) -> None:
        if not self._is_awake:
            self._is_awake = True
            thread.submit(self._write_in_thread)

    def _write_now(self, writes: Sequence[Write]) -> None:
        try:
            while not all(write.is_over for write in writes):
                self._write_batch()
        except UnusableStore as error:
            self._give_up([write for write in writes if not write.is_over], error)
        self._notify()
        for write in writes:
            if write.error is not None and write.done is None:
                raise write.error

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Writes all that was added before, and lets nothing be written until it is left."""
        with self._writing:
            while self._write_batch():
                pass
            yield

    # -- writing ------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Writes what waits; raises `UnusableStore` where that cannot be done now, and it goes on waiting."""
        try:
            self._write_all()
        finally:
            if self._loop is None:
                self._notify()
            else:
                self._hand_over(self._notify)

    def _write_all(self) -> None:
        while self._write_batch():
            pass
        if self._since_checkpoint >= CHECKPOINT_AFTER:
            self._since_checkpoint = 0
            self._database.checkpoint()

    async def run(self) -> None:
        """Writes on a separate thread from now on; ends only by cancellation, or by a fault."""
        if not self._database.is_shared:
            await self._run_in_memory()
        loop = asyncio.get_running_loop()
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._loop, self._thread = loop, thread
        try:
            while True:
                await asyncio.sleep(FLUSH_INTERVAL_S)
                await loop.run_in_executor(thread, self._write_in_thread)
        finally:
            self._loop = self._thread = None
            thread.shutdown(wait=False)

    async def _run_in_memory(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_INTERVAL_S)
            while self._waiting:
                self._write_batch()
                await asyncio.sleep(0)

    def _write_in_thread(self) -> None:
        self._is_awake = False
        try:
            self._write_all()
        except UnusableStore as error:
            self._hand_over(self._fail, error)
        finally:
            if self._unnotified:
                self._hand_over(self._notify)

    def _write_batch(self) -> bool:
        """Writes the oldest waiting changes in one transaction, once no other write is under way; False if none waits.

        What the store does not take now is put back.
        """
        with self._writing:
            with self._guard:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            if not batch:
                return False
            try:
                with self._database.transaction(is_durable=is_durable(batch)) as sql:
                    ended = write_all(sql, batch)
            except BaseException as error:
                with self._guard:
                    self._waiting.extendleft(reversed(batch))
                    unkept = [each for each in self._unwritten.values() if not each.is_kept]
                if isinstance(error, UnusableStore):
                    self._give_up(unkept, error)
                raise
            self._since_checkpoint += len(batch)
            for write, fault in ended:
                self._end(write, fault)
            return True

    # -- what came of it ----------------------------------------------------------------------------------------

    def _end(self, write: Write, error: DeskError | None) -> None:
        with self._guard:
            if self._unwritten.pop(id(write), None) is None:
                return
        write.error, write.is_over = error, True
        if write.done is not None:
            self._unnotified.append((write.done, error))
        elif error is not None and self._thread is not None:
            _log.error("a change could not be written, and nobody waits to hear it: %s", error)

    def _give_up(self, writes: Sequence[Write], error: UnusableStore) -> None:
        with self._guard:
            gone = set(map(id, writes))
            self._waiting = deque(each for each in self._waiting if id(each) not in gone)
        for write in writes:
            self._end(write, error)

    def _notify(self) -> None:
        while self._unnotified:
            done, error = self._unnotified.popleft()
            done(error)

    def _fail(self, error: UnusableStore) -> None:
        for failing in self._on_failure:
            failing(error)

    def _hand_over(self, act: Callable[..., None], *arguments: object) -> None:
        """Lets the loop do it; a desk that has ended hears nothing any more from the thread."""
        if (loop := self._loop) is not None:
            try:
                loop.call_soon_threadsafe(act, *arguments)
            except RuntimeError:  # it was closed meanwhile
                _log.info("the desk ended before it heard what became of its last writes")
