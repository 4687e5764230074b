"""Measures the server's clock whenever it is due, through the current worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from config.symbol_names import METALS, meaning_of, pair_in
from engine.adapters.mt5.calls import Answer, Answered
from engine.adapters.mt5.clock.doubts import CLOCK_REPEATS
from engine.adapters.mt5.clock.gauge import ClockGauge
from engine.adapters.mt5.clock.rules import HOURS_ASKED, rule_of_break
from engine.adapters.mt5.clock.server_time import ServerTime
from engine.adapters.mt5.codes import Timeframe
from engine.adapters.mt5.conditions import Condition
from engine.clock import SteadyClock

_BREAK_LOOKS: Final = 10
"""A terminal that has just been connected may not have the candles yet."""

Ask = Callable[..., Awaitable[Answer]]
"""Asks the terminal to call a function with these arguments."""


class Timekeeper:
    """Outlives workers. `symbols` are those whose ticks show the server's time; `on_measured` is called after each
    measurement."""

    def __init__(
        self,
        gauge: ClockGauge,
        clock: SteadyClock,
        symbols: Sequence[str],
        on_measured: Callable[[], None],
        *,
        look_s: float,
        lasts_s: float,
    ) -> None:
        """Seconds between two looks at ticks while it is measured, and how long a measurement counts."""
        self.symbols = tuple(symbols)
        self._gauge = gauge
        self._clock = clock
        self._on_measured = on_measured
        self._look_s = look_s
        self._lasts = timedelta(seconds=lasts_s)
        self._break_looks = 0

    @property
    def doubt(self) -> Condition | None:
        """Why no entry should rely on the server's clock now; None if it is sure."""
        clock = self._gauge.clock
        if clock is None or self._gauge.doubt is not None:
            return self._gauge.doubt
        now = self._clock.now() + clock.correction
        is_repeating = ServerTime(clock.offset, clock.measured_at, clock.rule).is_repeating(now)
        return CLOCK_REPEATS if is_repeating else None

    async def keep(self, ask: Ask, may_look: Callable[[], bool]) -> None:
        """Measures with the answers to `ask`, while `may_look`; ends only by cancellation."""
        selected: set[str] = set()
        while True:
            if may_look():
                await self._look_at_break(ask)
                if self._is_due:
                    await self._look_at_ticks(ask, selected)
            await asyncio.sleep(self._look_s)

    @property
    def _is_due(self) -> bool:
        clock = self._gauge.clock
        return clock is None or self._clock.now() + clock.carried - clock.measured_at >= self._lasts

    async def _look_at_break(self, ask: Ask) -> None:
        if not self._gauge.wants_break:
            self._break_looks = 0
            return
        if self._break_looks >= _BREAK_LOOKS:
            return
        self._break_looks += 1
        for symbol in filter(_is_metal, self.symbols):
            rates = await ask("copy_rates_from_pos", symbol, int(Timeframe.H1), 0, HOURS_ASKED)
            if isinstance(rates, Answered) and (rule := rule_of_break(map(int, rates.value["time"]))) is not None:
                self._gauge.learn_break(rule)
                return

    async def _look_at_ticks(self, ask: Ask, selected: set[str]) -> None:
        for symbol in self.symbols:
            if symbol not in selected and isinstance(await ask("symbol_select", symbol, True), Answered):
                selected.add(symbol)
            tick = await ask("symbol_info_tick", symbol)
            if not isinstance(tick, Answered):
                continue
            at = self._clock.at(tick.at_s)
            if self._gauge.look(symbol, tick.value["time_msc"], at, self._clock.wall_ahead):
                self._on_measured()


def _is_metal(symbol: str) -> bool:
    pair = pair_in(meaning_of(symbol))
    return pair is not None and pair.base in METALS
