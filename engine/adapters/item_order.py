"""The order in which items of several markets are heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from engine.domain.market import Candle, MarketItem

T = TypeVar("T")


def time_of(item: MarketItem) -> datetime:
    """When an item is known: a quote at its instant, a closed candle at its close."""
    return item.closed_at if isinstance(item, Candle) else item.at


def order_of(item: MarketItem) -> tuple[datetime, bool]:
    """A candle closes before the first quote of the next minute, whatever the symbols."""
    return (item.closed_at, False) if isinstance(item, Candle) else (item.at, True)


def with_following(items: Iterable[T]) -> Iterator[tuple[T, T | None]]:
    """Each item and the one after it."""
    iterator = iter(items)
    item = next(iterator, None)
    while item is not None:
        following = next(iterator, None)
        yield item, following
        item = following
