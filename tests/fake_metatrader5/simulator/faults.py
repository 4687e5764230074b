"""Faults between the desk and its broker, and their timing: by count, by chance, or within a time.

Each maker below gives a fault that strikes the next order once; `count=None` lets it strike always,
`functions=("*",)` any call.
"""

from __future__ import annotations

import math
import random
from typing import Any, Literal

import msgspec

from tests.fake_metatrader5.simulator.requests import Twist

_TIMED_OUT = 10012

Stage = Literal["before", "after"]
"""Whether something happens before the terminal carries out a call, or after it did and before it answers."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that goes wrong, in calls of `functions` and, for orders, in `requests` of these kinds (all if empty).

    It strikes `count` times (None: always) after the first `skip` calls it could have struck, each with
    `probability` by the dice of `seed`, from `from_s` to `until_s` of the world's seconds after it was injected.
    `code` is the error that None is answered with; `retcode` the code of a result; either with or without the request
    having been carried out; `is_recorded` leaves an order that was not in the history, as rejected. `terminal` are
    fields of `world.Terminal` that change as it strikes.
    """

    name: str
    functions: tuple[str, ...] = ("order_send",)
    requests: tuple[str, ...] = ()
    skip: int = 0
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    from_s: float = 0.0
    until_s: float = math.inf
    wait_s: float = 0.0
    late_s: float = 0.0
    holds_gil: bool = True
    code: int = 1
    is_sticky: bool = False
    retcode: int = 0
    is_carried_out: bool = False
    is_recorded: bool = False
    crash: Stage | None = None
    fraction: float = 1.0
    strips_stops: bool = False
    placed_for_s: float | None = None
    is_blank: bool = False
    slip_points: int = 0
    terminal: dict[str, Any] = {}
    switch_to: int = 0


def delay(seconds: float, stage: Stage = "before", **when: Any) -> Fault:
    """The call takes long; the GIL is held meanwhile unless `holds_gil=False`."""
    times = {"wait_s": seconds} if stage == "before" else {"late_s": seconds}
    return Fault(name="delay", **(times | when))


def hang(stage: Stage = "before", **when: Any) -> Fault:
    """The call never comes back: only killing the process ends it."""
    return msgspec.structs.replace(delay(math.inf, stage, **when), name="hang")


def ipc_failure(code: int = -10002, *, is_carried_out: bool = False, is_sticky: bool = False, **when: Any) -> Fault:
    """None with this error; a sticky one comes back with -10001 forever, until `initialize`."""
    effect = {"code": code, "is_carried_out": is_carried_out, "is_sticky": is_sticky}
    return Fault(name="ipc failure", **(effect | when))


def lost_answer(code: int = -10002, **when: Any) -> Fault:
    """The order is carried out, and the desk receives None with this error."""
    return msgspec.structs.replace(ipc_failure(code, is_carried_out=True, **when), name="lost answer")


def timed_out(*, is_carried_out: bool = True, **when: Any) -> Fault:
    """The desk receives 10012, whatever became of the order."""
    return Fault(name="timed out", retcode=_TIMED_OUT, is_carried_out=is_carried_out, **when)


def refusal(retcode: int, **when: Any) -> Fault:
    """The order is refused with this code, such as 10004 for a requote or 10006 for a rejection."""
    return Fault(name="refusal", retcode=retcode, **when)


def requote(**when: Any) -> Fault:
    return msgspec.structs.replace(refusal(10004, **when), name="requote")


def partial_fill(fraction: float = 0.5, **when: Any) -> Fault:
    """Only a part is filled, 10010, whatever filling was asked for."""
    return Fault(name="partial fill", fraction=fraction, **when)


def stripped_stops(**when: Any) -> Fault:
    """The position opens without the stop and the target of its order."""
    return Fault(name="stripped stops", strips_stops=True, **when)


def placed_then_filled(seconds: float, **when: Any) -> Fault:
    """10008 at once, the fill that much later."""
    return Fault(name="placed then filled", placed_for_s=seconds, **when)


def blank_result(**when: Any) -> Fault:
    """Done, without deal and price in the answer."""
    return Fault(name="blank result", is_blank=True, **when)


def slippage(points: int, **when: Any) -> Fault:
    return Fault(name="slippage", slip_points=points, **when)


def crash(stage: Stage = "before", **when: Any) -> Fault:
    """The terminal is gone in the middle of the call; it runs again only when started."""
    return Fault(name="crash", crash=stage, **when)


def terminal_change(**changed: Any) -> Fault:
    """Fields of `world.Terminal` that change as the next order comes in, before it is looked at."""
    return Fault(name="terminal change", terminal=changed)


def account_switch(login: int, **when: Any) -> Fault:
    """The terminal is on another account when the call arrives."""
    return Fault(name="account switch", switch_to=login, **when)


class Strike(msgspec.Struct, kw_only=True):
    """All that goes wrong in one call."""

    faults: tuple[Fault, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(fault.name for fault in self.faults)

    @property
    def wait_s(self) -> float:
        return sum(fault.wait_s for fault in self.faults)

    @property
    def late_s(self) -> float:
        return sum(fault.late_s for fault in self.faults)

    @property
    def holds_gil(self) -> bool:
        return all(fault.holds_gil for fault in self.faults)

    def crashes(self, stage: Stage) -> bool:
        return any(fault.crash == stage for fault in self.faults)

    @property
    def answer(self) -> Fault | None:
        """The fault that decides what is answered."""
        return next((fault for fault in self.faults if fault.code != 1 or fault.retcode), None)

    @property
    def twist(self) -> Twist:
        waits = [fault.placed_for_s for fault in self.faults if fault.placed_for_s is not None]
        return Twist(
            fraction=min((fault.fraction for fault in self.faults), default=1.0),
            strips_stops=any(fault.strips_stops for fault in self.faults),
            placed_for_s=max(waits, default=None),
            is_blank=any(fault.is_blank for fault in self.faults),
            slip_points=max((fault.slip_points for fault in self.faults), default=0),
        )


class _Armed:
    def __init__(self, fault: Fault, now_ms: int) -> None:
        self.fault = fault
        self.struck = 0
        self._met = 0
        self._since_ms = now_ms
        self._dice = random.Random(fault.seed)

    def strikes(self, function: str, kind: str, now_ms: int) -> bool:
        fault, passed_s = self.fault, (now_ms - self._since_ms) / 1000
        is_meant = function in fault.functions or "*" in fault.functions
        is_of_kind = not fault.requests or kind in fault.requests
        is_over = fault.count is not None and self.struck >= fault.count
        if is_over or not (is_meant and is_of_kind and fault.from_s <= passed_s < fault.until_s):
            return False
        self._met += 1
        if self._met <= fault.skip or self._dice.random() >= fault.probability:
            return False
        self.struck += 1
        return True


class FaultPlan:
    """The faults of a simulator; each has a number by which the test finds out how often it struck."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def inject(self, fault: Fault, now_ms: int) -> int:
        self._armed.append(_Armed(fault, now_ms))
        return len(self._armed) - 1

    def clear(self) -> None:
        """Nothing goes wrong any more; the numbers begin again."""
        self._armed.clear()

    def strikes_of(self, number: int) -> int:
        return self._armed[number].struck

    def strike(self, function: str, kind: str, now_ms: int) -> Strike:
        struck = (armed.fault for armed in self._armed if armed.strikes(function, kind, now_ms))
        return Strike(faults=tuple(struck))
