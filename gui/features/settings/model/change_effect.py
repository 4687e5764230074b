"""What a change of settings would have done, in words: from the JSON result of a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from engine.errors import DeskError
from gui.features.lab.model.answers.checks import spoken_check
from gui.features.lab.model.answers.compare import Diff, Side, headline_of
from gui.features.lab.model.answers.provenance import basis_of, notes_of
from gui.features.lab.model.chart import Status
from gui.features.lab.model.numbers import count, in_r, many, within_r
from gui.features.trading.model.table import Tone

MAX_CHECKS = 3
"""Number of checks that are named; the lab lists all."""


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """A headline word, its tone, and lines of facts, each with a name and a text."""

    word: str
    tone: Tone
    facts: tuple[tuple[str, str], ...]


def effect_of(result: bytes) -> ChangeEffect:
    """Reads the result of a comparison. Raises `DeskError` where it is damaged. Not for the event loop."""
    try:
        answer = msgspec.json.decode(result, type=Diff)
    except (ValueError, RecursionError) as error:
        raise DeskError(f"The result is damaged: {error}. Run it again.") from error
    headline = headline_of(answer)
    return ChangeEffect(headline.word, headline.tone, tuple(_facts(answer)))


def _facts(answer: Diff) -> Iterator[tuple[str, str]]:
    found = Counter(setup.status for setup in answer.setups)
    yield (
        "Setups",
        (
            f"{many(len(answer.setups), 'setup')}: {count(found[Status.SAME])} same, {count(found[Status.APPEARED])} "
            f"appeared, {count(found[Status.VANISHED])} vanished, {count(found[Status.OUTCOME])} changed"
        ),
    )
    if checks := _first_checks(answer):
        yield "First check that differs", checks
    yield "Change of R per day", _change(answer)
    yield "R per trade, in force", _of_side(answer.a)
    yield "R per trade, edited", _of_side(answer.b)
    yield "Measured on", basis_of(answer)
    for note in notes_of(answer):
        yield "Note", note


def _first_checks(answer: Diff) -> str:
    """The checks by which most setups appeared or vanished."""
    gone = [setup.first_check for setup in answer.setups if setup.status in (Status.APPEARED, Status.VANISHED)]
    counted = Counter("score of the other side" if not check else spoken_check(check) for check in gone)
    named = [f"{name} {count(number)}" for name, number in counted.most_common(MAX_CHECKS)]
    more = len(counted) - len(named)
    return ", ".join(named) + (f", and {many(more, 'other')}" if more > 0 else "")


def _change(answer: Diff) -> str:
    days = answer.days or 0
    if answer.change_r is None:
        return f"not known: these recordings have {many(days, 'day')}, and a change needs at least 5"
    interval = within_r(answer.low, answer.high)
    return f"{in_r(answer.change_r)}, 95 % interval {interval}, paired by day, n = {many(days, 'day')}"


def _of_side(side: Side) -> str:
    n = f"n = {many(side.trades or 0, 'trade')}"
    if side.mean_r_low is None:
        return f"{in_r(side.mean_r)}, {n}"
    return f"{in_r(side.mean_r)}, 95 % interval {within_r(side.mean_r_low, side.mean_r_high)}, {n}"
