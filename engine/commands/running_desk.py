"""The desk that runs on a data folder, as commands ask it: through its door, where it has one open."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from engine.adapters.door.address import NoDeskRuns
from engine.adapters.door.client import DoorClient
from engine.bootstrap import user_data_directory
from engine.domain.messages.proposals import Caller


def directory_of(options: argparse.Namespace) -> Path:
    """The data folder that a command is about."""
    directory: Path | None = options.data_dir
    return directory or user_data_directory()


@contextmanager
def running_desk(directory: Path) -> Iterator[DoorClient]:
    """Raises `NoDeskRuns` where none has its door open, and `NoDoor` where one may have, but does not let us in."""
    client = DoorClient(directory, Caller.TERMINAL)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def running_desk_or_none(directory: Path) -> Iterator[DoorClient | None]:
    """None where no desk of the folder has its door open. Raises `NoDoor` where that is unclear: what a desk would show
    to its user first must not reach its table because the door was busy."""
    with ExitStack() as opened:
        try:
            client = opened.enter_context(running_desk(directory))
        except NoDeskRuns:
            client = None
        yield client
