"""The order in which items of several markets are heard."""

from __future__ import annotations

from datetime import datetime

from engine.domain.market import Candle, MarketItem


def time_of(item: MarketItem) -> datetime:
    """When an item is known: a quote at its instant, a closed candle at its close."""
    return item.closed_at if isinstance(item, Candle) else item.at


def order_of(item: MarketItem) -> tuple[datetime, bool]:
    """A candle closes before the first quote of the next minute, whatever the symbols."""
    return (item.closed_at, False) if isinstance(item, Candle) else (item.at, True)
