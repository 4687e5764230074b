"""Trading hours by market: metals close for a daily break and over the weekend.

Where a broker does not tell the sessions of a symbol, New York's hours and what it did recently count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from config.trading import ExecutionSettings
from engine.domain.contract import Contract
from engine.domain.market import CANDLE_LENGTH, DayRoll, MarketClose
from engine.domain.snapshot import MarketSnapshot
from engine.market.sessions import LONG_AGO, NEW_YORK

_CLOSES, _OPENS = 17, 18
"""Hours in New York between which metals rest."""
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_FROM_CLOSE_TO_MIDNIGHT = timedelta(hours=24 - _CLOSES)

DAYS_REMEMBERED: Final = 5
"""Recent trading days; the earliest close among them is expected again."""
_MAX_EARLY: Final = timedelta(hours=1)
"""Brokers stop up to a quarter of an hour before 17:00. What ends much earlier is a holiday or a gap in the data."""
_MAX_FOUND: Final = 100
"""Every quote asks for the openings of the same few positions."""


def open_since(roll: DayRoll, instant: datetime) -> datetime | None:
    """Since when (aware UTC) the market has been open at `instant`; None while it rests. Holidays are not known."""
    if roll is DayRoll.UTC_MIDNIGHT:
        return LONG_AGO
    local = instant.astimezone(NEW_YORK)
    if _rests(local.weekday(), local.hour):
        return None
    day = local.date() if local.hour >= _OPENS else local.date() - timedelta(days=1)
    return datetime.combine(day, time(_OPENS), NEW_YORK).astimezone(UTC)


def _rests(weekday: int, hour: int) -> bool:
    if weekday == _SATURDAY or (weekday == _FRIDAY and hour >= _CLOSES) or (weekday == _SUNDAY and hour < _OPENS):
        return True
    return _CLOSES <= hour < _OPENS


class TradingHours:
    """When each market closes next, and from when on the desk has to be flat there, by the settings in force.

    Metals and currencies close on Friday at 17:00 New York and rest at that time each day; a broker that stopped
    earlier on one of the last five trading days is taken to do so again. Nothing here knows what is to come: a
    recording closes by the same rule as a live market. Holidays are not known.
    """

    def __init__(self, contracts: Mapping[str, Contract], settings: ExecutionSettings) -> None:
        self._contracts = contracts
        self._early: dict[str, deque[timedelta]] = {}
        self._found: dict[tuple[str, datetime], MarketClose] = {}
        self.use(settings)

    def use(self, settings: ExecutionSettings) -> None:
        """Follows other settings from now on."""
        self._settings = settings
        self._found.clear()

    def note(self, snapshot: MarketSnapshot) -> None:
        """Learns from the first candle after a break how early the day before it ended; oldest candle first."""
        candle, previous = snapshot.candle, snapshot.previous
        if previous is None or (early := early_close(previous.closed_at, candle.opened_at)) is None:
            return
        self._early.setdefault(candle.symbol, deque(maxlen=DAYS_REMEMBERED)).append(early)
        self._found.clear()

    def close_after(self, symbol: str, instant: datetime) -> MarketClose | None:
        """The close that ends the day or week of `instant`; over the weekend the one just past.

        None where the desk need not be flat: the market is open round the clock, or the settings say so.
        """
        asked = (symbol, instant)
        if (found := self._found.get(asked)) is not None:
            return found
        contract = self._contracts.get(symbol)
        if contract is None:
            return None
        close = next_close(instant, max(self._early.get(symbol, ()), default=timedelta()), contract, self._settings)
        if close is not None:
            if len(self._found) >= _MAX_FOUND:
                self._found.clear()
            self._found[asked] = close
        return close


def early_close(closed_at: datetime, reopened_at: datetime) -> timedelta | None:
    """How long before 17:00 New York a market closed whose next candle opened at `reopened_at`.

    None where nothing is learned from that: no break lies between, or one that is a holiday or a gap in the data.
    """
    if reopened_at == closed_at:
        return None
    ended = day_end(closed_at - CANDLE_LENGTH)
    early = ended - closed_at
    return early if timedelta() <= early < _MAX_EARLY and reopened_at >= ended else None


def next_close(
    instant: datetime, early: timedelta, contract: Contract, settings: ExecutionSettings
) -> MarketClose | None:
    """The close that ends the day or week of `instant`, of a market that closes `early`; see `TradingHours`."""
    lead = timedelta(minutes=settings.flat_before_close_minutes)
    if not lead or contract.is_round_the_clock:
        return None
    closes_at = (day_end if settings.flat_before_break else week_end)(instant) - early
    return MarketClose(closes_at=closes_at, flat_from=closes_at - lead)


def day_end(instant: datetime) -> datetime:
    """17:00 New York at the end of the trading day of `instant` (aware UTC); over the weekend that of Friday."""
    return _seventeen(_last_weekday(instant))


def week_end(instant: datetime) -> datetime:
    """17:00 New York on the Friday of the trading week of `instant` (aware UTC), which begins on Sunday at 17:00."""
    day = _last_weekday(instant)
    return _seventeen(day + timedelta(days=_FRIDAY - day.weekday()))


def _last_weekday(instant: datetime) -> date:
    """The date of the trading day of `instant`, and Friday's for what comes before Sunday 17:00."""
    day = (instant.astimezone(NEW_YORK).replace(tzinfo=None) + _FROM_CLOSE_TO_MIDNIGHT).date()
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


@lru_cache(maxsize=64)
def _seventeen(day: date) -> datetime:
    return datetime.combine(day, time(_CLOSES), NEW_YORK).astimezone(UTC)
