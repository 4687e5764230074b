"""The answers to `lab chance`, `lab ruin` and `lab drift`: what luck alone does, and when it is no longer luck."""

from __future__ import annotations

import msgspec
import numpy as np

from gui.features.lab.model.answers.provenance import Answer, details_of, notes_of
from gui.features.lab.model.numbers import count, in_r, many, plain, probability, share
from gui.features.lab.model.page import Fact, Headline, Page, Tab
from gui.features.lab.model.pictures import Bar, Bars, Histogram, Ink, Rule, histogram_of
from gui.features.trading.model.table import Tone
from gui.features.trading.model.words import MISSING

SIGNIFICANT = 0.05
RUIN_ALLOWED = 0.01


class Chance(Answer, frozen=True, kw_only=True):
    p: float | None
    percentile: float | None = None
    trades: int = 0
    mean_r: float | None = None
    draws: tuple[float, ...] = ()


class Spread(msgspec.Struct, frozen=True):
    """The middle, and what 95 of 100 stay below."""

    p50: float | None = None
    p95: float | None = None


class Ruin(Answer, frozen=True, kw_only=True):
    risk_pct: float | None
    max_drawdown_r: Spread = Spread()
    losing_streak: Spread = Spread()
    probability_of_losing_a_third: float | None = None
    horizon_days: int | None = None
    trades: float = 0
    draws: int = 0


class Cusum(msgspec.Struct, frozen=True):
    """A sum that grows while results fall short, and the threshold at which that is no longer luck."""

    s: float | None = None
    threshold: float | None = None
    is_alarm: bool = False
    trades: float = 0


class Drift(Answer, frozen=True, kw_only=True):
    live_minus_lab: Cusum | None
    lab_minus_evidence: Cusum | None


def chance_page(answer: Chance) -> Page:
    """Where the result lies among those of random entries."""
    if answer.p is None:
        return Page(Headline("No trades", "There is nothing to compare with chance."), (details_of(answer),))
    percentile = answer.percentile if answer.percentile is not None else 100.0 * (1.0 - answer.p)
    is_better = answer.p < SIGNIFICANT
    sentence = (
        f"Random entries at the same hours, with the same stops and exits, do as well or better in "
        f"{share(answer.p)} of {many(len(answer.draws), 'draw')} (p {probability(answer.p)})."
    )
    headline = Headline(
        "Better than chance" if is_better else "Not better than chance",
        sentence,
        Tone.PASSED if is_better else Tone.WARNING,
    )
    facts = (
        Fact("Mean R, net", in_r(answer.mean_r), f"{many(answer.trades, 'setup')}, each traded alone"),
        Fact("p value", probability(answer.p), f"{count(len(answer.draws))} draws"),
        Fact("Percentile", plain(percentile, 1), "of the random results"),
    )
    pictures = []
    if answer.draws:
        edges, counts = histogram_of([*answer.draws, *([] if answer.mean_r is None else [answer.mean_r])])
        rules = () if answer.mean_r is None else (Rule(answer.mean_r, f"these trades {in_r(answer.mean_r)}", Ink.MAIN),)
        middle = float(np.median(answer.draws))
        caption = f"{many(len(answer.draws), 'draw')}, median {in_r(middle)}"
        pictures = [
            Histogram("Mean R of random entries", caption, edges, counts, of="draws", rules=rules, is_signed=False)
        ]
    return Page(headline, (Tab("Chance", facts, tuple(pictures)), details_of(answer)), notes_of(answer))


def ruin_page(answer: Ruin) -> Page:
    """How bad it can get with the same days in another order."""
    risk, lost = answer.risk_pct, answer.probability_of_losing_a_third
    if lost is None:
        return Page(Headline("No trades", "There is nothing to draw from."), (details_of(answer),), notes_of(answer))
    is_safe = lost <= RUIN_ALLOWED
    sentence = (
        f"Risking {plain(risk)} % per trade, a third of the account is lost in {share(lost)} of cases; in 95 of 100 "
        f"the max drawdown stays within {plain(answer.max_drawdown_r.p95, 1)} R."
    )
    headline = Headline("Acceptable" if is_safe else "Dangerous", sentence, Tone.PASSED if is_safe else Tone.WARNING)
    facts = (
        Fact("Risk per trade", MISSING if risk is None else f"{plain(risk)} %"),
        Fact("Loses a third", share(lost), _horizon(answer)),
        Fact(
            "Resampled from",
            many(answer.trades, "trade"),
            f"{many(answer.days or 0, 'day')}, {many(answer.draws, 'draw')}",
        ),
    )
    drawdown, streak = answer.max_drawdown_r, answer.losing_streak
    pictures = (
        Bars(
            "Max drawdown",
            "median, and 95th percentile",
            (_reach("Max drawdown", drawdown, "R", digits=1),),
            is_signed=False,
        ),
        Bars(
            "Longest losing streak",
            "median, and 95th percentile",
            (_reach("Trades", streak, "", digits=0),),
            "trades",
            is_signed=False,
        ),
    )
    return Page(headline, (Tab("Ruin", facts, pictures), details_of(answer)), notes_of(answer))


def _horizon(answer: Ruin) -> str:
    return "at some time" if answer.horizon_days is None else f"within {many(answer.horizon_days, 'market day')}"


def _reach(name: str, spread: Spread, unit: str, *, digits: int) -> Bar:
    words = f"{plain(spread.p50, digits)} to {plain(spread.p95, digits)} {unit}".strip()
    return Bar(name, spread.p50, spread.p50, spread.p95, words, f"{name}: {words}")


def drift_page(answer: Drift) -> Page:
    """Two alarms, and how near they are."""
    sums = (
        ("Live against the lab", answer.live_minus_lab, "Live trades bring less than the lab's of the same days."),
        (
            "Lab against the evidence",
            answer.lab_minus_evidence,
            "The market no longer brings what the evidence showed.",
        ),
    )
    alarms = [sentence for _, found, sentence in sums if found is not None and found.is_alarm]
    if alarms:
        headline = Headline("Alarm", " ".join(alarms), Tone.FAILED)
    elif any(found is not None and found.trades for _, found, _ in sums):
        headline = Headline("No drift", "Nothing beyond what luck brings.", Tone.PASSED)
    else:
        headline = Headline("Nothing to watch yet", "There are no trades to compare.", Tone.MUTED)
    facts = tuple(
        Fact(name, plain(found.s), f"alarm at {plain(found.threshold)}; {many(found.trades, 'trade')}")
        for name, found, _ in sums
        if found is not None
    )
    pictures = tuple(
        Bars(
            name,
            f"sum of what was missed, in standard deviations; {many(found.trades, 'trade')}",
            (Bar("S", found.s, words=plain(found.s)),),
            "",
            (Rule(found.threshold, "alarm", Ink.LIMIT),) if found.threshold is not None else (),
            is_signed=False,
        )
        for name, found, _ in sums
        if found is not None and found.s is not None
    )
    return Page(headline, (Tab("Drift", facts, pictures), details_of(answer)), notes_of(answer))
