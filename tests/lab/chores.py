"""What worker processes do in tests of the pool; a module that takes no time to import."""

from __future__ import annotations

import os
import time
from pathlib import Path


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
