"""A desk on the disk, and another program on the same file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.persistence.opening import DATABASE_FILE
from tests.builders import MONDAY
from tests.plans.stores import StoredDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StoredDesk]:
    desk = StoredDesk(tmp_path)
    desk.plans.read_external(MONDAY)
    yield desk
    desk.close()


@pytest.fixture
def other(desk: StoredDesk, tmp_path: Path) -> Iterator[sqlite3.Connection]:  # noqa: ARG001
    """Another program's connection, with nothing of ours but the file."""
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as connection:
        yield connection
