"""Puts together what an exchange's public prices need: the prices alone, or a desk that trades them on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.clock import SteadyClock
from engine.domain.messages import Event
from engine.errors import UnknownSymbol

if TYPE_CHECKING:
    from config.settings import Settings
    from engine.adapters.exchange.clock import ExchangeClock
    from engine.adapters.exchange.feed import ExchangeFeed
    from engine.adapters.exchange.gateway import ExchangeGateway

STALL_S: Final = 10.0
"""A connection that says nothing for so long is taken for dead, whatever it answers to pings."""
PRICE_MEMORY: Final = "exchange"
"""Folder of candles that were read before, in the data folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePrices:
    """The prices of an exchange while `feed.run` runs, with the clock that they are stamped by."""

    feed: ExchangeFeed
    gateway: ExchangeGateway
    clock: ExchangeClock


def exchange_prices(
    exchange: str,
    settings: Settings,
    names: Sequence[str],
    publish: Callable[[Event], None],
    *,
    directory: Path | None = None,
    machine: SteadyClock | None = None,
    stall_s: float = STALL_S,
) -> ExchangePrices:
    """The markets that `names` mean; candles are kept in `directory`, and a connection that is silent for `stall_s` is
    given up. Raises `UnknownSymbol` where there is none."""
    from engine.adapters.exchange.clock import ExchangeClock
    from engine.adapters.exchange.feed import ExchangeFeed
    from engine.adapters.exchange.gateway import ExchangeGateway
    from engine.adapters.exchange.memory import CandleMemory
    from engine.adapters.exchange.table import listed

    found = listed(exchange, names)
    if not found.markets:
        raise UnknownSymbol("; ".join(found.missing) or "no symbol is named")
    clock = ExchangeClock(machine or SteadyClock())
    gateway = ExchangeGateway(clock, publish, found.missing)
    feed = ExchangeFeed(
        found.markets, settings.feeds.exchange, clock, gateway, CandleMemory(directory), stall_s=stall_s
    )
    gateway.reconnect = feed.reconnect
    return ExchangePrices(feed=feed, gateway=gateway, clock=clock)
