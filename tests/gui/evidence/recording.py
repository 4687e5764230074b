"""A recording that a desk made itself, in its data folder."""

from __future__ import annotations

from pathlib import Path

from engine.market.tape import TAPE_VERSION, TapeFacts, part_name
from engine.persistence.tape.rows import TapeRows, write_part
from tests.builders import MONDAY
from tests.fakes import source


def record(directory: Path) -> None:
    """Of gold, without a candle: whoever opens it is another program."""
    folder = directory / "recordings" / "2026-03-02"
    folder.mkdir(parents=True)
    facts = TapeFacts(version=TAPE_VERSION, source=source(), place=0, starts_at=MONDAY, part=0)
    write_part(folder / part_name("XAUUSD", 0), TapeRows().packed(), facts)
