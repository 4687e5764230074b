"""The symbol that a file's name states."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.symbol_names import meaning_of

_BASES = "XAU|XAG|XPT|XPD|BTC|XBT|ETH|LTC|XRP|SOL|ADA|BNB|DOGE|EUR|GBP|AUD|NZD|USD|CAD|CHF|JPY"
_QUOTES = "USDT|(?-i:USDC|usdc)|USD|EUR|GBP|AUD|NZD|CAD|CHF|JPY"
_KNOWN = re.compile(rf"(?<![a-z0-9])({_BASES})[/-]?({_QUOTES})((?:\.?[a-z]{{1,4}}|[.#])?(?![a-z0-9]))?", re.IGNORECASE)
_BEFORE_TIMEFRAME = re.compile(r"(?<![^\W_])([A-Za-z][A-Za-z0-9.#]{2,15})[_-](?:M1|1m|m1)(?![^\W_])")
_SPACES = re.compile(r"[\s_]+")
_ENDINGS = re.compile(r"(\.(csv|txt|json|jsonl|parquet|zip|gz))+$", re.IGNORECASE)


def symbol_in(names: Sequence[str]) -> str | None:
    """The first symbol in file names: `XAUUSD`, `btcusdt` (as BTCUSDT), `XAUUSDc` (with suffix), `US30_M1`, `GOLD`."""
    stems = [_ENDINGS.sub("", name.rsplit("/", 1)[-1]) for name in names]
    for stem in stems:
        if pair := _KNOWN.search(stem):
            base, quote, suffix = pair.groups()
            return f"{base.upper()}{quote.upper()}{suffix or ''}"
    for stem in stems:
        if named := _BEFORE_TIMEFRAME.search(stem):
            return named[1]
    words = (word for stem in stems for word in _SPACES.split(stem))
    return next((word for word in words if meaning_of(word)), None)
