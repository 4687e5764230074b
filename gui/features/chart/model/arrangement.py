"""Time frames, and which of them the charts of a symbol show."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta


class Timeframe(StrEnum):
    """The length of a candle, by the name that MetaTrader has for it."""

    M1 = "M1"
    M5 = "M5"
    M15 = "M15"
    H1 = "H1"
    H4 = "H4"
    D1 = "D1"

    @property
    def seconds(self) -> int:
        return _SECONDS[self]


_SECONDS: Final = dict(zip(Timeframe, (60, 300, 900, 3_600, 14_400, 86_400), strict=True))
CONTEXT: Final = tuple(Timeframe)[1:]
"""Those that are made of M1."""


class Arrangement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The chart in front, those beside it, and whether all are as large as it."""

    front: Timeframe = Timeframe.M1
    beside: Annotated[tuple[Timeframe, ...], Meta(max_length=len(Timeframe))] = ()
    is_grid: bool = False

    @property
    def shown(self) -> tuple[Timeframe, ...]:
        """The one in front first, then the others from the shortest to the longest; each once."""
        return (self.front, *(each for each in Timeframe if each in self.beside and each is not self.front))

    @property
    def columns(self) -> tuple[tuple[Timeframe, ...], ...]:
        """The charts from left to right, and in each column from the top down."""
        front, *others = self.shown
        if not self.is_grid:
            return ((front,), tuple(others)) if others else ((front,),)
        in_order = tuple(each for each in Timeframe if each in self.shown)
        rows = 1 if len(in_order) < ROWS_FROM else 2
        places = range(0, len(in_order), rows)
        return tuple(in_order[place : place + rows] for place in places)


ROWS_FROM: Final = 3
"""Charts from which on a grid has two rows."""
