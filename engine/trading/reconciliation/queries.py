"""Asks the broker for its state, and asks again at growing intervals as long as something is unsettled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from engine.domain.messages.broker import BrokerRequest, QueryState

FIRST_WAIT: Final = timedelta(milliseconds=250)
MAX_WAIT: Final = timedelta(seconds=30)


class StateQueries:
    """Numbers the questions, so that an answer counts only for what happened before its question."""

    def __init__(self, send: Callable[[BrokerRequest], None]) -> None:
        self._send = send
        self._number = 0
        self._answered = 0
        self._wait = FIRST_WAIT
        self._next_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        """Whether an answer is awaited or a further question planned."""
        return self._next_at is not None

    def ask(self, since: datetime, now: datetime) -> int:
        """Asks at once for everything since `since`; the number of the question."""
        self._wait = FIRST_WAIT
        return self._ask(since, now)

    def ask_again_if_due(self, since: datetime, now: datetime) -> None:
        if self._next_at is not None and now >= self._next_at:
            self._wait = min(self._wait * 2, MAX_WAIT)
            self._ask(since, now)

    def accept(self, number: int) -> bool:
        """Whether this answer is news; nothing more is asked unless `ask` or `keep_asking` follows."""
        if number <= self._answered:
            return False
        self._answered = number
        if number == self._number:
            self._next_at = None
        return True

    def keep_asking(self, now: datetime) -> None:
        """Something is still unsettled."""
        if self._next_at is None:
            self._next_at = now + self._wait

    def _ask(self, since: datetime, now: datetime) -> int:
        self._number += 1
        self._next_at = now + self._wait
        self._send(QueryState(number=self._number, since=since))
        return self._number
