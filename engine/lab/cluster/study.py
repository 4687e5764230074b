"""The study's side: listens for workers, distributes tasks and receives each result once."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, TypeVar

from engine.errors import DeskError
from engine.lab.batches import Batch
from engine.lab.cache import MAX_BYTES
from engine.lab.cluster.address import ClusterAddress, UnusableAddress
from engine.lab.cluster.program import LOCAL_PAGES, program, require_distributed
from engine.lab.cluster.working import Say, keep_workers, run_task
from engine.lab.entries import EntryStore
from engine.lab.pool import CANCELLED, LOOK_S, LOST, MAX_ATTEMPTS, Cancelled, WorkersLost

_WORKER_GONE_S: Final = 60.0
"""A worker that is silent for this time, in seconds, counts as lost: others do its tasks."""

_Result = TypeVar("_Result")


class NoWorkers(DeskError):
    """No worker joined the study in time, or all have left."""


class Cluster:
    """Workers on any machines that have joined this study, and `processes` on this machine; see `Workers`.

    A context manager: nothing listens before it is entered, and nothing runs after it is left.
    """

    def __init__(self, address: ClusterAddress, folder: Path, *, processes: int, wait_s: float, say: Say) -> None:
        """`folder` is this machine's cache, from which workers get the entries they lack.

        `wait_s` is how long the study waits without a worker, in seconds. Raises `NoCluster`.
        """
        require_distributed()
        self.address = address
        self._folder, self._processes, self._wait_s, self._say = folder, processes, wait_s, say
        self._store = EntryStore(folder, MAX_BYTES)
        self._is_cancelled = threading.Event()
        self._threads: list[threading.Thread] = []
        self._scheduler: Any = None
        self._client: Any = None

    def __enter__(self) -> Cluster:
        """Starts to listen. Raises `UnusableAddress`."""
        try:
            _require_free(self.address)
        except OSError as error:
            raise UnusableAddress(
                f"{self.address.text}: this machine cannot listen there: {error.strerror or error}"
            ) from error
        self._loop = asyncio.SelectorEventLoop()
        self._in_thread(self._loop.run_forever)
        self._call(self._listen()).result()
        self.address = self.address.at(self._scheduler.address)
        self._theirs, self._ours = Pipe(duplex=False)
        if self._processes:
            self._in_thread(partial(keep_workers, self._processes, self.address, self._folder, self._theirs))
        self._say(f"listening for workers: microscalp lab worker {self.address.text}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._call(self._close()).result()
        self._stop()
        self._theirs.close()

    def cancel(self) -> None:
        self._is_cancelled.set()

    def results(self, work: Callable[[Batch], _Result], tasks: Sequence[Batch]) -> Iterator[tuple[int, _Result]]:
        """See `Workers`; other workers do the tasks of a lost one. Raises `NoWorkers`."""
        found: SimpleQueue[tuple[int, _Result]] = SimpleQueue()
        played = self._call(self._play(work, tasks, found.put))
        try:
            while not (played.done() and found.empty()):
                if self._is_cancelled.is_set():
                    raise Cancelled(CANCELLED)
                try:
                    yield found.get(timeout=LOOK_S)
                except Empty:
                    continue
            played.result()
        finally:
            played.cancel()

    def _in_thread(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, name="cluster", daemon=True))
        self._threads[-1].start()

    # -- in the thread of the loop -----------------------------------------------------------------------------------

    def _call(self, work: Coroutine[Any, Any, _Result]) -> Future[_Result]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        from distributed import Client, Scheduler

        security = self.address.security()
        self._scheduler = Scheduler(
            host=self.address.host,
            port=self.address.port,
            protocol=self.address.protocol,
            security=security,
            allowed_failures=MAX_ATTEMPTS - 1,
            worker_ttl=_WORKER_GONE_S,
            dashboard_address=LOCAL_PAGES,
            dashboard=False,
        )
        self._scheduler.handlers.update(lab_program=program, lab_entry=self._entry)
        await self._scheduler
        self._client = await Client(self._scheduler.address, security=security, asynchronous=True, set_as_default=False)

    async def _close(self) -> None:
        await self._client.close()
        await self._scheduler.close()

    async def _entry(self, key: str) -> bytes | None:
        """A cache entry that a worker's machine lacks."""
        return await asyncio.to_thread(self._store.content, key)

    async def _play(
        self, work: Callable[[Batch], _Result], tasks: Sequence[Batch], found: Callable[[tuple[int, _Result]], None]
    ) -> None:
        from distributed import KilledWorker

        # Only workers of the same program have its name as a resource.
        futures = self._client.map(partial(run_task, work), tasks, pure=False, resources={program(): 1})
        pending = {asyncio.ensure_future(_placed(place, future)) for place, future in enumerate(futures)}
        seen_s = time.monotonic()
        try:
            while pending:
                done, pending = await asyncio.wait(pending, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    found(each.result())
                seen_s = self._seen_s(seen_s)
        except KilledWorker as error:
            raise WorkersLost(LOST) from error
        finally:
            for each in pending:
                each.cancel()
            await self._client.cancel(futures)

    def _seen_s(self, last_s: float) -> float:
        """When a worker that can do tasks was last connected. Raises `NoWorkers`."""
        now_s = time.monotonic()
        if any(program() in worker.resources for worker in self._scheduler.workers.values()):
            return now_s
        if now_s - last_s > self._wait_s:
            raise NoWorkers(
                f"no worker has been at {self.address.text} for {self._wait_s:g} s: start one on any machine with "
                f"`microscalp lab worker {self.address.text}`, then run the same command again; finished "
                "configurations are kept"
            )
        return last_s


def _require_free(address: ClusterAddress) -> None:
    """Raises `OSError` if this machine cannot listen there."""
    family, kind, *_, where = socket.getaddrinfo(address.host.strip("[]"), address.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as tried:
        if sys.platform != "win32":  # there it would take over an address that is in use
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(where)


async def _placed(place: int, future: Any) -> tuple[int, Any]:
    return place, await future
