"""The market of the mock exchange: a capture stamped again, its candles, and a past made up before it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from engine.clock import running_s
from tests.mock_exchange.capture import LAST, MINUTE_MS, Bar, Said, bars


class ServerClock:
    """Market time in ms: `speed` times as fast as the machine, from `wall_ms` when it had run for `began_s`."""

    def __init__(self, wall_ms: float, began_s: float, speed: float) -> None:
        self.wall_ms, self._began_s, self.speed = wall_ms, began_s, speed

    def now_ms(self) -> float:
        return self.wall_ms + (running_s() - self._began_s) * 1_000.0 * self.speed


class PlayedMarket:
    """A capture as if it began at `begin`; until then there is only the past before it."""

    def __init__(self, said: list[Said], clock: ServerClock, rounds: int = 1) -> None:
        """A market of several `rounds` begins with a minute and lasts for whole minutes, so that rounds join."""
        self.clock = clock
        self.said = said
        self.rounds = rounds
        self._round = 0
        self._trades = sum(each.stream == "trade" for each in said)
        self._first_price = bars(said)[0].open
        self._began_ms: int | None = None
        self.shift_ms = 0
        self._bars: dict[int, Bar] = {}

    def begin(self) -> None:
        """The capture begins now; doing it again does nothing more."""
        if self._began_ms is not None:
            return
        self._began_ms = round(self.clock.now_ms())
        if self.rounds > 1:
            self._began_ms += -self._began_ms % MINUTE_MS
        self.enter(0)

    def enter(self, number: int) -> None:
        """The capture is played for the `number`-th time, counted from 0."""
        assert self._began_ms is not None
        lasts_ms = self.said[-1].at - self.said[0].at
        self._round = number
        self.shift_ms = self._began_ms - self.said[0].at + number * (lasts_ms + -lasts_ms % MINUTE_MS)
        self._bars |= {bar.opened_ms: bar for bar in bars(self.said, self.shift_ms)}

    @property
    def seconds(self) -> float:
        """Since the start, by the market's clock; negative before."""
        return -1.0 if self._began_ms is None else (self.clock.now_ms() - self._began_ms) / 1_000.0

    def restamped(self, said: Said) -> Said:
        data = dict(said.data)
        for key in ("T", "E"):
            if key in data:
                data[key] += self.shift_ms
        for key, count in (("t", self._trades), ("u", len(self.said))):
            if key in data:
                data[key] += self._round * count
        return Said(said.at + self.shift_ms, said.stream, data)

    def bar(self, opened_ms: int) -> Bar:
        """The candle of any minute: played, made up before the capture, flat where nothing was traded."""
        if (bar := self._bars.get(opened_ms)) is not None:
            return bar
        if opened_ms < min(self._bars, default=LAST):
            return self._made_up(opened_ms)
        last = self._bars[max(at for at in self._bars if at < opened_ms)].close
        return Bar(opened_ms, last, last, last, last, 0.0, 0.0, 0)

    def _made_up(self, opened_ms: int) -> Bar:
        begins, ends = self._level(opened_ms), self._level(opened_ms + MINUTE_MS)
        low, high = min(begins, ends) - 1.0, max(begins, ends) + 1.0
        volume = 5.0 + opened_ms // MINUTE_MS % 7
        return Bar(opened_ms, begins, high, low, ends, volume, volume * 0.5, 40)

    def _level(self, at_ms: int) -> float:
        return round(self._first_price * (1.0 + 0.002 * math.sin(at_ms / 7_200_000.0)), 2)

    def bars_between(self, since_ms: int, until_ms: int, limit: int) -> Iterator[Bar]:
        """Candles that opened in between, closed ones only."""
        first = -(-since_ms // MINUTE_MS) * MINUTE_MS
        last = min(until_ms, math.floor(self.clock.now_ms()) - MINUTE_MS)
        for count, opened_ms in enumerate(range(first, last + 1, MINUTE_MS)):
            if count >= limit:
                return
            yield self.bar(opened_ms)


def moment(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1_000.0, UTC)
