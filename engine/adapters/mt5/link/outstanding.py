"""Pending calls: each is settled exactly once, and when the worker ends it is known which of them had begun."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from engine.adapters.mt5.calls import Answer, Lost, NotSent, TerminalCall


@dataclass(slots=True)
class _Entry:
    call: TerminalCall
    future: asyncio.Future[Answer]
    begun_at: float | None = None


class Outstanding:
    """The calls given to one worker and not settled yet."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._entries: dict[int, _Entry] = {}

    def add(self, call: TerminalCall, future: asyncio.Future[Answer]) -> int:
        """Returns the number of the call."""
        number = next(self._numbers)
        self._entries[number] = _Entry(call, future)
        return number

    def begin(self, number: int, at: float) -> None:
        self._entries[number].begun_at = at

    @property
    def is_in_call(self) -> bool:
        """Whether the lane is within a call."""
        return any(entry.begun_at is not None for entry in self._entries.values())

    def overdue(self, now: float, poll_limit: timedelta, order_limit: timedelta) -> str:
        """Which call hangs, "" if none does. `now` is monotonic, like the time passed to `begin`."""
        for entry in self._entries.values():
            if entry.begun_at is not None:
                usual = order_limit if entry.call.is_order else poll_limit
                limit = entry.call.answer_within or usual
                took_s = now - entry.begun_at
                if took_s > limit.total_seconds():
                    return f"{entry.call.function} has not come back for {took_s:.1f} s"
        return ""

    def forgive(self, now: float) -> None:
        """Lets the time of calls count from now: the machine slept, or the desk stood still."""
        for entry in self._entries.values():
            if entry.begun_at is not None:
                entry.begun_at = now

    def settle(self, number: int, answer: Answer) -> None:
        _settle(self._entries.pop(number).future, answer)

    def lose(self, reason: str, *, is_heard_out: bool) -> None:
        """The worker ended: calls that had begun are lost, the others were never made.

        Unless `is_heard_out`, some of its messages were not understood: then any call may have begun.
        """
        entries, self._entries = self._entries, {}
        for entry in entries.values():
            never_began = is_heard_out and entry.begun_at is None
            _settle(entry.future, NotSent(reason=reason) if never_began else Lost(reason=reason))


def _settle(future: asyncio.Future[Answer], answer: Answer) -> None:
    if not future.done():  # who asked may have stopped waiting
        future.set_result(answer)
