"""The exchanges whose public prices the desk can read, and which of their symbols the strategy's own mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from config.symbol_names import means
from engine.adapters.exchange import binance, kraken
from engine.adapters.exchange.messages import ExchangeMarket
from engine.market.symbol_list import OfferedSymbol

EXCHANGES: Final[Mapping[str, tuple[ExchangeMarket, ...]]] = MappingProxyType(
    {"binance": (binance.SPOT, binance.GOLD), "kraken": (kraken.BITCOIN,)}
)


class Listed(NamedTuple):
    """Markets in the order of the exchange, and a sentence for each name that it does not have."""

    markets: tuple[ExchangeMarket, ...]
    missing: tuple[str, ...]


def listed(exchange: str, names: Sequence[str]) -> Listed:
    """The markets that `names` mean, as the user or a broker spells them: XAUUSD, BTCUSDc, btcusdt."""
    markets = EXCHANGES[exchange]
    wanted, missing = set[str](), list[str]()
    for name in names:
        found = [market.symbol for market in markets if means(name, market.symbol, market.stands_for)]
        wanted.update(found)
        if not found:
            has = " and ".join(market.symbol for market in markets)
            missing.append(f"{exchange.capitalize()} has no {name} for this desk; it has {has}")
    return Listed(tuple(market for market in markets if market.symbol in wanted), tuple(missing))


def offered(exchange: str) -> tuple[OfferedSymbol, ...]:
    """What the exchange has for the desk."""
    return tuple(
        OfferedSymbol(
            name=market.symbol,
            description=", ".join(filter(None, (market.stands_for, market.venue, market.note))),
            digits=market.instrument.digits,
        )
        for market in EXCHANGES[exchange]
    )
