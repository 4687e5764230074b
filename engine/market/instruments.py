"""What a symbol is: its decimals, its price step and when its trading day begins."""

from __future__ import annotations

import re

from engine.domain.market import DayRoll, Instrument

_METALS = {"XAU": 2, "XAG": 3, "XPT": 2, "XPD": 2}
_CRYPTO = {
    "BTC": 2, "XBT": 2, "ETH": 2, "BNB": 2, "SOL": 2, "LTC": 2, "BCH": 2, "XMR": 2, "AVAX": 2, "LINK": 3, "DOT": 3,
    "ATOM": 3, "UNI": 3, "XRP": 5, "ADA": 5, "TRX": 5, "XLM": 5, "DOGE": 5, "SHIB": 8, "PEPE": 8,
}  # fmt: skip
_UNMISTAKABLE = ("BTC", "XBT", "ETH")
_COARSE_CURRENCIES = ("JPY", "HUF", "THB")
_CURRENCIES = "|".join((
    *_COARSE_CURRENCIES, "AUD", "BRL", "CAD", "CHF", "CNH", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "NOK",
    "NZD", "PLN", "RON", "RUB", "SEK", "SGD", "TRY", "USD", "ZAR",
))  # fmt: skip
_UNKNOWN_DIGITS = 2

_METAL = re.compile("|".join(_METALS))
# Shares begin with the letters of a coin too (UNI, DOT), so that most coins count only before a currency.
_COIN = re.compile(rf"{'|'.join(_UNMISTAKABLE)}|(?:{'|'.join(_CRYPTO)})(?=BTC|ETH|BUSD|{_CURRENCIES})")
_PAIR = re.compile(rf"(?:{_CURRENCIES})({_CURRENCIES})")


def instrument_for(symbol: str) -> Instrument:
    """The instrument a broker's symbol stands for, told by its prefix (`XAUUSDc`, `BTCUSDT`, `eurusd.r`).

    Crypto rolls at 00:00 UTC, everything else at 17:00 New York. An unknown symbol has two decimals.
    """
    name = symbol.upper()
    if coin := _COIN.match(name):
        return _instrument(symbol, _CRYPTO[coin[0]], DayRoll.UTC_MIDNIGHT)
    if metal := _METAL.match(name):
        return _instrument(symbol, _METALS[metal[0]], DayRoll.NEW_YORK_17)
    return _instrument(symbol, _currency_digits(name), DayRoll.NEW_YORK_17)


def _currency_digits(name: str) -> int:
    pair = _PAIR.match(name)
    if pair is None:
        return _UNKNOWN_DIGITS
    return 3 if pair[1] in _COARSE_CURRENCIES else 5


def _instrument(symbol: str, digits: int, day_roll: DayRoll) -> Instrument:
    return Instrument(symbol=symbol, digits=digits, tick_size=float(f"1e-{digits}"), day_roll=day_roll)
