"""The exchanges whose public prices the desk can read, and which of their symbols the strategy's own mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from config.symbol_names import DOLLARS, meaning_of, pair_in
from engine.adapters.exchange import binance, kraken
from engine.adapters.exchange.messages import ExchangeMarket

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
        found = [market.symbol for market in markets if _means(name, market)]
        wanted.update(found)
        if not found:
            has = " and ".join(market.symbol for market in markets)
            missing.append(f"{exchange.capitalize()} has no {name} for this desk; it has {has}")
    return Listed(tuple(market for market in markets if market.symbol in wanted), tuple(missing))


def _means(name: str, market: ExchangeMarket) -> bool:
    """Dollars and their coins count as the same money, whatever a broker adds to a name."""
    if name.upper() == market.symbol:
        return True
    mine, asked = pair_in(market.stands_for), pair_in(meaning_of(name) or name)
    return mine is not None and asked is not None and asked.base == mine.base and asked.quote in DOLLARS
