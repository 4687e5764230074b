"""The answer to `lab walk`: settings chosen on past days and tested on the days that follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from gui.features.lab.model.answers.provenance import DAY_INTERVAL, Answer, Sealed, details_of, notes_of, values_words
from gui.features.lab.model.columns import ColumnSpec, counted, make_table, result, words
from gui.features.lab.model.numbers import count, day_text, in_r, many, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab, Table
from gui.features.lab.model.pictures import Bar, Bars, Span, Strip, Window
from gui.features.trading.model.table import Tone

MIN_WINDOWS = 5


class WalkWindow(msgspec.Struct, frozen=True, kw_only=True):
    train_from: str
    train_to: str
    test_from: str
    test_to: str
    chosen: dict[str, Any] | None = None
    train_mean_r: float | None = None
    test_trades: float = 0
    test_mean_r: float | None = None


class Stitched(msgspec.Struct, frozen=True):
    """All tested days, joined."""

    days: int
    trades: float
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class Walk(Answer, frozen=True, kw_only=True):
    windows: tuple[WalkWindow, ...]
    stitched: Stitched | None = None
    sealed: Sealed | None = None
    objective: str = ""


def page_of(answer: Walk) -> Page:
    """The calendar, and what each window brought."""
    facts = tuple(_facts(answer))
    tabs = (
        Tab("Windows", facts, (_strip(answer), *_steps(answer)) if answer.windows else ()),
        Tab("Table", table=_table(answer)),
        details_of(answer),
    )
    return Page(_headline(answer), tabs, notes_of(answer))


def _headline(answer: Walk) -> Headline:
    found, windows = answer.stitched, many(len(answer.windows), "window")
    if not answer.windows:
        sentence = "The recordings are too short: a window has 40 days to choose on, one between and 10 to test."
        return Headline("No windows", sentence, Tone.WARNING)
    if found is None:
        sentence = f"Only {windows}: {MIN_WINDOWS} are needed before the tested days say anything together."
        return Headline("Too few windows", sentence, Tone.WARNING)
    sentence = (
        f"On the tested days alone: mean {in_r(found.mean_r)}, {within_r(found.low, found.high)}, of "
        f"{many(found.trades, 'trade')} on {many(found.days, 'day')} in {windows}."
    )
    if found.low is not None and found.low > 0.0:
        return Headline("Holds on later days", sentence, Tone.PASSED)
    if found.high is not None and found.high < 0.0:
        return Headline("Loses on later days", sentence, Tone.FAILED)
    return Headline("Not shown on later days", sentence, Tone.WARNING)


def _facts(answer: Walk) -> Iterator[Fact]:
    found = answer.stitched
    if found is not None:
        yield Fact("Tested, mean R", in_r(found.mean_r), within_r(found.low, found.high), DAY_INTERVAL)
        yield Fact("Trades tested", count(found.trades), f"on {many(found.days, 'day')}")
    trained = [window.train_mean_r for window in answer.windows if window.train_mean_r is not None]
    if trained:
        tip = "What the choice promised, before it was tested"
        yield Fact("Chosen on, mean R", in_r(sum(trained) / len(trained)), "mean of the windows", tip)
    yield Fact("Windows", count(len(answer.windows)))
    if answer.objective:
        yield Fact("Chosen by", answer.objective.replace("_", " "))
    if answer.sealed is not None and answer.sealed.first:
        opened = "opened: no longer out of sample" if answer.sealed.is_open else "left out"
        yield Fact("Sealed days", f"from {day_text(answer.sealed.first)}", opened)


def _strip(answer: Walk) -> Strip:
    windows = tuple(
        Window(_span(each.train_from, each.train_to), _span(each.test_from, each.test_to), each.test_mean_r, _tip(each))
        for each in answer.windows
    )
    sealed = answer.sealed
    last = "" if sealed is None else sealed.until or answer.last_day or ""
    hidden = _span(sealed.first, last) if sealed is not None and sealed.first and last else None
    return Strip("Walk-forward", "pale: days to choose on; strong: days tested; hatched: sealed", windows, hidden)


def _tip(window: WalkWindow) -> str:
    return (
        f"{day_text(window.test_from)} to {day_text(window.test_to)}: {in_r(window.test_mean_r)} of "
        f"{many(window.test_trades, 'trade')}; chosen {values_words(window.chosen or {}) or 'nothing'}, which had "
        f"{in_r(window.train_mean_r)} on the days before"
    )


def _steps(answer: Walk) -> Iterator[Bars]:
    bars = tuple(
        Bar(day_text(each.test_from), each.test_mean_r, words=f"n = {count(each.test_trades)}", tip=_tip(each))
        for each in answer.windows
        if each.test_mean_r is not None
    )
    if bars:
        yield Bars("Mean R of each test", "net of costs; single windows prove nothing", bars)


def _span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first[:10]).toordinal(), date.fromisoformat(last[:10]).toordinal())


def _table(answer: Walk) -> Table:
    columns: tuple[ColumnSpec[WalkWindow], ...] = (
        words("Chosen from", "First day to choose on", "2026-03-18", "train_from", lambda w: day_text(w.train_from)),
        words("to", "Last day to choose on", "2026-03-18", "train_to", lambda w: day_text(w.train_to)),
        words("Tested from", "First tested day", "2026-03-18", "test_from", lambda w: day_text(w.test_from)),
        words("to", "Last tested day", "2026-03-18", "test_to", lambda w: day_text(w.test_to)),
        result("Chosen, mean R", "On the days to choose on", "train_mean_r", lambda w: w.train_mean_r),
        counted("Trades", "On the tested days", "test_trades", lambda w: w.test_trades),
        result("Tested, mean R", "On the tested days", "test_mean_r", lambda w: w.test_mean_r),
        words(
            "Settings", "What was chosen", "lookback 12, minimum 0.5", "chosen", lambda w: values_words(w.chosen or {})
        ),
    )
    return make_table("windows", columns, answer.windows, silence="The recordings are too short for a window.")
