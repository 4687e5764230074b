"""Inside one minute of a demo market: when each quote comes, and at which bid and spread."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.adapters.demo.path import DayPath

_BOUNCE = 0.2
"""Size of the back-and-forth between two nodes against the distance between nodes."""
_MINUTE_MS = 60_000


def minute_quotes(day: DayPath, minute: int, stream: Generator) -> tuple[list[int], list[int], list[int]]:
    """Milliseconds after the minute's opening (rising), bids and spreads in ticks: one entry a quote.

    The quotes pass through the minute's nodes and stay between them, so that they make exactly the day's candle.
    """
    nodes, count = day.nodes[minute], int(day.volumes[minute])
    at_node = np.rint(np.linspace(0, count - 1, len(nodes))).astype(np.int64)
    bounce = _BOUNCE * np.abs(np.diff(nodes)).mean() * stream.standard_normal(count)
    bounce[at_node] = 0.0
    between = np.rint(np.interp(np.arange(count), at_node, nodes) + bounce).astype(np.int64)
    bids = np.clip(between, day.lows[minute], day.highs[minute])
    return _arrivals(count, stream), bids.tolist(), _spreads(day, minute, count, stream)


def _arrivals(count: int, stream: Generator) -> list[int]:
    """Irregular times without a tie: a Poisson stream given its number."""
    free = np.sort(stream.integers(_MINUTE_MS - count + 1, size=count))
    arrivals: list[int] = (free + np.arange(count)).tolist()
    return arrivals


def _spreads(day: DayPath, minute: int, count: int, stream: Generator) -> list[int]:
    """The broker changes its spread once, somewhere within the minute."""
    before, now = int(day.spreads[max(minute - 1, 0)]), int(day.spreads[minute])
    change = int(stream.integers(count))
    return [before] * change + [now] * (count - change)
