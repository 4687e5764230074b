"""A position of the simulator while it is followed, and how it ends."""

from __future__ import annotations

from typing import Final, NamedTuple

from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import StopKind

NEVER: Final = 1 << 62


class Held:
    """A position while it is followed; `way` as in `engine.fills.exits`, instants in whole seconds since 1970."""

    __slots__ = (
        "asked",
        "asked_for",
        "best",
        "change",
        "due",
        "entered",
        "entry",
        "flat_from",
        "is_trailing",
        "kind",
        "place",
        "resumes",
        "risk",
        "row",
        "second",
        "serve_from",
        "stop",
        "target",
        "ticket",
        "time_stop",
        "way",
        "worst",
    )  # fmt: skip

    def __init__(
        self, way: float, entry: float, stop: float, target: float, row: int, second: int, entered: int
    ) -> None:
        self.way, self.entry, self.stop, self.target = way, entry, stop, target
        self.row, self.second, self.entered = row, second, entered
        distance = way * (entry - stop)
        self.risk: float | None = distance if distance > 0.0 else None
        self.best = self.worst = entry
        self.is_trailing = False
        self.kind = StopKind.INITIAL
        self.change: tuple[float, StopKind, int] | None = None
        """A stop that was asked for, with its rule, and from when on the broker has the request."""
        self.resumes = 0
        """From when on the stop may be tightened again after the broker refused it."""
        self.asked: ExitReason | None = None
        """Why the desk asked for it to be closed, and when: see `Left.order`."""
        self.asked_for = self.serve_from = 0
        self.time_stop = self.flat_from = NEVER


class Left(NamedTuple):
    """The end of a position: at which quote, and what made it."""

    row: int
    second: int
    deal: DealReason
    order: int
    """Among the requests that are served at one quote the lower one was sent first."""


def sent_order(now: int, *, is_at_close: bool) -> int:
    """Sorts requests by when they were sent: at the close of a candle before those at the quote of that second."""
    return 2 * now if is_at_close else 2 * now + 1
