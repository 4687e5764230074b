"""The order in which items of several markets are processed."""

from __future__ import annotations

from datetime import datetime

from engine.domain.market import FeedItem, Minute, Quote


def time_of(item: FeedItem) -> datetime:
    """When an item is known: a quote at its instant, a closed candle and a whole minute at the close."""
    return order_of(item)[0]


def order_of(item: FeedItem) -> tuple[datetime, bool]:
    """A candle closes before the first quote of the next minute, independent of the symbols."""
    if isinstance(item, Quote):
        return item.at, True
    candle = item.candle if isinstance(item, Minute) else item
    return candle.closed_at, False
