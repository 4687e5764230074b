"""Whoever trades, reads or judges does not know what is behind a broker and a feed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[3] / "engine"
NAME = re.compile(r"meta ?trader|\bmt[45]\b|_mt[45]|mt[45]_|retcode|\b100(0[4-9]|[1-4]\d)\b", re.IGNORECASE)
"""The name, and the numbers that it answers orders with."""
MAY_KNOW = (
    "adapters/mt5/", "bootstrap.py", "commands/mt5.py", "commands/serve.py",  # which chooses among the sources
    "cli.py", "workers.py",  # the lists of subcommands and of child processes
    "adapters/recorded/", "adapters/calendar/", "adapters/demo/calibration.py",  # formats of files, sources of figures
    "assistant/candles.py",  # the group of settings that programs never read
)  # fmt: skip


def mentions(source: str) -> list[str]:
    """Lines that name it, in code, words for the user or comments."""
    return [line.strip() for line in source.splitlines() if NAME.search(line)]


def test_that_nothing_in_the_engine_outside_the_adapter_names_the_terminal() -> None:
    places = {path.relative_to(ENGINE).as_posix(): path for path in ENGINE.rglob("*.py")}
    found = {
        place: mentions(path.read_text(encoding="utf-8"))
        for place, path in places.items()
        if not place.startswith(MAY_KNOW)
    }
    assert len(found) > 100
    assert {place: lines for place, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from engine.adapters.mt5.port import LinkReportraise DeskError('the MetaTrader terminal is closed')",
        "def retry_mt5() -> None: ...",
        "# as Meta Trader does",
        "REQUOTE = Refusal(code=10004, reason='Requote')",
    ],
)
def test_that_a_name_is_found_wherever_it_is_hidden(source: str) -> None:
    assert mentions(f"x = 1\n{source}\n") == [source]
