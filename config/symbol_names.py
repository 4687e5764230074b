"""The market that a symbol stands for: brokers write gold as XAUUSD, GOLD#, #XAUUSD, mXAUUSD or XAU/USD.

The one place that reads a symbol's name. Rules and the trading day follow from what is found here, never from how the
name begins.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

METALS: Final = ("XAU", "XAG", "XPT", "XPD")
COINS: Final = (
    "BTC", "ETH", "BNB", "SOL", "LTC", "BCH", "XMR", "AVAX", "LINK", "DOT", "ATOM", "UNI", "XRP", "ADA", "TRX", "XLM",
    "DOGE", "SHIB", "PEPE",
)  # fmt: skip
CURRENCIES: Final = (
    "JPY", "HUF", "THB", "AUD", "BRL", "CAD", "CHF", "CNH", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "NOK",
    "NZD", "PLN", "RON", "RUB", "SEK", "SGD", "TRY", "USD", "ZAR",
)  # fmt: skip
_WORDS: Final = {
    "GOLD": "XAU", "SILVER": "XAG", "PLATINUM": "XPT", "PALLADIUM": "XPD", "XBT": "BTC", "BITCOIN": "BTC",
    "ETHEREUM": "ETH", "LITECOIN": "LTC", "RIPPLE": "XRP", "DOGECOIN": "DOGE", "SOLANA": "SOL", "CARDANO": "ADA",
}  # fmt: skip
DOLLARS: Final = ("USD", "USDT", "USDC")
_SAME_MONEY: Final = {"USC": "USD"}
"""Cent accounts count money in hundredths; prices are the same."""
_DEFAULT_QUOTE: Final = "USD"

_BASES: Final = "|".join((*_WORDS, *METALS, *COINS, *CURRENCIES))
# A `c` after USD marks a cent account, USDC is a coin.
_QUOTES: Final = "|".join(("USDT", "(?-i:USDC|usdc)", "BUSD", "BTC", "ETH", *CURRENCIES))
_PAIR: Final = re.compile(rf"({_BASES})[/_\-. ]?({_QUOTES})", re.IGNORECASE)
_ALONE: Final = re.compile("|".join((*_WORDS, *METALS, "BTC", "ETH")), re.IGNORECASE)
_SUFFIX: Final = re.compile(r"[^a-z]*[a-z0-9]{0,5}[^a-z]*", re.IGNORECASE)
_OTHER_COINS: Final = re.compile(r"[^a-z]?(cash|sv|gold|diamond|classic)", re.IGNORECASE)
"""Bitcoin Cash is another coin than bitcoin, Ethereum Classic another than ether."""
_SHARES: Final = re.compile(r"(?<![a-z])(stocks?|shares?|equit(y|ies)|etfs?)(?![a-z])", re.IGNORECASE)


class Pair(NamedTuple):
    """What is priced, and in which money; `quote` is empty where the name does not say."""

    base: str
    quote: str


def pair_in(name: str) -> Pair | None:
    """The pair in a symbol's name, by ISO 4217 codes and those in use for coins; None if there is none.

    >>> pair_in("mXAUUSD.r"), pair_in("GOLD#"), pair_in("US30")
    (Pair(base='XAU', quote='USD'), Pair(base='XAU', quote=''), None)
    """
    for found in _PAIR.finditer(name):
        base = code_of(found[1])
        if base != found[2].upper() and (base in METALS or _begins_a_word(name, found.start())):
            return Pair(base, found[2].upper())
    for found in _ALONE.finditer(name):
        rest = name[found.end() :]
        is_whole = _begins_a_word(name, found.start()) and (not rest or _begins_a_suffix(name, found.end()))
        if is_whole and _SUFFIX.fullmatch(rest) and not _OTHER_COINS.match(rest):
            return Pair(code_of(found[0]), "")
    return None


def meaning_of(name: str, *, base: str = "", profit: str = "", path: str = "", is_share: bool = False) -> str:
    """What a symbol stands for, such as XAUUSD for GOLD#; empty if that is not known.

    What the broker says counts as well, if it says something: the currencies `base` and `profit`, the `path` in its
    list of symbols, and whether it `is_share`: there are companies called Gold.
    """
    pair, code = pair_in(name), code_of(base)
    if (pair is None or not pair.quote) and (is_share or _SHARES.search(path)):
        return ""
    if code not in (*METALS, *COINS):
        code = ""
    if pair is None and (not code or code in name.upper()):  # XAUG is gold by the gram
        return ""
    if pair is not None and code and code != pair.base:
        return ""
    quote = (pair.quote if pair else "") or _SAME_MONEY.get(profit.upper(), profit.upper()) or _DEFAULT_QUOTE
    return f"{pair.base if pair else code}{quote}"


def currencies_of(symbol: str, stands_for: str = "") -> tuple[str, ...]:
    """The currencies of states in a symbol's pair, dollar coins as dollars; none where the name says none.

    >>> currencies_of("XAUUSDm"), currencies_of("EURUSD"), currencies_of("BTCUSDT"), currencies_of("US30")
    (('USD',), ('EUR', 'USD'), ('USD',), ())
    """
    pair = pair_in(symbol) or pair_in(stands_for)
    if pair is None:
        return ()
    quote = pair.quote or (pair_in(stands_for) or pair).quote or _DEFAULT_QUOTE
    codes = ("USD" if code in (*DOLLARS, "BUSD") else code for code in (pair.base, quote))
    return tuple(dict.fromkeys(code for code in codes if code in CURRENCIES))


def names_of(base: str) -> tuple[str, ...]:
    """Every spelling of the base of a pair in symbol names."""
    return (base, *(word for word, code in _WORDS.items() if code == base))


def begins_with(prefix: str, symbol: str, stands_for: str = "") -> bool:
    """Whether the symbol's own name, or what it stands for, begins with `prefix`; case does not matter."""
    return any(name.lower().startswith(prefix.lower()) for name in (symbol, stands_for))


def means(name: str, symbol: str, stands_for: str) -> bool:
    """Whether `name`, as the user or a broker spells it, means a symbol: dollars and their coins are the same money.

    >>> means("XAUUSDc", "GOLD#", "XAUUSD"), means("XAUEUR", "GOLD#", "XAUUSD")
    (True, False)
    """
    if name.upper() == symbol.upper():
        return True
    mine, asked = pair_in(stands_for or symbol), pair_in(meaning_of(name) or name)
    if mine is None or asked is None or asked.base != mine.base:
        return False
    return asked.quote == mine.quote or {asked.quote, mine.quote} <= set(DOLLARS)


def code_of(word: str) -> str:
    """The code of what a word names, such as XAU for gold; the word itself in capitals if it names nothing."""
    return _WORDS.get(word.upper(), word.upper())


def _begins_a_word(name: str, start: int) -> bool:
    """Brokers put small letters before a name in capitals: `mXAUUSD`, `cryBTCUSD`. WBTCUSD is another coin."""
    return start == 0 or not name[start - 1].isalpha() or (name[start - 1].islower() and name[start].isupper())


def _begins_a_suffix(name: str, start: int) -> bool:
    return not name[start].isalpha() or (name[start].islower() and name[start - 1].isupper())
