"""One book for all tests here, with a world of its own for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import tests.fake_metatrader5 as mt5
from tests.fake_metatrader5.book import BookClient, World, exness_bitcoin, exness_gold

SYMBOLS = (exness_gold(seed=None, history_minutes=60), exness_bitcoin(seed=None, history_minutes=60))


@pytest.fixture
def book(running_book: BookClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[BookClient]:
    """A still world; the module is attached to its terminal."""
    running_book.reset(World.still(symbols=SYMBOLS))
    monkeypatch.setenv(*running_book.variable)
    assert mt5.initialize()
    yield running_book
    mt5.shutdown()
