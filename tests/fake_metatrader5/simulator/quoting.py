"""Ticks and candles as the terminal hands them out, packed as rows of the package's arrays."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.market import Bar, Market, Tick
from tests.fake_metatrader5.simulator.rows import Row

if TYPE_CHECKING:
    from tests.fake_metatrader5.simulator.terminal import Terminal

_FAILED, _INVALID, _NOT_FOUND = -1, -2, -4
_NO_TICK = (0, 0.0, 0.0, 0.0, 0, 0, 0, 0.0)


class Quoting:
    """Remembers of which symbol and timeframe candles were asked before."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._asked: set[tuple[str, int]] = set()
        self.functions: dict[str, Callable[..., Any]] = {
            "symbol_info_tick": self._tick, "copy_rates_from": self._rates_from,
            "copy_rates_from_pos": self._rates_from_pos, "copy_rates_range": self._rates_range,
            "copy_ticks_from": self._ticks_from, "copy_ticks_range": self._ticks_range,
        }  # fmt: skip

    def _tick(self, name: str) -> Row:
        market = self._terminal.market(name)
        if market.is_selected and market.tick is not None:
            return market.tick.row()
        if self._terminal.state.unselected_tick == "zero":
            return _NO_TICK
        raise self._refused(_NOT_FOUND)

    def _rates_from_pos(self, name: str, timeframe: int, start: int, count: int) -> bytes:
        if start < 0:
            raise self._refused(_INVALID)
        bars = self._bars(name, timeframe, count)
        return _packed(bars[: len(bars) - start][-self._given(name, timeframe, count) :] if start < len(bars) else [])

    def _rates_from(self, name: str, timeframe: int, since_s: int, count: int) -> bytes:
        bars = self._bars(name, timeframe, count)
        until = bisect.bisect_right(bars, since_s, key=_opened)
        return _packed(bars[:until][-self._given(name, timeframe, count) :])

    def _rates_range(self, name: str, timeframe: int, since_s: int, until_s: int) -> bytes:
        bars = self._bars(name, timeframe, 1)
        found = bars[bisect.bisect_left(bars, since_s, key=_opened) : bisect.bisect_right(bars, until_s, key=_opened)]
        if len(found) >= self._terminal.state.maxbars:
            raise self._refused(self._terminal.state.maxbars_error)
        return _packed(found[-self._given(name, timeframe, max(1, len(found))) :])

    def _bars(self, name: str, timeframe: int, count: int) -> list[Bar]:
        market = self._terminal.market(name)
        if count >= self._terminal.state.maxbars:
            raise self._refused(self._terminal.state.maxbars_error)
        if count <= 0:
            raise self._refused(_INVALID)
        try:
            return market.bars_of(timeframe)
        except KeyError:
            raise self._refused(_INVALID) from None

    def _given(self, name: str, timeframe: int, count: int) -> int:
        """How many candles are given of those asked for: the first time the terminal still loads them."""
        habit = self._terminal.state.first_rates
        if habit == "whole" or (name, timeframe) in self._asked:
            return count
        self._asked.add((name, timeframe))
        if habit == "fails":
            raise self._refused(_FAILED)
        return max(1, count // 2)

    def _ticks_from(self, name: str, since_s: int, count: int, flags: int) -> bytes:
        ticks = self._ticks(self._terminal.market(name), since_s, flags)
        return _packed(ticks[: max(0, count)])

    def _ticks_range(self, name: str, since_s: int, until_s: int, flags: int) -> bytes:
        ticks = self._ticks(self._terminal.market(name), since_s, flags)
        return _packed(tick for tick in ticks if tick.stamp_ms <= until_s * 1000)

    def _ticks(self, market: Market, since_s: int, flags: int) -> list[Tick]:
        if flags not in (mt5.COPY_TICKS_ALL, mt5.COPY_TICKS_INFO, mt5.COPY_TICKS_TRADE):
            raise self._refused(_INVALID)
        return [] if flags == mt5.COPY_TICKS_TRADE else market.ticks_from(since_s)

    def _refused(self, code: int) -> Exception:
        from tests.fake_metatrader5.simulator.terminal import Refused

        return Refused(code)


def _opened(bar: Bar) -> int:
    return bar.time


def _packed(rows: Iterable[Bar] | Iterable[Tick]) -> bytes:
    return b"".join(row.packed() for row in rows)
