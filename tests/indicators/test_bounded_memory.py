"""The readings remember no more after a week than after a day."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator

from engine.indicators.analyzer import Analyzer
from tests.indicators.analyzed import BITCOIN_SOURCE, analyzer
from tests.indicators.markets import random_market

MEGABYTE = 1_000_000


def reachable(root: object) -> Iterator[object]:
    """Everything that is held by `root` through attributes and containers, once each."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen[id(one)] = one
        yield one
        waiting.extend(_held_by(one))


def _held_by(one: object) -> Iterable[object]:
    if isinstance(one, dict):
        return [*one.keys(), *one.values()]
    if isinstance(one, list | tuple | set | frozenset | deque):
        return list(one)
    slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*vars(one).values()] if hasattr(one, "__dict__") else [getattr(one, name) for name in slots]


def size_of(reader: Analyzer) -> tuple[int, int]:
    """Number of objects, and bytes."""
    held = list(reachable(reader))
    return len(held), sum(sys.getsizeof(one) for one in held)


def test_that_the_indicators_of_a_symbol_stay_small_however_long_it_is_watched() -> None:
    reader = analyzer(BITCOIN_SOURCE)
    sizes = []
    for number, candle in enumerate(random_market(11, 8000)):
        reader.update(candle)
        if number % 40 == 39:
            sizes.append(size_of(reader))
    first_day, later = sizes[:50], sizes[50:]
    assert max(objects for objects, _ in later) <= 1.2 * max(objects for objects, _ in first_day)
    assert max(size for _, size in sizes) < MEGABYTE
    assert min(objects for objects, _ in first_day[-10:]) > 300, "the walk through the reader found its windows"
