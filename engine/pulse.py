"""Measures the desk's vitals: prices, decisions, machine and broker, for the health monitor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from config.health import HealthSettings
from config.trading import RiskMitigation
from engine.clock import Clock
from engine.domain.calendar import Calendar
from engine.domain.health import Health, LinkSigns, NewsSigns, SafetySigns, SymbolSigns, VitalSigns
from engine.domain.store import StoreSigns
from engine.health.monitor import HealthMonitor
from engine.market.feed import Player
from engine.market.hours import open_since
from engine.market.news import currencies_for, news_gap
from engine.market.state import MarketState
from engine.symbol_state import SymbolState

LOOK_S: Final = 1.0

_PAUSE: Final = timedelta(minutes=1)
"""Prices that come after a longer silence have a candle to fill before a decision is due."""


_LONG_SILENCE: Final = timedelta(minutes=30)
"""A symbol that is silent for so long, alone, counts as closed: nothing announces holidays and early closes."""


class MachineGauge(Protocol):
    """The machine under the desk."""

    async def watch(self) -> None:
        """Measures until it is cancelled."""

    def pop_loop_lag_ms(self) -> float | None:
        """The worst lateness since this was last asked."""

    def memory_mb(self) -> float | None: ...


class Pulse:
    """Measures while `beat` runs; ages count in the market's time, the machine's vitals in its own."""

    def __init__(
        self,
        machine: MachineGauge,
        clock: Clock,
        limits: Callable[[], HealthSettings],
        link: Callable[[], LinkSigns] | None = None,
        look_s: float = LOOK_S,
        safety: Callable[[], SafetySigns | None] = lambda: None,
        store: Callable[[], StoreSigns] | None = None,
        risk: Callable[[], RiskMitigation] = RiskMitigation,
    ) -> None:
        """`link` is the connection to a broker, None where prices are played and trades are on paper; `look_s` seconds
        of the machine's time lie between two looks. `safety` returns what is not durable yet, `store` what is wrong
        with what is kept, `risk` the limits in force."""
        self._machine = machine
        self._clock = clock
        self._limits = limits
        self._link = link
        self._look_s = look_s
        self._safety = safety
        self._store = store
        self._risk = risk
        self._monitor = HealthMonitor()
        self._quoted: dict[str, datetime] = {}
        self._resumed: dict[str, datetime] = {}

    async def beat(self, look: Callable[[], None]) -> None:
        """Calls `look` again and again; ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._machine.watch())
            while True:
                await asyncio.sleep(self._look_s)
                look()

    def measure(
        self, states: Mapping[str, SymbolState], market: MarketState, player: Player | None, now_s: float
    ) -> Health:
        """How the desk is at `now_s` of the loop's time."""
        quoted = {symbol: quote.at for symbol, quote in market.quotes.items()}
        newest = max(quoted.values(), default=None)
        signs = VitalSigns(
            symbols=tuple(
                self._of_symbol(symbol, state, player, quoted.get(symbol), newest) for symbol, state in states.items()
            ),
            loop_lag_ms=self._machine.pop_loop_lag_ms(),
            memory_mb=self._machine.memory_mb(),
            link=None if self._link is None else self._link(),
            safety=self._safety(),
            store=None if self._store is None else self._store(),
            news=self._of_news(states, market.calendar),
        )
        return self._monitor.look(signs, self._limits(), now_s)

    def _of_news(self, states: Mapping[str, SymbolState], calendar: Calendar) -> NewsSigns | None:
        """Of the symbol about whose news the least is known; None while no news block entries."""
        risk, now = self._risk(), self._clock.now()
        if not risk.news_blackout_minutes.is_on:
            return None
        of_each = (currencies_for(symbol, state.stands_for, risk) for symbol, state in states.items())
        gap = next((gap for codes in of_each if (gap := news_gap(calendar, now, codes, risk))), "")
        return NewsSigns(gap=gap, known_until=calendar.known_until(now), is_denied=risk.news_needs_calendar)

    def _of_symbol(
        self,
        symbol: str,
        state: SymbolState,
        player: Player | None,
        quoted: datetime | None,
        newest_quote: datetime | None,
    ) -> SymbolSigns:
        now, newest = self._clock.now(), state.newest
        opened = open_since(state.day_roll, now)
        data_age_s = decision_age_s = None
        if quoted is not None:
            data_age_s = _seconds(now, max(quoted, opened or quoted))
            resumed = self._resumed_at(symbol, quoted)
            decided = resumed if newest is None else max(newest.candle.closed_at, resumed)
            decision_age_s = _seconds(quoted, decided)
        return SymbolSigns(
            symbol=symbol,
            data_age_s=data_age_s,
            decision_age_s=decision_age_s,
            why_silent=_why_silent(state, player, is_open=opened is not None),
            is_alone=_is_alone(quoted, newest_quote, now),
        )

    def _resumed_at(self, symbol: str, quoted: datetime) -> datetime:
        """When the prices of `symbol` began to come without a longer silence."""
        before = self._quoted.get(symbol)
        self._quoted[symbol] = quoted
        if before is None or not timedelta(0) <= quoted - before <= _PAUSE:
            self._resumed[symbol] = quoted
        return self._resumed[symbol]


def _seconds(now: datetime, since: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def _is_alone(quoted: datetime | None, newest_quote: datetime | None, now: datetime) -> bool:
    """Whether it has long been silent while others are not."""
    return (
        quoted is not None
        and newest_quote is not None
        and now - quoted >= _LONG_SILENCE
        and now - newest_quote <= _PAUSE
    )


def _why_silent(state: SymbolState, player: Player | None, *, is_open: bool) -> str:
    if not state.is_judged:
        return "it has no rules and is not traded"
    if player is not None and player.is_paused:
        return "the market is paused"
    return "" if is_open else "the market is closed at this hour"
