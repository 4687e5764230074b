"""One symbol's market: ticks as they come, and the candles they make by the server's clock."""

from __future__ import annotations

import bisect
import copy
import itertools
import random
import struct
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.fake_metatrader5.simulator.clock import WorldClock, is_open
from tests.fake_metatrader5.simulator.world import Symbol

_MINUTE_S = 60
_RATE = struct.Struct("<qddddQiQ")
_TICK = struct.Struct("<qdddQqId")
_BID_AND_ASK = 6
_ODD_FLAG = 128
_MAX_TICKS = 200_000
_MAX_AT_ONCE = 20_000


@dataclass(slots=True)
class Tick:
    at_ms: int
    stamp_ms: int
    bid: float
    ask: float
    flags: int = _BID_AND_ASK

    def row(self) -> tuple[int, float, float, float, int, int, int, float]:
        return (self.stamp_ms // 1000, self.bid, self.ask, 0.0, 0, self.stamp_ms, self.flags, 0.0)

    def packed(self) -> bytes:
        time_s, bid, ask, last, volume, stamp_ms, flags, real = self.row()
        return _TICK.pack(time_s, bid, ask, last, volume, stamp_ms, flags, real)


@dataclass(slots=True)
class Bar:
    """A candle of bid prices; `time` is the server's, `spread` in points."""

    time: int
    open: float
    high: float
    low: float
    close: float
    ticks: int
    spread: int

    def packed(self) -> bytes:
        return _RATE.pack(self.time, self.open, self.high, self.low, self.close, self.ticks, self.spread, 0)


class Market:
    """Ticks of the seed, of a script, or pushed; each is passed to `on_tick` before the next one comes."""

    def __init__(self, symbol: Symbol, clock: WorldClock, on_tick: Callable[[Market, Tick], None]) -> None:
        self.symbol = symbol
        self.is_selected = symbol.is_selected
        self.is_closed_by_hand = False
        self.is_still = False
        self.ticks: deque[Tick] = deque(maxlen=_MAX_TICKS)
        self.bars: list[Bar] = []
        self._clock = clock
        self._on_tick = on_tick
        self._random = random.Random(symbol.seed)
        self._script: deque[tuple[int, float, float]] = deque()
        self._next_ms = clock.now_ms
        self._bid = symbol.price
        self._make_history()

    def photograph(self) -> Market:
        """The same market as it is now, which nothing will change."""
        taken = copy.copy(self)
        taken.ticks = self.ticks.copy()
        taken.bars = [*self.bars[:-1], *(copy.copy(bar) for bar in self.bars[-1:])]
        return taken

    @property
    def tick(self) -> Tick | None:
        return self.ticks[-1] if self.ticks else None

    @property
    def is_open(self) -> bool:
        return not self.is_closed_by_hand and is_open(self.symbol.hours, self._clock.now_ms)

    def step(self) -> None:
        """Lets happen what is due now."""
        now_ms = self._clock.now_ms
        while self._script and self._script[0][0] <= now_ms:
            self.push(*self._script.popleft())
        if self.symbol.seed is not None:
            self._walk(now_ms)

    def play(self, ticks: Sequence[tuple[float, float, float]]) -> None:
        """Ticks of the near future: seconds from now, bid and ask, in order."""
        start_ms = self._clock.now_ms
        self._script.extend((start_ms + round(after_s * 1000), bid, ask) for after_s, bid, ask in ticks)

    def push(self, at_ms: int, bid: float, ask: float) -> Tick:
        digits = self.symbol.digits
        self._bid = round(bid, digits)
        flags = _BID_AND_ASK + _ODD_FLAG * (len(self.ticks) % 2)
        tick = Tick(at_ms, self._clock.stamp_ms(at_ms), self._bid, round(ask, digits), flags)
        self.ticks.append(tick)
        self._put_in_bar(tick)
        self._on_tick(self, tick)
        return tick

    def _walk(self, now_ms: int) -> None:
        step_ms = 1000.0 / self.symbol.ticks_per_s
        self._next_ms = max(self._next_ms, now_ms - round(_MAX_AT_ONCE * step_ms))
        while self._next_ms <= now_ms:
            moved = self._moved(self.symbol.step_points)
            spread = round(self.symbol.spread * self._random.uniform(0.8, 1.2)) * self.symbol.point
            if not self.is_still and not self.is_closed_by_hand and is_open(self.symbol.hours, self._next_ms):
                self.push(self._next_ms, moved, moved + spread)
            self._next_ms += max(1, round(self._random.expovariate(1.0) * step_ms))

    def _moved(self, points: float) -> float:
        floor = 0.2 * self.symbol.price
        return max(floor, round(self._bid + self._random.gauss(0.0, points) * self.symbol.point, self.symbol.digits))

    def _put_in_bar(self, tick: Tick) -> None:
        minute = tick.stamp_ms // 1000 // _MINUTE_S * _MINUTE_S
        spread = round((tick.ask - tick.bid) / self.symbol.point)
        if not self.bars or self.bars[-1].time < minute:
            self.bars.append(Bar(minute, tick.bid, tick.bid, tick.bid, tick.bid, 1, spread))
            return
        bar = self.bars[-1]
        bar.high, bar.low, bar.close = max(bar.high, tick.bid), min(bar.low, tick.bid), tick.bid
        bar.ticks += 1
        bar.spread = min(bar.spread, spread)

    def _make_history(self) -> None:
        """Candles of the minutes before the start, and one last tick; the price wanders to where it begins."""
        dice = random.Random(f"{self.symbol.name} {self.symbol.seed}")
        swing = self.symbol.step_points * (60.0 * self.symbol.ticks_per_s) ** 0.5 * self.symbol.point
        closes_ms = self._clock.now_ms // 60_000 * 60_000
        price, bars = self.symbol.price, []
        for minutes_ago in range(1, self.symbol.history_minutes + 1):
            at_ms = closes_ms - minutes_ago * 60_000
            is_gap = minutes_ago > 1 and dice.random() < self.symbol.gap_probability
            if is_gap or not is_open(self.symbol.hours, at_ms):
                continue
            opened = max(0.2 * self.symbol.price, price + dice.gauss(0.0, swing))
            bars.append((at_ms, opened, price, dice.random() * swing, dice.random() * swing, dice.randint(20, 300)))
            price = opened
        self.bars = list(self._bars_of(reversed(bars)))
        if self.bars:
            self._rest_at(bars[0][0] + 59_000, bars[0][2])

    def _bars_of(self, drawn: Iterator[tuple[int, float, float, float, float, int]]) -> Iterator[Bar]:
        digits, latest = self.symbol.digits, 0
        for at_ms, opened, closed, above, below, ticks in drawn:
            minute = self._clock.stamp_ms(at_ms) // 1000 // _MINUTE_S * _MINUTE_S
            if minute > latest:  # an hour that the server's clock repeats in autumn keeps its first candles
                latest = minute
                high, low = max(opened, closed) + above, min(opened, closed) - below
                prices = (round(opened, digits), round(high, digits), round(low, digits), round(closed, digits))
                yield Bar(minute, *prices, ticks, self.symbol.spread)

    def _rest_at(self, at_ms: int, bid: float) -> None:
        ask = round(bid + self.symbol.spread * self.symbol.point, self.symbol.digits)
        self.ticks.append(Tick(at_ms, self._clock.stamp_ms(at_ms), round(bid, self.symbol.digits), ask))

    # -- what the terminal hands out ------------------------------------------------------------------------------

    def bars_of(self, timeframe: int) -> list[Bar]:
        """All candles of a timeframe, oldest first; raises `KeyError` for one that does not exist."""
        length_of = _LENGTHS[timeframe]
        if timeframe == 1:
            return self.bars
        merged: list[Bar] = []
        for bar in self.bars:
            begins = length_of(bar.time)
            if merged and merged[-1].time == begins:
                whole = merged[-1]
                whole.high, whole.low, whole.close = max(whole.high, bar.high), min(whole.low, bar.low), bar.close
                whole.ticks += bar.ticks
                whole.spread = min(whole.spread, bar.spread)
            else:
                merged.append(Bar(begins, bar.open, bar.high, bar.low, bar.close, bar.ticks, bar.spread))
        return merged

    def range_of_today(self) -> tuple[float, float]:
        """Highest and lowest bid of the server's day; 0 without candles."""
        day = self.bars[-1].time // 86_400 if self.bars else 0
        bars = list(itertools.takewhile(lambda bar: bar.time // 86_400 == day, reversed(self.bars)))
        return max((bar.high for bar in bars), default=0.0), min((bar.low for bar in bars), default=0.0)

    def ticks_from(self, since_s: int) -> list[Tick]:
        ticks = list(self.ticks)
        return ticks[bisect.bisect_left(ticks, since_s * 1000, key=lambda tick: tick.stamp_ms) :]


def _floored(seconds: int) -> Callable[[int], int]:
    return lambda time: time // seconds * seconds


def _week(time: int) -> int:
    return time - (time // 86_400 + 4) % 7 * 86_400 - time % 86_400


def _month(time: int) -> int:
    return round(datetime.fromtimestamp(time, UTC).replace(day=1, hour=0, minute=0, second=0).timestamp())


_LENGTHS: dict[int, Callable[[int], int]] = {
    **{minutes: _floored(minutes * 60) for minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{0x4000 + hours: _floored(hours * 3600) for hours in (1, 2, 3, 4, 6, 8, 12, 24)},
    0x8001: _week,
    0xC001: _month,
}
