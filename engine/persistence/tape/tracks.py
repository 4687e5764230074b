"""Recorded data of one symbol: parts that grow, fill up and wait to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from config.file_names import fault_of_name
from engine.domain.market import Candle, MarketItem, Source
from engine.persistence.tape.rows import TapeRows

ROWS_A_PART = 100_000
_PLAIN = re.compile(r"[\w.]+")


@dataclass(slots=True, eq=False)
class Part:
    """The rows of an hour of one symbol, or of as much of it as one file takes; numbered when it is first written."""

    hour: datetime | None = None
    rows: TapeRows = field(default_factory=TapeRows)
    number: int | None = None
    written: int | None = None
    """How many of the rows its file holds; None while there is no file."""


@dataclass(slots=True)
class Track:
    """One symbol of a tape: the part that grows, and those that are full but not written, oldest first."""

    source: Source
    place: int
    past: Iterator[Candle]
    part: Part = field(default_factory=Part)
    full: list[Part] = field(default_factory=list)
    numbered: int = 0

    def add(self, item: MarketItem) -> None:
        at = item.opened_at if isinstance(item, Candle) else item.at
        hour = at.replace(minute=0, second=0, microsecond=0)
        part = self.part
        if len(part.rows) and (hour != part.hour or len(part.rows) >= ROWS_A_PART):
            self.full.append(part)
            part = self.part = Part()
        part.hour = hour
        part.rows.add(item)

    def next_to_write(self) -> Part | None:
        """The oldest part that has grown since it was written; forgets full ones that have not."""
        while self.full and self.full[0].written == len(self.full[0].rows):
            del self.full[0]
        if self.full:
            return self.full[0]
        return self.part if len(self.part.rows) > (self.part.written or 0) else None

    def number_of(self, part: Part) -> int:
        """Parts are numbered in the order in which they are written, so that none is missing before the last one."""
        if part.number is None:
            part.number, self.numbered = self.numbered, self.numbered + 1
        return part.number

    def go_on_beside(self, part: Part) -> None:
        """Leaves the file of a part as it was written last: what came since begins a part of its own."""
        rest = Part(part.hour, part.rows.since(part.written or 0))
        if part is self.part:
            self.part = rest
        else:
            self.full[self.full.index(part)] = rest

    @property
    def waiting_bytes(self) -> int:
        """Memory of the full parts that wait until they can be written."""
        return sum(part.rows.size for part in self.full)

    @property
    def stem(self) -> str:
        """What the names of its files begin with: the symbol, as far as files can be named so."""
        symbol = self.source.symbol
        is_device = bool(fault_of_name(symbol))  # such as that of a share which trades as CON
        if _PLAIN.fullmatch(symbol) and not is_device:
            return symbol
        return f"{'_' if is_device else ''}{re.sub(r'[^A-Za-z0-9.]', '_', symbol)}~{self.place}"
