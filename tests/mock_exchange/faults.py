"""What goes wrong at the exchange, and when: `NAME@SECOND:DURATION` after the start, in seconds of its clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

NAMES = ("cut", "stall", "duplicate", "reorder", "garbage", "crossed", "limit", "gap", "rest_down")


class Fault(NamedTuple):
    """`name` is one of `NAMES`."""

    name: str
    begins_s: float
    lasts_s: float


def fault_of(text: str) -> Fault:
    """Raises `ValueError`."""
    found = re.fullmatch(r"([a-z_]+)@([\d.]+):([\d.]+)", text)
    if found is None or found[1] not in NAMES:
        raise ValueError(f"{text!r} is no fault; allowed is NAME@SECOND:DURATION with one of {', '.join(NAMES)}")
    return Fault(found[1], float(found[2]), float(found[3]))


class Faults:
    """The faults of one run, and those that are added while it goes on."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = list(faults)

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def is_on(self, name: str, second: float) -> bool:
        return any(
            fault.name == name and fault.begins_s <= second < fault.begins_s + fault.lasts_s for fault in self._faults
        )
