"""The answer to `lab evidence`: what a trade earned, with its interval, and whether that is proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from config.words import capitalised
from engine.conditions.catalogue import TITLES
from engine.reporting.words import SESSIONS, group_name, spoken
from engine.statistics.grouping import Grouping
from gui.features.lab.model.answers.provenance import DAY_INTERVAL, Answer, Sealed, details_of, notes_of
from gui.features.lab.model.columns import ColumnSpec, counted, interval, make_table, result, words
from gui.features.lab.model.numbers import count, day_text, in_r, many, plain, share, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab, Table
from gui.features.lab.model.pictures import (
    Array,
    Bar,
    Bars,
    Histogram,
    Ink,
    Line,
    Lines,
    Rule,
    histogram_of,
    thinned,
)
from gui.features.trading.model.table import Tone

TONES = {"positive": Tone.PASSED, "negative": Tone.FAILED, "unproven": Tone.WARNING, "what-if": Tone.MUTED}
GROUPS = {"session": "Session", "score": "Score", "signal": "Signal", "exit": "Exit"}
MIN_TRADES = 20
"""Trades of a group below which nothing can be concluded."""
FEW_DAYS = "too few days"
"""Why a mean has no interval."""


class Verdict(msgspec.Struct, frozen=True):
    verdict: str
    sentence: str = ""


class EquityDay(msgspec.Struct, frozen=True):
    """`low` and `high` are the band in which chance alone would keep the sum."""

    day: str
    r: float
    cumulative: float
    low: float | None = None
    high: float | None = None


class GroupFigures(msgspec.Struct, frozen=True):
    name: str | int | None
    trades: float
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class OutOfSample(msgspec.Struct, frozen=True):
    days: int = 0
    trades: float = 0
    mean_r: float | None = None
    mean_r_low: float | None = None
    mean_r_high: float | None = None


class Evidence(Answer, frozen=True, kw_only=True):
    trades: float
    days: int
    mean_r: float | None
    mean_r_low: float | None
    mean_r_high: float | None
    gross_r: float | None = None
    cost_r: float | None = None
    win_rate: float | None = None
    profit_factor: float | None = None
    max_drawdown_r: float | None = None
    losing_streak: float | None = None
    depends_on_path: float | None = None
    trades_needed: float | None = None
    verdict: Verdict | str | None = None
    sentence: str = ""
    out_of_sample: OutOfSample | None = None
    sealed: Sealed | None = None
    equity: tuple[EquityDay, ...] = ()
    r_values: tuple[float, ...] = ()
    r_weights: tuple[float, ...] | None = None
    """Share of the paths that have the trade; 1 for each in older results."""
    by: dict[str, tuple[GroupFigures, ...]] = msgspec.field(default_factory=dict)


def page_of(answer: Evidence) -> Page:
    """Overview, one page for each grouping, details."""
    groups = (_group_tab(name, groups) for name, groups in answer.by.items() if name in GROUPS)
    overview = Tab("Overview", tuple(_facts(answer)), tuple(_pictures(answer)))
    days = Tab("Days", table=_day_table(answer.equity))
    return Page(_headline(answer), (overview, *groups, days, details_of(answer)), notes_of(answer))


def _headline(answer: Evidence) -> Headline:
    verdict = answer.verdict
    if isinstance(verdict, str):
        verdict = Verdict(verdict, answer.sentence)
    if verdict is None or not verdict.sentence:
        word = "No trades" if not answer.trades else verdict.verdict.capitalize() if verdict else "Measured"
        sentence = (
            f"Mean {in_r(answer.mean_r)} net, {within_r(answer.mean_r_low, answer.mean_r_high)}, of "
            f"{many(answer.trades, 'trade')} on {many(answer.days, 'day')}."
        )
        return Headline(word, sentence, TONES.get(verdict.verdict, Tone.PLAIN) if verdict else Tone.PLAIN)
    word = verdict.verdict.capitalize()
    sentence = verdict.sentence.removeprefix(f"{word}: ")
    return Headline(word, capitalised(sentence), TONES.get(verdict.verdict, Tone.PLAIN))


def _facts(answer: Evidence) -> Iterator[Fact]:
    yield Fact("Trades", count(answer.trades), f"on {many(answer.days, 'day')}")
    yield Fact(
        *("Mean R, net", in_r(answer.mean_r), within_r(answer.mean_r_low, answer.mean_r_high)),
        tip=f"Result of a trade after all costs, in units of the risk taken; {DAY_INTERVAL}",
    )
    yield Fact("Cost", in_r(answer.cost_r), f"gross {in_r(answer.gross_r)}", "Spread, slippage and commission")
    yield Fact("Win rate", share(answer.win_rate))
    yield Fact("Profit factor", plain(answer.profit_factor), tip="R won per R lost")
    yield Fact(
        "Max drawdown", f"{plain(answer.max_drawdown_r, 1)} R", tip="Largest fall of the cumulative R from its peak"
    )
    yield Fact("Longest losing streak", count(answer.losing_streak))
    if answer.depends_on_path is not None:
        tip = "Trades whose result differs by more than 0.1 R between the paths of a candle"
        yield Fact("Depends on the path", share(answer.depends_on_path), tip=tip)
    out = answer.out_of_sample
    if out is not None and not out.trades:
        yield Fact("Out of sample", "no trades", f"on {many(out.days, 'day')}")
    elif out is not None:
        below = f"{within_r(out.mean_r_low, out.mean_r_high)}; {many(out.trades, 'trade')} on {many(out.days, 'day')}"
        yield Fact(
            *("Out of sample", in_r(out.mean_r), below),
            tip="Days after these settings were adopted: only they are proof",
        )
    if answer.trades_needed is not None:
        tip = "Trades needed to detect a mean of 0.10 R with 80 % power"
        yield Fact("Trades needed", count(round(answer.trades_needed)), tip=tip)
    if answer.sealed is not None and answer.sealed.first:
        opened = "opened: no longer out of sample" if answer.sealed.is_open else "not looked at yet"
        yield Fact("Sealed days", f"from {day_text(answer.sealed.first)}", opened)


def _pictures(answer: Evidence) -> Iterator[Lines | Histogram]:
    if answer.equity:
        yield _equity(answer.equity)
    if answer.r_values:
        yield _distribution(answer)


def _equity(days: Sequence[EquityDay]) -> Lines:
    shown = days[thinned(len(days))]
    band = [(day.low, day.high) for day in shown if day.low is not None and day.high is not None]
    sums = np.array([day.cumulative for day in shown])
    lines = [Line("sum of R", sums)]
    if len(band) == len(shown):
        low, high = (np.array(part, float) for part in zip(*band, strict=True))
        chance = Line("95 % of results by chance", np.zeros(len(shown)), Ink.MUTED, low, high)
        lines.insert(0, chance)
    last = days[-1]
    outside = ""
    if last.low is not None and last.high is not None:
        is_within = last.low <= last.cumulative <= last.high
        outside = ", within what chance alone brings" if is_within else ", outside what chance alone brings"
    return Lines(
        "Equity curve",
        f"{in_r(last.cumulative, 1)} after {many(len(days), 'day')}{outside}",
        np.arange(len(shown), dtype=float),
        tuple(lines),
        x_name="day",
        x_words=tuple(day_text(day.day) for day in shown),
        rules=(Rule(0.0),),
    )


def _day_table(days: Sequence[EquityDay]) -> Table:
    columns: tuple[ColumnSpec[EquityDay], ...] = (
        words("Day", "Trading day", "2026-03-18", "day", lambda day: day_text(day.day)),
        result("R", "Of all trades of the day, net", "r", lambda day: day.r),
        result("Sum", "Since the first day", "cumulative", lambda day: day.cumulative),
        interval(
            "95 % by chance", "Where chance alone would keep the sum", "chance", lambda d: d.low, lambda d: d.high
        ),
    )
    return make_table("days", columns, days, silence="No days.")


def _distribution(answer: Evidence) -> Histogram:
    found, weights = np.asarray(answer.r_values), np.ones(len(answer.r_values))
    if answer.r_weights is not None:
        weights = np.asarray(answer.r_weights)
    if len(weights) != len(found):
        raise ValueError(f"{len(weights)} weights of {len(found)} results")
    edges, counts = histogram_of(found.tolist(), weights.tolist())
    mean = float(np.average(found, weights=weights))
    return Histogram(
        "R distribution",
        f"{many(len(found), 'trade')}, median {in_r(_median(found, weights), 2)}",
        edges,
        counts,
        rules=(Rule(mean, f"mean {in_r(mean, 2)}", Ink.MAIN),),
    )


def _median(values: Array, weights: Array) -> float:
    """The weighted median; the mean of the two middle values if the weight is split evenly."""
    order = np.argsort(values, kind="stable")
    ordered, below = values[order], np.cumsum(weights[order])
    half = below[-1] / 2.0
    first, second = (np.searchsorted(below, half, side=side) for side in ("left", "right"))
    return float((ordered[first] + ordered[min(int(second), len(ordered) - 1)]) / 2.0)


def group_words(grouping: str, key: str | int | None) -> str:
    """What a group is called on the screen; names that this version does not know stay as they are."""
    match grouping, key:
        case _, None:
            return "unknown"
        case "score", int():
            return group_name(Grouping.SCORE, key)
        case "session", str():
            return {str(session): words for session, words in SESSIONS.items()}.get(key, key)
        case "signal", str():
            return TITLES.get(key, spoken(key))
        case "exit", str():
            return spoken(key)
    return str(key)


def _group_tab(grouping: str, found: Sequence[GroupFigures]) -> Tab:
    title = GROUPS[grouping]
    groups = [(group_words(grouping, group.name), group) for group in found]
    bars = tuple(_bar(name, group) for name, group in groups)
    picture = Bars(f"Mean R by {title.lower()}", f"net of costs; lines are the {DAY_INTERVAL}", bars)
    widest = max((name for name, _ in groups), key=len, default=title)
    columns: tuple[ColumnSpec[tuple[str, GroupFigures]], ...] = (
        words(title, "Group of trades", widest, "name", lambda g: g[0]),
        counted("Trades", "Each counts once, however many paths are played", "trades", lambda g: g[1].trades),
        result("Mean R, net", "After all costs", "mean_r", lambda g: g[1].mean_r),
        interval("Mean R, 95 %", DAY_INTERVAL, "mean_r", lambda g: g[1].low, lambda g: g[1].high, none=FEW_DAYS),
    )
    table = make_table(f"by {title.lower()}", columns, groups, silence="No trades.")
    return Tab(title, pictures=(picture,), table=table)


def _bar(name: str, group: GroupFigures) -> Bar:
    few = "; too few to conclude" if group.trades < MIN_TRADES else ""
    spread = FEW_DAYS if group.low is None or group.high is None else within_r(group.low, group.high)
    tip = f"{name}: {in_r(group.mean_r)}, {spread}, n = {count(group.trades)}{few}"
    is_clear = group.low is not None and group.high is not None and group.low * group.high > 0.0
    words_at_right = f"n = {count(group.trades)}"
    return Bar(name, group.mean_r, group.low, group.high, words_at_right, tip, is_clear=is_clear and not few)
