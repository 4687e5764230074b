"""The answer to `lab diff`: which setups appear, vanish or end differently with other settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from engine.reporting.words import spoken
from gui.features.lab.model.answers.checks import spoken_check
from gui.features.lab.model.answers.provenance import DAY_INTERVAL, Answer, details_of, notes_of
from gui.features.lab.model.chart import Comparison, Mark, Status
from gui.features.lab.model.columns import ColumnSpec, make_table, result, toned, words
from gui.features.lab.model.numbers import count, in_r, many, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab, Table
from gui.features.trading.model.table import Tone
from gui.features.trading.model.words import MISSING
from gui.zones import date_time_text

WORDS = {
    Status.APPEARED: "appears",
    Status.VANISHED: "vanishes",
    Status.OUTCOME: "ends differently",
    Status.SAME: "same",
}
TONES = {Status.APPEARED: Tone.PASSED, Status.VANISHED: Tone.FAILED, Status.OUTCOME: Tone.WARNING}


class Side(msgspec.Struct, frozen=True):
    """One of the two settings."""

    name: str = ""
    settings_hash: str = ""
    trades: float | None = None
    mean_r: float | None = None
    mean_r_low: float | None = None
    mean_r_high: float | None = None


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """A setup by its candle; `first_check` is the first that decided otherwise."""

    candle_time: datetime
    side: str
    status: Status
    first_check: str | None = None
    r_a: float | None = None
    r_b: float | None = None
    exit_a: str | None = None
    exit_b: str | None = None

    @property
    def at(self) -> datetime:
        at = self.candle_time
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class Diff(Answer, frozen=True, kw_only=True):
    setups: tuple[Setup, ...]
    counts: dict[str, float] = msgspec.field(default_factory=dict)
    change_r: float | None = None
    low: float | None = None
    high: float | None = None
    a: Side = Side()
    b: Side = Side()


def page_of(answer: Diff) -> Page:
    """The changed setups on a chart, and all of them in a table."""
    changed = [setup for setup in answer.setups if setup.status is not Status.SAME]
    tabs = (
        Tab("Chart", facts=tuple(_facts(answer)), comparison=_comparison(answer.symbol or "", changed)),
        Tab("Setups", table=_table(changed)),
        details_of(answer),
    )
    return Page(headline_of(answer), tabs, notes_of(answer))


def headline_of(answer: Diff) -> Headline:
    """Whether the result differs, and how certain that is."""
    if not (answer.a.trades or answer.b.trades):
        return Headline("Nothing to compare", "Neither configuration took a trade on these days.")
    if answer.change_r is None:
        days = "" if answer.days is None else f" These recordings have {many(answer.days, 'day')}: {_counts(answer)}."
        return Headline("Too few days", f"A change of the result needs at least 5 days.{days}", Tone.WARNING)
    is_clear = answer.low is not None and answer.high is not None and answer.low * answer.high > 0.0
    word = "No clear change" if not is_clear else "Better" if answer.change_r > 0.0 else "Worse"
    tone = Tone.PLAIN if not is_clear else Tone.PASSED if answer.change_r > 0.0 else Tone.FAILED
    days = "" if answer.days is None else f", on {many(answer.days, 'day')}"
    sentence = (
        f"With the other settings the result per day changes by {in_r(answer.change_r)}, "
        f"{within_r(answer.low, answer.high)}{days}: {_counts(answer)}."
    )
    return Headline(word, sentence, tone)


def _counts(answer: Diff) -> str:
    found = answer.counts or {}
    return (
        f"{count(found.get('appeared', 0))} setups appear, {count(found.get('vanished', 0))} vanish, "
        f"{count(found.get('outcome', 0))} end differently, {count(found.get('same', 0))} are unchanged"
    )


def _facts(answer: Diff) -> Iterator[Fact]:
    for title, side in (("Settings", answer.a), ("Other settings", answer.b)):
        trades = MISSING if side.trades is None else many(side.trades, "trade")
        below = trades if side.mean_r_low is None else f"{within_r(side.mean_r_low, side.mean_r_high)}; {trades}"
        yield Fact(title, in_r(side.mean_r), below, side.name or side.settings_hash)
    tip = f"{DAY_INTERVAL}, paired"
    yield Fact("Change per day", in_r(answer.change_r), within_r(answer.low, answer.high), tip)
    for status, word in (
        ("appeared", "Appear"),
        ("vanished", "Vanish"),
        ("outcome", "End differently"),
        ("same", "Same"),
    ):
        if status in answer.counts:
            yield Fact(word, count(answer.counts[status]))


def _comparison(symbol: str, setups: list[Setup]) -> Comparison:
    marks: dict[str, list[Mark]] = defaultdict(list)
    for setup in setups:
        marks[setup.at.date().isoformat()].append(Mark(setup.at, setup.side.upper(), setup.status, _tip(setup)))
    return Comparison(symbol, {day: tuple(found) for day, found in marks.items()})


def _tip(setup: Setup) -> str:
    check = f"; first check that differs: {spoken_check(setup.first_check)}" if setup.first_check else ""
    return (
        f"{setup.side.upper()} {WORDS[setup.status]} at {date_time_text(setup.at, UTC)}: "
        f"{in_r(setup.r_a, 2)} with the settings, {in_r(setup.r_b, 2)} with the others{check}"
    )


def _table(setups: list[Setup]) -> Table:
    columns: tuple[ColumnSpec[Setup], ...] = (
        words("Candle, UTC", "When the setup closed; Enter opens a replay", "Wed 30 Sep 2026 00:00", "candle_time",
              lambda s: date_time_text(s.at, UTC)),
        words("Side", "Buy or sell", "SELL", "side", lambda s: s.side.upper()),
        toned("Change", "With the other settings", "ends differently", "status", lambda s: WORDS[s.status],
              lambda s: TONES.get(s.status, Tone.PLAIN)),
        words("First check that differs", "In the order of the chain", "Spread below its limit", "first_check",
              lambda s: spoken_check(s.first_check) if s.first_check else MISSING),
        result("R", "With the settings", "r_a", lambda s: s.r_a),
        result("R, other", "With the other settings", "r_b", lambda s: s.r_b),
        words("Exit", "With the settings", "opposite candle close", "exit_a", lambda s: _exit(s.exit_a)),
        words("Exit, other", "With the other settings", "opposite candle close", "exit_b", lambda s: _exit(s.exit_b)),
    )  # fmt: skip
    return make_table("setups", columns, setups, silence="No setup changes.", key=lambda _, setup: setup.at)


def _exit(reason: str | None) -> str:
    return MISSING if not reason else spoken(reason)
