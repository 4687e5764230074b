"""Converts the trade server's wall clock, which the terminal writes as if it were UTC, to UTC and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.mt5.clock.rules import NEW_YORK_CLOSE, WITH_SUMMER_TIME, ServerRule, fixed_rule, rule_named
from engine.adapters.mt5.port import LinkReport, ServerClock, TerminalLink
from engine.clock import SteadyClock

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WALL: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's epoch
_HOUR: Final = timedelta(hours=1)
_SMALL_CORRECTION: Final = timedelta(seconds=30)


class ServerTime:
    """The server's clock as a rule that keeps summer time.

    The rule is that of the name `rule`, or else the usual one that gave `offset` (server minus UTC) at `measured_at`;
    without a rule, the offset applies to all times.
    """

    def __init__(self, offset: timedelta, measured_at: datetime, rule: str = "") -> None:
        fitting = (rule for rule in WITH_SUMMER_TIME if rule.offset_at(measured_at) == offset)
        self._rule = rule_named(rule) or next(fitting, None) or fixed_rule(offset)

    @classmethod
    def assumed(cls) -> ServerTime:
        """For reading history while no tick has shown the offset: the clock that most servers keep."""
        assumed = cls.__new__(cls)
        assumed._rule = ServerRule(f"{NEW_YORK_CLOSE.words} (assumed)", NEW_YORK_CLOSE.zone, NEW_YORK_CLOSE.ahead)
        return assumed

    @property
    def words(self) -> str:
        return self._rule.words

    def live(self, stamp_ms: int, now: datetime) -> datetime:
        """The instant of a stamp of this moment, in milliseconds: even in an hour that the server's clock repeats."""
        return _EPOCH + timedelta(milliseconds=stamp_ms) - self._rule.offset_at(now)

    def past(self, stamp_s: float, not_before: datetime | None = None) -> datetime:
        """The instant of a stamp of any time, in seconds.

        Where the server's clock repeats an hour it is the first of the two that is not before `not_before`.
        """
        wall = (_EPOCH_WALL + timedelta(seconds=stamp_s) - self._rule.ahead).replace(tzinfo=self._rule.zone)
        first = wall.astimezone(UTC)
        is_second = not_before is not None and first < not_before
        return wall.replace(fold=1).astimezone(UTC) if is_second else first

    def is_repeating(self, now: datetime) -> bool:
        """Whether the server's clock shows an hour for the second time: a stamp of it does not say which one it is."""
        return self._rule.offset_at(now - _HOUR) > self._rule.offset_at(now)

    def stamp(self, instant: datetime) -> int:
        """What the server's clock shows at `instant`, in whole seconds as requests want them."""
        return int((instant + self._rule.offset_at(instant) - _EPOCH).total_seconds())


class ServerTimes:
    """The clock rule that holds now, as the link has measured it; an assumed one before that."""

    def __init__(self, link: TerminalLink) -> None:
        self.current = ServerTime.assumed()
        self.measured: ServerClock | None = None
        link.listen(self._follow)

    def _follow(self, report: LinkReport) -> None:
        clock = report.clock
        if clock is not None and clock != self.measured:
            self.measured = clock
            self.current = ServerTime(clock.offset, clock.measured_at, clock.rule)


class BrokerClock:
    """The trade server's time in UTC: the machine's running time, set right by what the measurement left beside the
    offset.

    It cannot be set, and small corrections never move it back. A large one does: the clock that the desk began by was
    wrong then, and what stood still until it caught up would stand still for as long.
    """

    def __init__(self, machine: SteadyClock, times: ServerTimes) -> None:
        self._machine = machine
        self._times = times
        self._latest = machine.now()

    def now(self) -> datetime:
        measured = self._times.measured
        now = self._machine.now() + (timedelta() if measured is None else measured.correction)
        if not timedelta(0) < self._latest - now < _SMALL_CORRECTION:
            self._latest = now
        return self._latest
