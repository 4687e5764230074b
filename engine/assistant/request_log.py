"""What the journal keeps of requests: many in full, and of a client that asks without end how many there were."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

from engine.adapters.door.limits import Bucket
from engine.clock import fine_s
from engine.domain.messages.door import DoorAsked, DoorCounted
from engine.domain.messages.proposals import Caller

BURST: Final = 30
"""Requests of one kind of client that are recorded in full at once."""
PER_HOUR: Final = 120
"""Requests of one kind of client that are recorded in full over a longer time: some 10 MB a day at the very most."""
COUNTED_S: Final = 60.0
"""How long further requests are counted before their number is recorded."""


class RequestLog:
    """Hands requests to `record`, in full as far as the limits go, and the others as counts.

    `clock` returns seconds. Belongs to one event loop. `flush` records what was counted until now.
    """

    def __init__(self, record: Callable[[DoorAsked | DoorCounted], None], clock: Callable[[], float] = fine_s) -> None:
        self._record = record
        self._left = {caller: Bucket(BURST, PER_HOUR / 3600.0, clock) for caller in Caller}
        self._counts: dict[Caller, Counter[tuple[str, str]]] = {}
        self._flushing: asyncio.TimerHandle | None = None

    def note(self, caller: Caller, asked: DoorAsked, *, is_always_kept: bool) -> None:
        """A request was answered; one that changed something `is_always_kept` in full."""
        if is_always_kept or self._left[caller].admit():
            self._record(asked)
            return
        self._counts.setdefault(caller, Counter())[asked.operation, asked.outcome] += 1
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_later(COUNTED_S, self.flush)

    def flush(self) -> None:
        counts, self._counts = self._counts, {}
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        for caller, counted in counts.items():
            self._record(_counted(caller, counted))


def _counted(caller: Caller, counted: Counter[tuple[str, str]]) -> DoorCounted:
    operations = Counter[str]()
    for (operation, _), count in counted.items():
        operations[operation] += count
    refused = sum(count for (_, outcome), count in counted.items() if outcome != "answered")
    return DoorCounted(by=caller.value, requests=counted.total(), refused=refused, operations=dict(operations))
