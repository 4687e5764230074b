"""The symbol that a file's name states."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.symbol_names import meaning_of
from engine.adapters.recorded.headers import SYMBOLS, named
from engine.adapters.recorded.tables.tables import Table
from engine.errors import UnknownSymbol

_BASES = "XAU|XAG|XPT|XPD|BTC|XBT|ETH|LTC|XRP|SOL|ADA|BNB|DOGE|EUR|GBP|AUD|NZD|USD|CAD|CHF|JPY"
_QUOTES = "USDT|(?-i:USDC|usdc)|USD|EUR|GBP|AUD|NZD|CAD|CHF|JPY"
_KNOWN = re.compile(rf"(?<![a-z0-9])({_BASES})[/_-]?({_QUOTES})((?:\.?[a-z]{{1,4}}|[.#])?(?![a-z0-9]))?", re.IGNORECASE)
_BEFORE_TIMEFRAME = re.compile(r"(?<![^\W_])([A-Za-z][A-Za-z0-9.#]{2,15})[_-](?:M1|1m|m1)(?![^\W_])")
_SPACES = re.compile(r"[\s_]+")
_ENDINGS = re.compile(r"(\.(csv|txt|json|jsonl|tsv|parquet|feather|zip|gz|bz2|xz|zst))+$", re.IGNORECASE)


def symbol_of(table: Table) -> str:
    """The symbol that a table states in a column of its own, or in the name of its file, the outermost first.

    Raises `UnknownSymbol` where it states none, and `UnreadableRecording` where its rows state several.
    """
    if column := named(table.names, SYMBOLS):
        text = table.only_text(column)
        return symbol_in([text]) or text
    found = symbol_in(table.file_names)
    if found is None:
        raise UnknownSymbol(str(table.origin.error("has no symbol in its name; give it, such as --symbol XAUUSD")))
    return found


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
