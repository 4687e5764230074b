"""The instrument behind a symbol: its market, decimals, tick size and trading day."""

from __future__ import annotations

import re
from typing import Final

from config.symbol_names import COINS, METALS, meaning_of, pair_in
from engine.domain.market import DayRoll, Instrument

_METAL_DIGITS: Final = dict.fromkeys(METALS, 2) | {"XAG": 3}
_COIN_DIGITS: Final = dict.fromkeys(COINS, 2) | {
    "LINK": 3, "DOT": 3, "ATOM": 3, "UNI": 3, "XRP": 5, "ADA": 5, "TRX": 5, "XLM": 5, "DOGE": 5, "SHIB": 8, "PEPE": 8,
}  # fmt: skip
_COARSE_CURRENCIES: Final = ("JPY", "HUF", "THB")
_UNKNOWN_DIGITS: Final = 2

# Shares begin with the letters of a coin too (UNI, DOT); these begin the name of nothing else.
_COIN_CONTRACT: Final = re.compile("BTC|XBT|ETH")
_CRYPTO_PATH: Final = re.compile("crypto|coin", re.IGNORECASE)


def instrument_for(symbol: str) -> Instrument:
    """The instrument behind a symbol, by its name (`XAUUSDc`, `#BTCUSD`, `GOLD`, `eurusd.r`).

    Crypto rolls at 00:00 UTC, everything else at 17:00 New York. An unknown symbol has two decimals.
    """
    meaning, digits = meaning_of(symbol), _digits(symbol)
    return Instrument(
        symbol=symbol,
        digits=digits,
        tick_size=float(f"1e-{digits}"),
        day_roll=day_roll_of(symbol, meaning),
        stands_for=meaning,
    )


def day_roll_of(symbol: str, meaning: str, path: str = "") -> DayRoll:
    """When the trading day of a symbol begins: by its instrument, else by its name or its `path` at the broker."""
    pair = pair_in(meaning)
    if pair is not None:
        is_crypto = pair.base in COINS
    else:
        is_crypto = bool(_CRYPTO_PATH.search(path) or _COIN_CONTRACT.match(symbol.upper()))
    return DayRoll.UTC_MIDNIGHT if is_crypto else DayRoll.NEW_YORK_17


def _digits(symbol: str) -> int:
    pair = pair_in(symbol)
    if pair is None:
        return _UNKNOWN_DIGITS
    if pair.base in METALS or pair.base in COINS:
        return (_METAL_DIGITS | _COIN_DIGITS)[pair.base]
    return 3 if pair.quote in _COARSE_CURRENCIES else 5
