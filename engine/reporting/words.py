"""Machine names and numbers in the terms of a trader."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import Any

from engine.conditions.catalogue import TITLES
from engine.domain.account import account_words
from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.market.instruments import instrument_for
from engine.statistics.grouping import Grouping

MINUS, MISSING = "−", "–"


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in percent: `42.3 %`."""
    return f"{share:.{digits}%}".replace("%", " %")


SESSIONS = {
    Session.ASIA: "Asia",
    Session.LONDON: "London",
    Session.OVERLAP: "Overlap",
    Session.NEW_YORK: "New York",
    Session.POST_NY: "Post-NY",
    Session.OFF: "Off hours",
}

FILL_MODELS = {
    None: "broker",
    FillModel.TICKS: "ticks",
    FillModel.PATHS: "candle paths",
    FillModel.WORST: "stop first",
    FillModel.FOUR_CORNER: "four-corner",
}
FILL_SENTENCES = {
    None: "Filled by the broker's market",
    FillModel.TICKS: "Simulated on quotes as they came",
    FillModel.PATHS: "One drawn path per candle; dependence on the path is not measured",
    FillModel.WORST: "Simulated on candles, the stop before the target",
    FillModel.FOUR_CORNER: "Four-corner fills: overstates results",
}

GROUPINGS = {
    Grouping.SESSION: "Session",
    Grouping.HOUR: "Hour",
    Grouping.SIGNAL: "Signal",
    Grouping.SCORE: "Score",
    Grouping.EXIT_REASON: "Exit reason",
    Grouping.SYMBOL: "Symbol",
    Grouping.SIDE: "Side",
    Grouping.ACCOUNT: "Account",
    Grouping.TAG: "Tag",
}

_UNKNOWN = {
    Grouping.SIGNAL: "unknown",
    Grouping.SCORE: "unknown",
    Grouping.TAG: "no tag",
    Grouping.ACCOUNT: account_words(""),
}


_SPOKEN = {"adverse_candle": "opposite candle close", "by_hand": "manual", "told": "details"}
"""Machine names that stored records keep, where the trade uses other words."""


def fills_in_words(model: FillModel | None) -> str:
    """Text behind a simulated result; empty where a broker's market filled the orders."""
    return "" if model is None else f" ({FILL_MODELS[model]})"


def group_name(grouping: Grouping, key: Any) -> str:
    """What a group of trades is called."""
    if key is None:
        return _UNKNOWN.get(grouping, "unknown")
    match grouping:
        case Grouping.SESSION:
            return SESSIONS[key]
        case Grouping.HOUR:
            return f"{key:02}:00"
        case Grouping.SIGNAL:
            return TITLES.get(key, spoken(str(key)))
        case Grouping.SCORE:
            return f"{key} to {key + 1}" if key < 8 else f"{key}"
        case Grouping.EXIT_REASON:
            return spoken(key.value)
        case _:
            return str(key)


def spoken(name: str) -> str:
    """A machine name as words: `stop_loss` becomes `stop loss`."""
    return _SPOKEN.get(name) or name.replace("_", " ")


def price(value: float | None, symbol: str) -> str:
    """With the decimals of the symbol's prices."""
    return MISSING if value is None else f"{value:,.{instrument_for(symbol).digits}f}"


def money(amount: float | None) -> str:
    """A result with its sign: `+12.50`."""
    return MISSING if amount is None else _signed(amount)


def r(amount: float | None) -> str:
    """A result in units of the risk taken: `+0.82 R`."""
    return MISSING if amount is None else f"{_signed(amount)} R"


def share(part: float | None) -> str:
    """`54 %`."""
    return MISSING if part is None else f"{100.0 * part:.0f} %"


def factor(ratio: float | None) -> str:
    """A profit factor; infinite where nothing was lost."""
    if ratio is None:
        return MISSING
    return "∞" if ratio == inf else f"{ratio:.2f}"


def span(length: timedelta | None) -> str:
    """`42 s`, `3:07`, `1:02:09`."""
    if length is None:
        return MISSING
    seconds = max(0, round(length.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if seconds < 60:
        return f"{seconds} s"
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def _signed(amount: float) -> str:
    """With its sign, but no minus before what is written as zero."""
    return f"{amount:+z,.2f}".replace("-", MINUS)
