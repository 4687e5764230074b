"""The trade server's clock, measured from fresh ticks and compared with the rule that the server keeps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from engine.adapters.mt5.clock.doubts import CLOCK_WAITS, clock_contradicted, clock_unusual, clock_wrong
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.rules import USUAL, ServerRule, fixed_rule
from engine.adapters.mt5.conditions import Condition
from engine.adapters.mt5.port import ServerClock

RESIDUAL_LIMIT: Final = timedelta(seconds=30)
TICKS_NEEDED: Final = 3
"""Of one symbol and in agreement: a symbol that wakes up shows one old tick as if it were new, but not three."""

_MAX_GAP: Final = timedelta(seconds=5)
"""Max interval between two looks at a symbol: after a longer one the age of a new tick is unknown."""

_CLEARLY_BETTER: Final = timedelta(seconds=2)
_QUARTER: Final = timedelta(minutes=15)
_SUMMER_TIME: Final = timedelta(hours=1)
_FARTHEST: Final = timedelta(hours=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ClockGauge:
    """Measures the server's clock from ticks; `doubt` says why no entry should rely on it, if so.

    Each measurement is made against the desk's own clock, which cannot be set, and against the computer's as it is now:
    the one that was wrong at the start may have been set right since, and a machine that was paused from outside has
    lost time. What fits the rule of the server counts. Where no rule is known yet a usual one has to fit, or that of
    the daily break; what fits none is for the user to decide.
    """

    def __init__(self, memory: ClockMemory | None = None) -> None:
        self.clock: ServerClock | None = None
        self.doubt: Condition | None = CLOCK_WAITS
        self.asked_offset: timedelta | None = None
        """The offset that the user is asked to confirm; None if there is no question."""
        self._memory = memory or ClockMemory()
        self._server = ""
        self._rules: tuple[ServerRule, ...] = ()
        self._break: ServerRule | None = None
        self._sure: ServerClock | None = None
        self._asked: ServerClock | None = None
        self._latest: dict[str, tuple[int, datetime]] = {}
        self._differences: dict[str, deque[timedelta]] = {}

    # -- what is known of the server --------------------------------------------------------------------------------

    def at_server(self, name: str) -> None:
        """What is measured from now on is the clock of this server."""
        if name != self._server:
            self.forget()
            self._server, self._rules = name, self._memory.rules_of(name)
            self._break = self._sure = None

    @property
    def wants_break(self) -> bool:
        """Whether gold's daily break could show something that is not known yet."""
        return self._break is None and (not self._rules or self.asked_offset is not None)

    def learn_break(self, rule: ServerRule) -> None:
        """The daily break says by which rule the server's clock is ahead of New York's."""
        self._break = rule
        if self.asked_offset is not None:
            self.forget()  # it may answer the question

    def confirm(self, offset: timedelta) -> None:
        """The user says that this computer's clock is right, by which the server's was measured as `offset`."""
        if self._asked is not None and self._asked.offset == offset:
            self._accept(self._asked, _fitting(USUAL, self._asked) or (fixed_rule(offset),))

    # -- measuring ----------------------------------------------------------------------------------------------------

    def forget(self, doubt: Condition = CLOCK_WAITS) -> None:
        """Drops the measurement: the terminal was reconnected, or this computer's clock was set."""
        self._latest.clear()
        self._differences.clear()
        self.clock, self.doubt, self.asked_offset, self._asked = None, doubt, None, None

    def look(self, symbol: str, stamp_ms: int, at: datetime, wall_ahead: timedelta = timedelta()) -> bool:
        """Takes a tick's stamp as read at `at` of the desk's own clock, which the computer's is ahead of by so much.

        True when a measurement came to its end with it.
        """
        before = self._latest.get(symbol)
        self._latest[symbol] = (stamp_ms, at)
        if before is None or stamp_ms <= before[0] or at - before[1] > _MAX_GAP:
            return False
        differences = self._differences.setdefault(symbol, deque(maxlen=TICKS_NEEDED))
        differences.append(_EPOCH + timedelta(milliseconds=stamp_ms) - at)
        if len(differences) < TICKS_NEEDED or len({_rounded(each) for each in differences}) > 1:
            return False
        self._conclude(sorted(differences)[TICKS_NEEDED // 2], at, wall_ahead)
        self._differences.clear()
        return True

    def _conclude(self, difference: timedelta, at: datetime, wall_ahead: timedelta) -> None:
        own = _measurement(difference, at, self._sure.carried if self._sure else timedelta())
        wall = _measurement(difference, at, wall_ahead)
        is_wall_better = abs(wall.residual) + _CLEARLY_BETTER < abs(own.residual)
        sound = [each for each in ((wall, own) if is_wall_better else (own, wall)) if _is_sound(each)]
        if not sound:
            self.forget(clock_wrong(own.residual))
            return
        for possible in self._possible(sound[0].measured_at):
            for measurement in sound:
                if rules := _fitting(possible, measurement):
                    self._accept(measurement, rules)
                    return
        if self._is_summer_time(sound[0]):
            self._accept(sound[0], ())
        else:
            self._ask(sound[0], difference, at)

    def _possible(self, at: datetime) -> Iterator[Sequence[ServerRule]]:
        """Rules that the server may follow: those measured before, else those that the daily break allows."""
        if self._rules:
            yield self._rules
        if self._break is not None:
            offset = self._break.offset_at(at)
            yield [rule for rule in USUAL if rule.offset_at(at) == offset] or [self._break]
        elif not self._rules:
            yield USUAL

    def _is_summer_time(self, measurement: ServerClock) -> bool:
        """A clock that was sure in this run and is an hour off by the desk's own has been changed at the server."""
        before = self._sure
        is_own = before is not None and before.carried == measurement.carried
        return is_own and before is not None and abs(measurement.offset - before.offset) == _SUMMER_TIME

    def _accept(self, measurement: ServerClock, rules: Sequence[ServerRule]) -> None:
        self.clock = _by(measurement, rules[0].words if rules else "")
        self.doubt, self.asked_offset, self._asked, self._sure = None, None, None, measurement
        if rules:
            self._rules = tuple(rules)
            self._memory.remember(self._server, rules)

    def _ask(self, measurement: ServerClock, difference: timedelta, at: datetime) -> None:
        """Uses the more probable clock, so that open positions can be managed meanwhile.

        Once a measurement was sure in this run, the desk keeps its own time, even if the server's clock changes: no
        wait may start again.
        """
        known = self._rules[0] if self._rules else self._break
        self.clock = _by(measurement, fixed_rule(measurement.offset).words)
        self.asked_offset, self._asked = measurement.offset, measurement
        if known is None:
            self.doubt = clock_unusual(measurement.offset)
            return
        right_at = at + difference - known.offset_at(at + difference - known.offset_at(at))
        self.doubt = clock_contradicted(known.words, measurement.measured_at - right_at, is_by_break=not self._rules)
        if self._sure is None:
            carried = right_at - at - measurement.residual
            offset = known.offset_at(right_at)
            self.clock = ServerClock(
                offset=offset, residual=measurement.residual, measured_at=right_at, carried=carried, rule=known.words
            )


def _measurement(difference: timedelta, at: datetime, carried: timedelta) -> ServerClock:
    offset = _rounded(difference - carried)
    residual = difference - carried - offset
    return ServerClock(offset=offset, residual=residual, measured_at=at + carried, carried=carried)


def _is_sound(measurement: ServerClock) -> bool:
    return abs(measurement.residual) < RESIDUAL_LIMIT and abs(measurement.offset) <= _FARTHEST


def _by(measurement: ServerClock, rule: str) -> ServerClock:
    return msgspec.structs.replace(measurement, rule=rule)


def _fitting(rules: Sequence[ServerRule], measurement: ServerClock) -> tuple[ServerRule, ...]:
    return tuple(rule for rule in rules if rule.offset_at(measurement.measured_at) == measurement.offset)


def _rounded(difference: timedelta) -> timedelta:
    return round(difference / _QUARTER) * _QUARTER
