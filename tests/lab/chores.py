"""What worker processes do in tests of the pool."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from engine.lab.batches import Batch


def doubled(number: int) -> int:
    return 2 * number


def kept_busy(folder: Path) -> None:
    """Says which process it is, then works for ever."""
    (folder / str(os.getpid())).touch()
    while True:
        time.sleep(0.001)


def die_once(chore: tuple[Path, int]) -> int:
    """The process of chore 2 is killed the first time; every chore that comes to its end leaves a line."""
    folder, number = chore
    if number == 2 and not (folder / "died").exists():
        (folder / "died").touch()
        os._exit(9)
    with (folder / "done.txt").open("a", encoding="utf-8") as file:
        file.write(f"{number}\n")
    return number


def die(_: int) -> None:
    os._exit(9)


def refuse(number: int) -> int:
    if number == 1:
        raise ValueError("no such thing")
    return number


# -- the same as tasks of a cluster ---------------------------------------------------------------------------------


def batch_of(folder: Path, number: int) -> Batch:
    """A task that needs nothing of the cache, and is known by its only seed."""
    return Batch(folder, "", (number,), (), ())


def number_of(batch: Batch) -> int:
    return batch.seeds[0]


def die_once_in(folder: Path, batch: Batch) -> int:
    return die_once((folder, number_of(batch)))


def keep_batch_busy(folder: Path, _: Batch) -> None:
    kept_busy(folder)


ENDED = threading.Event()


def wait_for_end(_: Batch) -> None:
    """For workers of the test's own process."""
    ENDED.wait()
