"""The settings in force, requested and waiting: the sole owner of settings in a running desk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec

from config.changes import Change, changes_between, with_values
from config.fields import direction_of, effect_of
from config.limits import RELAX_DELAY, Limits, held_at, is_relaxed, limits_in, relaxed, value_in_force
from config.settings import Settings
from engine.domain.facts import LimitsNoted
from engine.domain.journal import JournalRecord
from engine.domain.messages.engine import SettingsChanged, WaitingChange
from engine.domain.records import record_of
from engine.errors import UnusableStore

MEMORY = "limits"
"""Name under which the limits in force, and what waits to relax them, are remembered."""
NOTED = "limits_noted"
"""Kind of the journal record with the same content: a change of the one does not change the other."""
MAX_GAP = timedelta(minutes=2)
"""Between two looks at the time no more than this counts as time that the desk ran: a clock that is set, and a machine
that sleeps, shorten no wait."""
DESK = "desk"
"""Who brings settings into force whose wait is over."""

_Value = bool | float | str | list[str] | None


class SettingsRecord(Protocol):
    """What is kept of settings: every write is on the disk when its method returns, or raises `UnusableStore`."""

    def remembered(self, name: str) -> str | None: ...

    def noted(self, kind: str) -> dict[str, Any] | None:
        """What the newest record of that kind holds; None where there is none."""

    def remember(self, name: str, value: str, record: JournalRecord) -> None: ...

    def use_settings(self, settings: Settings, at: datetime, changes: tuple[Change, ...], by: str) -> None:
        """Lets further records carry the hash of these settings."""


class _Relaxation(NamedTuple):
    """What a limit becomes, and when."""

    value: Any
    due_at: datetime


class _Memory(msgspec.Struct, frozen=True):
    """What a restart must not forget: the limits in force, and by key what waits to relax them, and how long yet.

    Seconds that are left of each wait; an instant if an older version wrote it, which does not say how long a desk ran.
    """

    limits: dict[str, _Value]
    waiting: dict[str, tuple[_Value, float | datetime]]


class SettingsStore:
    """Decides which of the requested settings are in force; receives the time, never reads a clock.

    Requested settings come into force with the next candle, relaxed limits only after their delay. The delay
    outlives a restart and counts time that a desk ran; a file that was relaxed while none did waits as well: what is
    in force at the start is never more relaxed than what was in force last. Where `may_resume` says that the time of
    this run goes on where the last one's stopped, what has waited is taken into account; otherwise the wait begins
    again, and so it does where what is remembered is not what the journal has on record: the journal's limits hold
    then.
    """

    def __init__(self, wanted: Settings, record: SettingsRecord, now: datetime, *, may_resume: bool) -> None:
        self._record = record
        self._by = DESK
        self._seen_at = now
        self._candle_at: datetime | None = None
        self.wanted = self.in_force = wanted
        memory = _restored(record.remembered(MEMORY))
        on_record = _memory_in((record.noted(NOTED) or {}).get("memory"))  # older records do not hold it
        is_confirmed = memory is not None and memory == on_record
        memory = on_record or memory
        self._relaxations: dict[str, _Relaxation] = {}
        if memory is not None:
            known = _waiting(memory, now) if may_resume and is_confirmed else {}
            with suppress(ValueError):  # a desk that allowed other values remembered them
                waiting = _relaxations(memory.limits, wanted, known, now)
                self.in_force = _held(wanted, memory.limits, waiting, now)
                self._relaxations = waiting
        self._written = memory
        self.write(self._message((), self._by), now)

    # -- what holds ---------------------------------------------------------------------------------------------

    def state(self) -> SettingsChanged:
        """What is in force, wanted and waiting now."""
        return self._message((), self._by)

    def target(self, at: datetime) -> Settings:
        """What would be in force from a candle on that opens `at`."""
        return _held(self.wanted, limits_in(self.in_force), self._relaxations, at)

    def is_due(self, opens_at: datetime) -> bool:
        """Whether something comes into force with a candle that opens then; to be asked before the first of them."""
        self._count_time(opens_at)
        if self._candle_at is not None and opens_at >= self._candle_at:
            return True
        return any(each.due_at <= opens_at for each in self._relaxations.values())

    def _count_time(self, now: datetime) -> None:
        """The waits go on by the time since the last look, and that is kept for the next start."""
        gap = now - self._seen_at
        self._seen_at = now
        if not self._relaxations:
            return
        self._put_off(max(gap - MAX_GAP, timedelta()))
        with suppress(UnusableStore):  # the wait is longer then, never shorter
            self._note(self.state(), now)

    def _put_off(self, by: timedelta) -> None:
        self._relaxations = {key: each._replace(due_at=each.due_at + by) for key, each in self._relaxations.items()}

    # -- changing -----------------------------------------------------------------------------------------------

    def ask(self, settings: Settings, by: str, now: datetime, candle_at: datetime) -> SettingsChanged:
        """Takes note of what is wanted from now on; what only the window obeys is in force at once.

        `candle_at` is where the next candle of every symbol opens.
        """
        self.wanted, self._by = settings, by
        self._relaxations = _relaxations(limits_in(self.in_force), settings, self._relaxations, now)
        before = self.in_force
        at_once = {
            change.key: change.new
            for change in changes_between(before, settings)
            if effect_of(change.key) == "at once" and change.key not in self._relaxations
        }
        self.in_force = with_values(before, at_once) if at_once else before
        self._candle_at = None if self.target(now) == self.in_force else candle_at
        return self._message(changes_between(before, self.in_force), by)

    def take_effect(self, at: datetime) -> SettingsChanged:
        """The target of that instant comes into force."""
        before, self.in_force = self.in_force, self.target(at)
        by = DESK if self._candle_at is None else self._by
        self._candle_at = None
        self._relaxations = {key: each for key, each in self._relaxations.items() if each.due_at > at}
        return self._message(changes_between(before, self.in_force), by)

    def restart_waits(self, now: datetime) -> None:
        """A played market jumped to another place: what is left of each wait is left of it there."""
        self._put_off(now - self._seen_at)
        self._candle_at = self._candle_at and now
        self._seen_at = now

    def write(self, message: SettingsChanged, now: datetime) -> None:
        """Puts on record what is in force and what waits; raises `UnusableStore`, and is in force nevertheless."""
        self._note(message, now)
        self._record.use_settings(self.in_force, now, message.changes, message.by)

    def _note(self, message: SettingsChanged, now: datetime) -> None:
        waiting: dict[str, tuple[_Value, float | datetime]] = {
            key: (each.value, max(0.0, (each.due_at - now).total_seconds())) for key, each in self._relaxations.items()
        }
        memory = _Memory(limits_in(self.in_force), waiting)
        if memory != self._written:
            waits = [_record_of(each) for each in message.waiting if each.due_at is not None]
            record = record_of(LimitsNoted(waits, memory), now)
            self._record.remember(MEMORY, msgspec.json.encode(memory).decode(), record)
            self._written = memory

    # -- parts --------------------------------------------------------------------------------------------------

    def _message(self, changes: tuple[Change, ...], by: str) -> SettingsChanged:
        waiting = tuple(
            WaitingChange(change, self._due_at(change.key)) for change in changes_between(self.in_force, self.wanted)
        )
        return SettingsChanged(self.in_force, changes, self.wanted, waiting, by)

    def _due_at(self, key: str) -> datetime | None:
        """When the setting, or the last one in the group, stops waiting for its delay."""
        within = (each.due_at for known, each in self._relaxations.items() if f"{known}.".startswith(f"{key}."))
        return max(within, default=None)


def _relaxations(
    limits: Limits, wanted: Settings, known: Mapping[str, _Relaxation], now: datetime
) -> dict[str, _Relaxation]:
    """What of `wanted` relaxes a limit, and when it is due; who asks again for no more goes on waiting as before."""
    latest = now + timedelta(minutes=limits[RELAX_DELAY])
    found = {}
    for key, value in relaxed(limits, wanted).items():
        before = known.get(key)
        goes_on = before is not None and not is_relaxed(direction_of(key), before.value, value)
        found[key] = _Relaxation(value, min(before.due_at, latest) if before and goes_on else latest)
    return found


def _held(wanted: Settings, limits: Limits, waiting: Mapping[str, _Relaxation], at: datetime) -> Settings:
    """`wanted` with what still waits at that instant as it is in force."""
    return held_at(wanted, {key: value_in_force(limits, key) for key, each in waiting.items() if each.due_at > at})


def _memory_in(said: Any) -> _Memory | None:
    """What JSON values remember; None where that is nothing, or nothing that can be understood."""
    try:
        memory = msgspec.convert(said, _Memory)
    except msgspec.ValidationError:
        return None
    return memory if RELAX_DELAY in memory.limits else None


def _restored(remembered: str | None) -> _Memory | None:
    try:
        return _memory_in(msgspec.json.decode(remembered or "null"))
    except msgspec.DecodeError:
        return None


def _waiting(memory: _Memory, now: datetime) -> dict[str, _Relaxation]:
    """Waiting changes continue from where they were; a wait without a known rest starts again."""
    longest = timedelta(minutes=_minutes_in(memory))
    return {
        key: _Relaxation(value, now + min(max(timedelta(), timedelta(seconds=left)), longest))
        for key, (value, left) in memory.waiting.items()
        if isinstance(left, float)
    }


def _minutes_in(memory: _Memory) -> float:
    """The delay as it is remembered."""
    delay = memory.limits[RELAX_DELAY]
    return float(delay) if isinstance(delay, int | float | str) else 0.0


def _record_of(waiting: WaitingChange) -> dict[str, Any]:
    due_at = None if waiting.due_at is None else waiting.due_at.astimezone(UTC)
    return {**waiting.change._asdict(), "due_at": due_at}
