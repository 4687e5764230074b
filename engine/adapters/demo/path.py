"""One trading day of a demo market, minute by minute: its moves, its candles, its quote counts and its spreads."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from engine.adapters.demo import calendar
from engine.adapters.demo.calibration import BURST_HALF_LIFE, SLOW_HALF_LIFE, TICKS_HALF_LIFE, Calibration
from engine.adapters.demo.levels import DayLevels
from engine.domain.market import DayRoll

Floats = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]

_SPREAD_HALF_LIFE = 2.0
"""Minutes; excursions of gold's spread last about as long."""
_SPREAD_POWER = 0.1
"""Spreads widen a little with volatility: correlation 0.25 with the log range."""
_DAY = 24 * 60
_WEEKEND_BEGINS, _WEEKEND_ENDS = 4 * _DAY + 18 * 60, 6 * _DAY + 18 * 60
"""Bitcoin's calm, in minutes of the New York week: Friday to Sunday evening, while the futures rest."""
_AWAY_MEMORY = 0.5 ** (1.0 / 20.0)
_AWAY_DEVIATION = _AWAY_MEMORY / (1.0 - _AWAY_MEMORY**2) ** 0.5
_LEAN_LIMIT = 3.0
"""The recent mean forgets half within 20 minutes; distances from it count up to three standard deviations."""
_THINNING = 1.5
"""Power of volatility that the number of moves in a quiet minute follows, from the wicks of bitcoin's quiet candles."""
_LAST_MINUTES, _FIRST_MINUTES = 19, 60
"""Retail servers widen gold for so long before and after its daily break."""


class DayPath(NamedTuple):
    """Minutes of one day, first axis; prices and spreads are whole ticks."""

    opened_at: datetime
    nodes: Ticks
    """Bids that the quotes of each minute pass through, in order: shape (minutes, steps)."""
    highs: Ticks
    lows: Ticks
    volumes: Ticks
    """Quotes in the minute: never fewer than nodes."""
    spreads: Ticks
    """At the last quote of the minute."""


class DayPainter:
    """Paints days from what the level chain settled; `stream` makes each day's random numbers its own."""

    def __init__(self, calibration: Calibration, roll: DayRoll, ticks_per_unit: int) -> None:
        self._own = calibration
        self._roll = roll
        self._minutes = calendar.minutes_in(roll)
        self._scale = calibration.price * ticks_per_unit

    def paint(self, number: int, levels: DayLevels, after: DayLevels, stream: Generator) -> DayPath:
        """The day `number`, from `levels` to where the day `after` takes over."""
        opened_at = calendar.opening(number, self._roll)
        clock = calendar.new_york_minute(opened_at) + np.arange(self._minutes)
        volatility = np.exp(self._log_volatility(clock, levels, after, stream))
        path = self._path(volatility, levels, stream)
        nodes = np.rint(self._scale * np.exp(path * 1e-4)).astype(np.int64)
        highs, lows = nodes.max(axis=1), nodes.min(axis=1)
        return DayPath(
            opened_at=opened_at,
            nodes=nodes,
            highs=highs,
            lows=lows,
            volumes=self._volumes(volatility, stream),
            spreads=self._spreads(volatility, stream),
        )

    def _log_volatility(self, clock: Ticks, levels: DayLevels, after: DayLevels, stream: Generator) -> Floats:
        own = self._own
        time_of_day = clock % _DAY
        is_weekend = (clock >= _WEEKEND_BEGINS) & (clock < _WEEKEND_ENDS)
        weekday = np.take(own.half_hours, time_of_day // 30) + self._bursts(time_of_day, stream)
        usual = np.log(own.volatility) + np.where(is_weekend, levels.mood, weekday)
        shocks = stream.standard_exponential(self._minutes) - 1.0
        fast = _remembering(own.fast_half_life, own.fast_noise, shocks)
        noise = own.minute_noise * stream.standard_normal(self._minutes)
        result: Floats = usual + self._slow(levels, after, stream) + fast + noise
        return result

    def _slow(self, levels: DayLevels, after: DayLevels, stream: Generator) -> Floats:
        """The day's level and swings over hours about it, bent in the end to where the next day begins."""
        draws = np.concatenate(([levels.slow], stream.standard_normal(self._minutes)))
        slow = levels.level + _remembering(SLOW_HALF_LIFE, self._own.slow_noise, draws)
        bend = after.level + self._own.slow_noise * after.slow - slow[-1]
        result: Floats = slow[1:] + bend * _fading(SLOW_HALF_LIFE, self._minutes)[::-1]
        return result

    def _bursts(self, clock: Ticks, stream: Generator) -> Floats:
        """Excitement that begins at known times and fades."""
        own = self._own
        excitement = np.zeros(self._minutes)
        for burst in own.bursts:
            happens, size = stream.random() < burst.chance, 2.0 * burst.size * stream.random()
            begins = int(np.argmax(clock == _minute_of_day(burst.new_york)))
            if happens:
                excitement[begins:] += size * _fading(BURST_HALF_LIFE, self._minutes - begins)
        return excitement

    def _path(self, volatility: Floats, levels: DayLevels, stream: Generator) -> Floats:
        """Nodes of the day, shape (minutes, steps): a random walk that ends where the day is to end."""
        own = self._own
        shape = (self._minutes, own.steps)
        draws = stream.standard_normal(shape)
        draws[:, 0] *= own.opening_step * np.abs(draws[:, 0]) ** (own.opening_power - 1.0)
        moving = np.minimum((volatility / own.busy) ** _THINNING, 1.0)[:, None]
        draws *= (stream.random(shape) < moving) / np.sqrt(moving * (own.steps - 1))
        draws += self._crowd(draws.sum(axis=1))[:, None] / own.steps
        moves = draws * volatility[:, None]
        moves += (levels.last - levels.first - moves.sum()) * volatility[:, None] / (volatility.sum() * own.steps)
        path = levels.first + np.cumsum(moves).reshape(shape)
        path[:, 1:-1] += own.wick * volatility[:, None] * stream.standard_normal((self._minutes, own.steps - 2))
        return path

    def _crowd(self, draws: Floats) -> Floats:
        """What resting orders add to each minute's draw: away from the recent mean most minutes turn back, few run on.

        The sum stays near nothing, so that price neither trends nor reverts in the mean: the median does.
        """
        crowd, away = [], 0.0
        for draw in draws.tolist():
            lean = self._own.lean * max(-_LEAN_LIMIT, min(_LEAN_LIMIT, away / _AWAY_DEVIATION))
            crowd.append(lean * (draw * draw - 1.0))
            away = _AWAY_MEMORY * (away + draw + crowd[-1])
        return np.array(crowd)

    def _volumes(self, volatility: Floats, stream: Generator) -> Ticks:
        own = self._own
        habit = _remembering(TICKS_HALF_LIFE, own.ticks_habit, stream.standard_normal(self._minutes))
        noise = habit + own.ticks_noise * stream.standard_normal(self._minutes)
        wanted = own.ticks * volatility**own.ticks_power * np.exp(noise)
        served: Floats = own.ticks_limit * -np.expm1(-wanted / own.ticks_limit)
        return _whole(served, own.steps)

    def _spreads(self, volatility: Floats, stream: Generator) -> Ticks:
        model = self._own.spread
        draws = _remembering(_SPREAD_HALF_LIFE, 1.0, stream.standard_normal(self._minutes))
        factor = np.exp(np.where(draws > 0.0, model.excited, model.calm) * draws)
        factor *= (volatility / self._own.volatility) ** _SPREAD_POWER
        factor[-_LAST_MINUTES:] *= model.before_close
        factor[:_FIRST_MINUTES] *= model.after_open
        return _whole(model.usual * factor, model.floor)


def _remembering(half_life: float, deviation: float, draws: Floats) -> Floats:
    """Noise of that deviation that forgets half of itself every `half_life` minutes; draws have mean 0, variance 1."""
    memory = 0.5 ** (1.0 / half_life)
    fresh = deviation * math.sqrt(1.0 - memory**2)
    scaled = [deviation * float(draws[0]), *(fresh * draws[1:]).tolist()]
    return np.array(list(accumulate(scaled, lambda last, draw: memory * last + draw)))


def _fading(half_life: float, minutes: int) -> Floats:
    """1 at first, half after `half_life` minutes, and so on."""
    result: Floats = 0.5 ** (np.arange(minutes) / half_life)
    return result


def _whole(values: Floats, minimum: int) -> Ticks:
    return np.maximum(np.rint(values), minimum).astype(np.int64)


def _minute_of_day(wall_clock: str) -> int:
    hour, minute = wall_clock.split(":")
    return int(hour) * 60 + int(minute)
