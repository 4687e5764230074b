"""The worker's side: finds a study, and keeps processes that try its configurations."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from engine.errors import DeskError
from engine.lab.batches import Batch
from engine.lab.cluster.address import ClusterAddress
from engine.lab.cluster.program import LOCAL_PAGES, program, require_distributed
from engine.lab.cluster.supply import Supply
from engine.lab.pool import end_with

_STUDY_ENDED: Final = 3
"""Exit code of a process whose study is gone; one that was killed has another."""
_LOOK_S: Final = 0.05
_PAUSE_S: Final = 0.3
"""Between two attempts to reach a study, or to start a process."""
_CONNECT_S: Final = 5.0
_REFUSALS: Final = 2
"""A study that is just ending closes the connection too, but only once."""
_SUPPLY: Final = "supply"

_Result = TypeVar("_Result")
Say = Callable[[str], None]


class NoStudy(DeskError):
    """No study listens at the address."""


class OtherProgram(DeskError):
    """Study and worker are of different versions, or do not trust each other's certificates."""


def find_study(address: ClusterAddress, wait_s: float | None, say: Say) -> None:
    """Returns once a study listens at the address; waits without limit if `wait_s` is None.

    Raises `NoStudy` and `OtherProgram`.
    """
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_find(address, wait_s, say))


async def _find(address: ClusterAddress, wait_s: float | None, say: Say) -> None:
    from distributed.comm.core import CommClosedError

    say(f"waiting for a study at {address.text}")
    until_s, refusals = time.monotonic() + (math.inf if wait_s is None else wait_s), 0
    while True:
        try:
            theirs = await _program_of(address, min(_CONNECT_S, max(until_s - time.monotonic(), _PAUSE_S)))
            break
        except OSError as error:
            refusals = refusals + 1 if isinstance(error, CommClosedError) else 0
            if refusals == _REFUSALS:
                raise OtherProgram(_refused(address)) from error
            if time.monotonic() >= until_s and not refusals:
                raise NoStudy(f"no study listens at {address.text}: start one with --cluster") from error
        await asyncio.sleep(_PAUSE_S)
    if theirs != program():
        raise OtherProgram(
            f"the study at {address.text} runs {theirs}, this worker {program()}: install the same on both"
        )


def _refused(address: ClusterAddress) -> str:
    if address.certificates is None:
        return f"{address.text} refuses workers without certificates: it is a study with tls:// or another program"
    return (
        f"the study at {address.text} and this worker do not accept each other's certificates: both have to be signed "
        "by the authority in --tls-ca"
    )


async def _program_of(address: ClusterAddress, timeout_s: float) -> str:
    """The versions of the study. Raises `OSError` if there is none, `CommClosedError` if it closes the connection."""
    from distributed.core import rpc

    arguments = address.security().get_connection_args("worker")
    async with asyncio.timeout(timeout_s), rpc(address.text, connection_args=arguments) as study:
        theirs = await study.lab_program()
    return theirs if isinstance(theirs, str) else "another program"


def keep_workers(count: int, address: ClusterAddress, folder: Path, parent: Connection[Any, Any]) -> None:
    """Runs worker processes until their study ends, or the other end of `parent` is closed; replaces killed ones."""
    context = get_context("spawn")
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:

        def started() -> SpawnProcess:
            process = context.Process(target=_serve, args=(address, folder, scratch, parent), daemon=True)
            process.start()
            return process

        processes = [started() for _ in range(count)]
        try:
            while parent not in wait([parent, *(process.sentinel for process in processes)]):
                for place, process in enumerate(processes):
                    process.join(0)
                    if process.exitcode == _STUDY_ENDED:
                        return
                    if process.exitcode is not None and not wait([parent], _PAUSE_S):
                        processes[place] = started()
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.join()


def _serve(address: ClusterAddress, folder: Path, scratch: str, parent: Connection[Any, Any]) -> None:
    """One worker process: it ends with its parent, and with its study."""
    end_with(parent)
    require_distributed()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_work(address, folder, scratch))


async def _work(address: ClusterAddress, folder: Path, scratch: str) -> None:
    from distributed import Worker
    from distributed.core import Status
    from distributed.utils import get_ip, sync

    def supply(worker: Any) -> Supply:
        return Supply(folder, lambda key: sync(worker.loop, worker.scheduler.lab_entry, key=key))

    is_local = address.certificates is None
    worker = Worker(
        address.text,
        nthreads=1,
        host=address.host if is_local else get_ip(address.host.strip("[]"), address.port),
        security=address.security(),
        memory_limit=0,
        resources={program(): 1},
        extensions={_SUPPLY: supply},
        local_directory=scratch,
        dashboard_address=LOCAL_PAGES,
        dashboard=False,
    )
    await worker
    while worker.status in (Status.running, Status.paused):
        await asyncio.sleep(_LOOK_S)
    os._exit(_STUDY_ENDED)  # in the middle of a task if need be


def run_task(work: Callable[[Batch], _Result], batch: Batch) -> _Result:
    """Does one task in a worker process; cache entries that its machine lacks are fetched from the study."""
    from distributed import get_worker

    supply: Supply = get_worker().extensions[_SUPPLY]
    return work(supply.complete(batch))
