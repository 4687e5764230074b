"""Safety orders that the store does not have yet, and their format on the page next to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from engine.domain.facts import Halted
from engine.domain.journal import JournalRecord
from engine.domain.records import record_of
from engine.domain.risk import Lock, LockName
from engine.persistence.rows import json_text
from engine.persistence.safety_page import CAPACITY
from engine.trading.exit_orders import RULES
from engine.trading.risk.auto_permits import MEMORY as PERMITS
from engine.trading.risk.modes import MEMORY as MODES

OrderKey = tuple[str, str, str]
"""Name, symbol and account of a lock; of what is remembered an empty text and its name."""

_REASON: Final = 200
"""Characters of a lock's reason that fit on the page."""
_TITLES: Final = {LockName.HALT: "halt", LockName.FLATTEN: "Flatten"}


class Fitting(NamedTuple):
    """What fits on the page, and the titles of what does not."""

    text: bytes
    left_out: str


class SafetyOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order for safety that the store does not have: a lock, or a value to remember under a name."""

    record: JournalRecord
    lock: Lock | None = None
    name: str = ""
    value: str = ""

    @property
    def key(self) -> OrderKey:
        return ("", self.name, "") if self.lock is None else lock_key(self.lock)

    @property
    def is_rare(self) -> bool:
        """Whether the page may take it before the store has answered: closes of positions are too many for that."""
        return self.lock is not None or self.name.startswith((MODES, PERMITS))

    @property
    def title(self) -> str:
        if self.lock is not None:
            return _TITLES.get(self.lock.name, self.lock.name.value)
        if self.name.startswith(PERMITS):
            return "withdrawn permission for AUTO"
        if self.name.startswith(RULES):
            return "exit rules of a position"
        return "lower authority" if self.name.startswith(MODES) else "close of a position"


def fitting(orders: Iterable[SafetyOrder]) -> Fitting:
    """What a page holds of the orders, a halt and a Flatten before all others, and the titles of the rest."""
    kept: list[SafetyOrder] = []
    left_out: list[str] = []
    for order in sorted(orders, key=_rank):
        order = _shortened(order)
        if len(json_text([*kept, order]).encode()) <= CAPACITY:
            kept.append(order)
        else:
            left_out.append(order.title)
    return Fitting(json_text(kept).encode(), ", ".join(dict.fromkeys(left_out)))


def _rank(order: SafetyOrder) -> int:
    if order.lock is not None:
        return 0 if order.lock.name in _TITLES else 2
    return 1 if order.is_rare else 3


def _shortened(order: SafetyOrder) -> SafetyOrder:
    """The reason of a lock as far as it fits on the page; the store gets all of it."""
    lock = order.lock
    if lock is None or len(lock.reason) <= _REASON:
        return order
    lock = msgspec.structs.replace(lock, reason=f"{lock.reason[:_REASON]}…")
    record = order.record
    if isinstance(record.payload, dict) and "reason" in record.payload:
        record = msgspec.structs.replace(record, payload=record.payload | {"reason": lock.reason})
    return msgspec.structs.replace(order, lock=lock, record=record)


def decoded(text: bytes) -> list[SafetyOrder] | None:
    """What the page says; None where it says nothing that the desk has written."""
    if not text:
        return []
    try:
        return msgspec.json.decode(text, type=list[SafetyOrder])
    except (msgspec.DecodeError, ValueError):
        return None


def halt(reason: str, at: datetime) -> SafetyOrder:
    return SafetyOrder(
        record=record_of(Halted("desk", reason), at),
        lock=Lock(name=LockName.HALT, since=at, until=None, reason=reason),
    )


def lock_key(lock: Lock) -> OrderKey:
    return lock.name.value, lock.symbol, lock.account
