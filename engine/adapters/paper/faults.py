"""Injected faults of a broker: refusals, partial fills, lost answers, stripped stops, lost comments."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Protocol

import msgspec

from engine.domain.messages.broker import BrokerRequest, ChangeStops, ClosePosition, SubmitOrder
from engine.domain.orders import Refusal, RefusalPolicy

REQUOTE = Refusal(code=1, reason="Requote", policy=RefusalPolicy.PRICE_MOVED)
INVALID_VOLUME = Refusal(code=2, reason="Invalid volume", policy=RefusalPolicy.INVALID)
INVALID_STOPS = Refusal(code=3, reason="Invalid stops", policy=RefusalPolicy.STOPS_TOO_CLOSE)
MARKET_CLOSED = Refusal(code=4, reason="Market closed", policy=RefusalPolicy.MARKET_CLOSED)
NO_MONEY = Refusal(code=5, reason="No money", policy=RefusalPolicy.LIMIT_REACHED)
TOO_MANY_REQUESTS = Refusal(code=6, reason="Too many requests", policy=RefusalPolicy.WAIT)
NO_CHANGES = Refusal(code=7, reason="No changes", policy=RefusalPolicy.NO_CHANGE)
MARKET_LEFT = Refusal(code=9, reason="The market jumped", policy=RefusalPolicy.INVALID)
POSITION_CLOSED = Refusal(code=8, reason="Position closed", policy=RefusalPolicy.POSITION_GONE)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong with one request; the default is nothing.

    `filled_fraction` is the share of the volume that is executed, rounded to the broker's step and at least one.
    """

    refusal: Refusal | None = None
    filled_fraction: float = 1.0
    is_stripped: bool = False
    """The position comes without its stop and target."""
    is_token_lost: bool = False
    is_answer_lost: bool = False
    is_silent: bool = False
    """Not even the loss of the answer is reported."""
    is_executed: bool = True
    """Whether the request was carried out although its answer was lost."""
    is_recorded: bool = True
    """Whether the history has the order, as rejected if it was not executed; else it never arrived."""
    delay: timedelta = timedelta(0)
    visible_after: timedelta = timedelta(0)
    """How long a new position stays out of the broker's state."""


NO_FAULT = Fault()


class FaultPlan(Protocol):
    """Decides what goes wrong with each request, in the order in which they are sent."""

    def next(self, request: BrokerRequest) -> Fault: ...


class NoFaults:
    """A broker at its best."""

    def next(self, request: BrokerRequest) -> Fault:  # noqa: ARG002
        return NO_FAULT


class RandomFaults:
    """Each request fails with probability `rate`, in a way drawn from a seeded generator.

    A closing request and a change of stops of one position fail at most `patience` times in a row, as at a broker
    that is reachable at all.
    """

    def __init__(self, seed: int, rate: float, patience: int = 1) -> None:
        self._random = random.Random(seed)
        self._rate = rate
        self._patience = patience
        self._failures: dict[int, int] = {}

    def next(self, request: BrokerRequest) -> Fault:
        if self._random.random() >= self._rate:
            return NO_FAULT
        if isinstance(request, SubmitOrder):
            return self._of_order()
        if isinstance(request, ClosePosition | ChangeStops):
            return self._of_change(request)
        return NO_FAULT

    def _of_order(self) -> Fault:
        draw = self._random
        match draw.randrange(6):
            case 0:
                return Fault(refusal=draw.choice((REQUOTE, NO_MONEY, INVALID_STOPS, TOO_MANY_REQUESTS)))
            case 1:
                return Fault(filled_fraction=draw.uniform(0.1, 0.9), is_stripped=draw.random() < 0.5)
            case 2:
                return Fault(is_stripped=True)
            case 3:
                return Fault(is_token_lost=True)
            case 4:
                return Fault(delay=timedelta(milliseconds=draw.randrange(1000)))
            case _:
                return self._lost_order()

    def _lost_order(self) -> Fault:
        draw = self._random
        is_shown_late = draw.random() < 0.5
        is_executed = draw.random() < 0.5
        return Fault(
            is_answer_lost=True,
            is_executed=is_executed,
            # Nobody can protect within a second what the broker does not show within one.
            is_stripped=not is_shown_late and draw.random() < 0.5,
            # Without its name an order that was rejected leaves no trace: only the user can settle that.
            is_token_lost=draw.random() < 0.3 and is_executed,
            filled_fraction=draw.choice((1.0, 0.5)),
            visible_after=timedelta(milliseconds=draw.randrange(2000) if is_shown_late else 0),
        )

    def _of_change(self, request: ClosePosition | ChangeStops) -> Fault:
        failures = self._failures.get(request.ticket, 0)
        if failures >= self._patience:
            self._failures[request.ticket] = 0
            return NO_FAULT
        self._failures[request.ticket] = failures + 1
        draw = self._random
        match draw.randrange(3):
            case 0:
                return Fault(refusal=draw.choice((REQUOTE, INVALID_STOPS, TOO_MANY_REQUESTS)))
            case 1 if isinstance(request, ClosePosition):
                return Fault(filled_fraction=draw.uniform(0.1, 0.9))
            case _:
                return Fault(is_answer_lost=True, is_executed=draw.random() < 0.5)
