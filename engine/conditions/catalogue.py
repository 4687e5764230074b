"""Words for the user: the title and result of each check, and what decided about a side."""

from __future__ import annotations

from math import floor, inf, log10
from typing import Final

from engine.domain.judgement import Check, Explanation, Layer
from engine.domain.market import NO_VOLUME, Side

LAYER_TITLES: Final = {
    Layer.PRE_TRADE: "Pre-trade filters",
    Layer.LOCATION: "Location",
    Layer.SIGNALS: "Candle signals",
    Layer.CONFLUENCE: "Confluence",
}

TITLES: Final = {
    "readings_ready": "Indicators",
    "atr1_min": "ATR(1)",
    "range_avg_min": "Average M1 range",
    "spread_max": "Spread",
    "spread_ratio": "Spread / average",
    "asian_expansion": "Spread expansion (Asia)",
    "session_allowed": "Session",
    "data_fresh": "Market data",
    "not_locked": "Cooldown",
    "edges": "Key levels",
    "VWAP_BAND": "VWAP band",
    "PRIOR_SESSION": "Prior session",
    "INTRADAY_RANGE": "Intraday range",
    "OB_ZONE": "Order-block zone",
    "LIQUIDITY_CLUSTER": "Liquidity cluster",
    "primary_signals": "Primary signals",
    "secondary_signals": "Secondary signals",
    "LONG_WICK_TRAP": "Long wick trap",
    "MICRO_LIQUIDITY_SWEEP": "Micro liquidity sweep",
    "VWAP_TAP_REJECTION": "VWAP tap rejection",
    "STRONG_ENGULFING": "Strong engulfing",
    "OB_RETEST": "Order-block retest",
    "FRESH_MICRO_CHOCH": "Fresh micro CHOCH",
    "SESSION_MOMENTUM": "Session momentum",
    "INCREASING_VOLUME": "Increasing volume",
    "CVD_DIVERGENCE": "CVD divergence",
    "score_min": "Score",
}

_LEVELS: Final = {
    "PRIOR_SESSION": "the prior session's {low}",
    "INTRADAY_RANGE": "the day's {low}",
    "LIQUIDITY_CLUSTER": "the nearest cluster of {low}s",
}

_SENTENCES: Final = {
    "at_least": "{title} {value} is at least {limit}",
    "below": "{title} {value} is below {limit}",
    "at_most": "{title} {value} is at most {limit}",
    "above": "{title} {value} is above {limit}",
    "not_ready": "{title} is not warmed up yet",
    "unknown": "the spread is unknown: this source has none",
    "no_spread": "the spread and its average are zero",
    "ready": "all indicators are warmed up",
    "no_vwap": "VWAP is not warmed up yet",
    "no_atr14": "ATR(14) is not warmed up yet",
    "no_atr1": "ATR(1) is not warmed up yet",
    "no_range_avg": "the average M1 range is not warmed up yet",
    "narrow": "spread is {value} times its average, below the {limit} of an expansion",
    "expanded": "spread is {value} times its average; from {limit} on it is expanded in these hours",
    "allowed": "the session may be traded",
    "blocked": "the hours after New York's close are blocked",
    "fresh": "the last quote is {value} s old, younger than {limit} s",
    "stale": "the last quote is {value} s old, not younger than {limit} s",
    "no_quote": "no quote has come yet",
    "unlocked": "no cooldown",
    "locked": "cooldown: {value} s left",
    "inside": "closed {value} from VWAP, inside the micro band of {limit}",
    "outside": "closed {value} from VWAP, outside the micro band of {limit}",
    "no_level": "there is no such level yet",
    "at": "at {level}, within {limit}",
    "short_of": "stayed {value} {above} {level}, max {limit}",
    "lost": "closed {value} {below} {level}, max {limit}",
    "in_zone": "overlaps a {bullish} order block",
    "off_zone": "the nearest {bullish} order block is {value} away",
    "no_block": "there is no {bullish} order block",
    "swept": "swept the {sell_side} liquidity, confidence {value}",
    "swept_no_volume": "swept the {sell_side} liquidity, confidence {value}; " + NO_VOLUME,
    "no_volume": NO_VOLUME,
    "not_taken": "stopped {gap_above} the level to sweep",
    "closed_through": "closed {gap_below} the level it took: a break, not a sweep",
    "other_side_surer": "the sweep of the other side has more confidence",
    "no_tap": "stayed {value} {above} the micro band",
    "behind_vwap": "closed {gap_below} VWAP",
    "came_from_behind": "the previous candle closed {gap_below} VWAP",
    "short_wick": "tapped the micro band, but the {wick} of {value} bodies is below {limit}",
    "rejected": "tapped the micro band and left {a_wick} of {value} bodies, at least {limit}",
    "previous_alike": "the previous candle did not {fall}",
    "wrong_way": "the candle did not {rise}",
    "opened_inside": "opened {value} {above} the previous close",
    "closed_inside": "closed {gap_below} the previous open",
    "small_body": "engulfs the previous candle, but the body {value} is below {limit}",
    "engulfed": "engulfs the previous candle with a body of {value}, at least {limit}",
    "retested": "first touch of a {bullish} order block",
    "untouched": "the nearest untouched {bullish} order block is {value} away",
    "never": "none so far",
    "other_hours": "neither London nor New York is open",
    "diverged": "order flow diverges, {bullish}",
}
"""By `Check.case`."""

_OF_CHECK: Final = {
    ("spread_ratio", "at_most"): "spread is {value} times its average, at most {limit}",
    ("spread_ratio", "above"): "spread is {value} times its average, above {limit}",
    ("spread_ratio", "at_most_no_volume"): "spread is {value} times its average, at most {limit}; " + NO_VOLUME,
    ("spread_ratio", "above_no_volume"): "spread is {value} times its average, above {limit}; " + NO_VOLUME,
    ("asian_expansion", "other_hours"): "expansion counts in Asian and post-New York hours only",
    ("edges", "at_least"): "key levels: {value} of min. {limit}",
    ("edges", "below"): "not at a key level",
    ("primary_signals", "at_least"): "primary signals: {value} of min. {limit}",
    ("primary_signals", "below"): "primary signals: {value} of min. {limit}",
    ("secondary_signals", "at_least"): "secondary signals: {value} of min. {limit}",
    ("secondary_signals", "below"): "secondary signals: {value} of min. {limit}",
    ("LONG_WICK_TRAP", "at_least"): "{wick} of {value} bodies is at least {limit}",
    ("LONG_WICK_TRAP", "below"): "{wick} of {value} bodies is below {limit}",
    ("MICRO_LIQUIDITY_SWEEP", "not_ready"): "there are too few candles to sweep yet",
    ("OB_RETEST", "no_block"): "there is no untouched {bullish} order block",
    ("FRESH_MICRO_CHOCH", "at_most"): "change of character {up} {value} candles ago, at most {limit}",
    ("FRESH_MICRO_CHOCH", "above"): "change of character {up} {value} candles ago, more than {limit}",
    ("FRESH_MICRO_CHOCH", "never"): "no change of character {up} so far",
    ("SESSION_MOMENTUM", "at_least"): "moved {value} in the trade's direction over 15 candles, at least {limit}",
    ("SESSION_MOMENTUM", "below"): "moved {value} in the trade's direction over 15 candles, below {limit}",
    ("INCREASING_VOLUME", "at_least"): "volume {value} is at least {limit}",
    ("INCREASING_VOLUME", "below"): "volume {value} is below {limit}",
    ("CVD_DIVERGENCE", "never"): "order flow shows no {bullish} divergence",
}
"""By name and case, where the sentence of the case alone would not do."""

_WORDS: Final[dict[Side | None, dict[str, str]]] = {
    None: {},
    Side.BUY: {
        "above": "above", "below": "below", "low": "low", "wick": "lower wick", "a_wick": "a lower wick",
        "bullish": "bullish", "sell_side": "sell-side", "rise": "rise", "fall": "fall", "up": "up",
    },
    Side.SELL: {
        "above": "below", "below": "above", "low": "high", "wick": "upper wick", "a_wick": "an upper wick",
        "bullish": "bearish", "sell_side": "buy-side", "rise": "fall", "fall": "rise", "up": "down",
    },
}  # fmt: skip


def title(name: str) -> str:
    """What a check is called; `name` is its machine name."""
    return TITLES[name]


def sentence(check: Check) -> str:
    """How a check came out, as one plain sentence: "spread 0.34 is above 0.25"."""
    if check.case == "locked" and check.value == inf:
        return "entries are blocked by a halt or Flatten"
    template = _OF_CHECK.get((check.name, check.case)) or _SENTENCES[check.case]
    value, limit = _numbers(check.value, check.limit)
    if check.case == "locked":  # counted down in whole seconds, as beside it
        value = f"{check.value:.0f}"
    words = _WORDS[check.side]
    if check.side is not None:
        is_exact = check.value == 0.0
        words = words | {
            "gap_above": "exactly at" if is_exact else f"{value} {words['above']}",
            "gap_below": "exactly at" if is_exact else f"{value} {words['below']}",
            "level": _LEVELS.get(check.name, "").format(**words),
        }
    return template.format(title=_inside_a_sentence(TITLES[check.name]), value=value, limit=limit, **words)


def headline(explanation: Explanation, side: Side) -> str:
    """One plain sentence on a side: what holds it back, or that it is a setup."""
    judgement = explanation.judgement
    verdict = judgement.of(side)
    if verdict.reason is not None:
        checks = [check for layer in explanation.of(side) for check in layer.deciding]
        return sentence(next(check for check in checks if not check.is_passed))
    if judgement.is_tied:
        return f"both sides pass with the same score {verdict.score:g}: no setup"
    if judgement.setup is None or judgement.setup.side is not side:
        return f"passes with score {verdict.score:g}, but the other side scores higher"
    return f"{'A+ setup' if verdict.is_a_plus else 'setup'} with score {verdict.score:g}"


def _inside_a_sentence(words: str) -> str:
    """Without the capital letter, unless the first word is written in capitals."""
    return words if words[1:2].isupper() else words[0].lower() + words[1:]


def _numbers(value: float | None, limit: float | None) -> tuple[str, str]:
    """Both with the same decimals: as many as it takes to distinguish them, and to see the smaller one."""
    known = [number for number in (value, limit) if number is not None]
    decimals = max((_decimals(number) for number in known), default=0)
    while value is not None and limit is not None and value != limit and decimals < 10:
        if f"{value:.{decimals}f}" != f"{limit:.{decimals}f}":
            break
        decimals += 1
    texts = ["" if number is None else f"{number:.{decimals}f}" for number in (value, limit)]
    return texts[0], texts[1]


def _decimals(number: float) -> int:
    if number == 0.0 or not abs(number) < inf or number.is_integer():
        return 0
    return min(10, max(2, 1 - floor(log10(abs(number)))))
