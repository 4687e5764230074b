"""Output of commands: results on standard output, messages and progress on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from engine.domain.market import Candle

EXIT_REFUSED = 2
"""Exit code for what the user can fix: a broken file, a wrong option."""
MAX_SEED = 2**63 - 1
MAX_PATHS = 10_000
_MAX_DIGITS = 20
_WIDEST = 120
"""Characters of a cell of a table."""


def say(text: str) -> None:
    """A message for the user, kept apart from the results."""
    print(text, file=sys.stderr)  # noqa: T201


def show(text: str = "") -> None:
    """A line of the result."""
    print(text)  # noqa: T201


def cell(value: object) -> str:
    """One line of bounded length without control characters, which a terminal would obey."""
    raw = "" if value is None else str(value)
    shown = raw if len(raw) <= _WIDEST else f"{raw[: _WIDEST - 1]}…"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in shown)


def show_table(lines: Sequence[Sequence[str]]) -> None:
    """Lines of cells, the first one the headings, in columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        show("  ".join(each.ljust(width) for each, width in zip(line, widths, strict=True)).rstrip())


def with_progress(candles: Iterable[Candle], total: int) -> Iterator[Candle]:
    """The candles, with a progress bar where the user watches a terminal."""
    if not sys.stderr.isatty():
        yield from candles
        return
    from tqdm import tqdm

    yield from tqdm(candles, total=total, unit=" candles", unit_scale=True)


def positive(text: str) -> int:
    """A whole number of 1 or more, for argparse."""
    if (number := _whole(text)) is None or number < 1:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a whole number of 1 or more")
    return number


def positive_up_to(maximum: int) -> Callable[[str], int]:
    """A whole number from 1 to `maximum`, for argparse: more would not fit into memory."""

    def parse(text: str) -> int:
        if (number := _whole(text)) is None or not 1 <= number <= maximum:
            raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a whole number from 1 to {maximum}")
        return number

    return parse


def seed_number(text: str) -> int:
    """The number that drawn paths begin from, for argparse."""
    if (number := _whole(text)) is None or number > MAX_SEED:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a whole number from 0 to {MAX_SEED}")
    return number


def _whole(text: str) -> int | None:
    """None if it is not a number, or has more digits than Python reads."""
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _MAX_DIGITS else f"{text[:_MAX_DIGITS]}…")


def instant(text: str) -> datetime:
    """A date and time, for argparse; without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date and time such as 2026-03-02T14:00") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
