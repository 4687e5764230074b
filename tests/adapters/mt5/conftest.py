"""A stand-in terminal for each test, and one strict fake's book for all of them: a test puts its own world into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.mt5.linked import StandIn
from tests.fake_metatrader5.book import BookClient


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn(tmp_path)
    monkeypatch.setenv("STAND_IN_FILE", str(stand_in.file))
    return stand_in


@pytest.fixture(scope="session")
def running_book() -> Iterator[BookClient]:
    with BookClient.start() as book:
        yield book


@pytest.fixture
def book(running_book: BookClient) -> BookClient:
    return running_book
