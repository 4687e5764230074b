"""The port to a broker: messages out, messages back, nothing awaited."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final, Protocol

from engine.domain.market import Quote
from engine.domain.messages.broker import BrokerEvent, BrokerRequest

ANSWER_WITHIN: Final = timedelta(minutes=3)
"""Adapters answer, or say that the answer was lost, much sooner; this is for the one that does neither."""

BrokerListener = Callable[[BrokerEvent], None]


class Venue(Protocol):
    """A simulated market place: it executes what it was sent on the quotes that it is shown."""

    def on_quote(self, quote: Quote) -> None:
        """To be called with each quote before any decision on it."""


class Broker(Protocol):
    """Executes requests one after another and publishes their outcomes.

    Events come in the order in which things happened at the broker, never from within `send`. The adapter stamps
    positions and deals as ours by the desk's magic, turns server clocks into UTC, and answers every request or says
    that the answer was lost.
    """

    def connect(self, listener: BrokerListener) -> None:
        """Sends every event to `listener` from now on; a `ConnectionChanged` comes first."""

    def send(self, request: BrokerRequest) -> None:
        """Takes the request and returns at once."""

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Lets no entry leave any more that was sent before and still waits here, or would be tried again: each of
        them, or those of `tokens`, is refused with `reason`. What the broker has is not taken back, and exits are not
        touched."""
