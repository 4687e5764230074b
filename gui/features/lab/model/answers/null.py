"""The answer to `lab null`: whether simulated fills make a profit where nobody can."""

from __future__ import annotations

import msgspec

from gui.features.lab.model.answers.provenance import Answer, details_of, notes_of
from gui.features.lab.model.numbers import count, in_r, many, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab
from gui.features.lab.model.pictures import Bar, Bars, Ink, Rule
from gui.features.trading.model.table import Tone

MAX_R = 0.05
"""The difference that is allowed."""
MIN_TRADES = 6_000
SENTENCES = {
    "calibrated": ("Calibrated", "Fills on candles agree with fills on the quotes themselves.", Tone.PASSED),
    "undecided": ("Undecided", "Too few trades or days, or too wide an interval.", Tone.WARNING),
    "refuted": (
        "Refuted",
        "Fills on candles differ from fills on quotes: results with these exits mislead.",
        Tone.FAILED,
    ),
}


class Market(msgspec.Struct, frozen=True):
    symbol: str
    days: int
    seed: int = 1
    paths: int = 1


class NullMarket(Answer, frozen=True, kw_only=True):
    market: Market
    rules: tuple[str, ...] = ()
    trades: float
    days: int
    quotes_r: float
    paths_r: float
    difference_r: float
    low: float
    high: float
    unmatched_quotes: float = 0
    unmatched_paths: float = 0
    verdict: str = "undecided"


def page_of(answer: NullMarket) -> Page:
    """The paired difference against what is allowed."""
    word, sentence, tone = SENTENCES.get(answer.verdict, (answer.verdict, "", Tone.PLAIN))
    found = (
        f"Difference {in_r(answer.difference_r)}, 90 % within {within_r(answer.low, answer.high)}, "
        f"{many(answer.trades, 'trade')} on {many(answer.days, 'day')}; allowed are {MAX_R} R, judged on at least "
        f"{MIN_TRADES:,} trades."
    )
    facts = (
        Fact("On quotes, mean R", in_r(answer.quotes_r)),
        Fact(f"On {many(answer.market.paths, 'path')}, mean R", in_r(answer.paths_r)),
        Fact("Difference", in_r(answer.difference_r), within_r(answer.low, answer.high), "90 % interval by day"),
        Fact("Matched trades", count(answer.trades), f"on {many(answer.days, 'day')}"),
        Fact("Only on quotes", count(answer.unmatched_quotes)),
        Fact("Only on paths", count(answer.unmatched_paths), "on each path"),
        Fact("Exit rules", ", ".join(rule.replace("_", " ") for rule in answer.rules) or "stop and target only"),
    )
    tip = f"{in_r(answer.difference_r)}, 90 % within {within_r(answer.low, answer.high)}, n = {count(answer.trades)}"
    bars = (
        Bar("Mean on quotes", answer.quotes_r, words=in_r(answer.quotes_r)),
        Bar("Mean on paths", answer.paths_r, words=in_r(answer.paths_r)),
        Bar("Difference", answer.difference_r, answer.low, answer.high, f"n = {count(answer.trades)}", tip),
    )
    allowed = (Rule(-MAX_R, f"−{MAX_R}", Ink.LIMIT), Rule(MAX_R, f"+{MAX_R}", Ink.LIMIT))
    picture = Bars(
        "Simulated fills on a random walk", "the interval has to lie between the limits", bars, rules=allowed
    )
    details = details_of(
        answer, Fact("Market", f"random walk of {answer.market.symbol}", f"{answer.market.days} days, zero spread")
    )
    return Page(Headline(word, f"{sentence} {found}".strip(), tone), (Tab("Fills", facts, (picture,)), details),
                notes_of(answer))  # fmt: skip
