"""Applies new settings between two candles; indicators are recomputed where the settings change them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import takewhile

from config.settings import Settings
from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Candle, minute_of
from engine.domain.messages.engine import ChangeSettings, SettingsChanged
from engine.errors import UnusableStore
from engine.market.feed import Feed
from engine.market.state import MarketState
from engine.settings_store import SettingsStore
from engine.symbol_indicators import IndicatorSettings, Recomputation, SymbolIndicators
from engine.symbol_state import SymbolState
from engine.trading.trader import Trader

SLICE = 250
"""Candles recomputed before the rest of the loop has its turn: about three milliseconds."""


class Changeover:
    """Changes the settings of all symbols between two candles, so that no candle is processed by both.

    Where settings of indicators change, the past is recomputed while the market goes on; the change waits for that.
    """

    def __init__(
        self,
        store: SettingsStore,
        feed: Feed,
        clock: Clock,
        publish: Callable[[SettingsChanged], None],
        close_only: Callable[[str], None],
    ) -> None:
        """`close_only` lowers the desk's authority where a change cannot be put on record, for that reason."""
        self._store = store
        self._feed = feed
        self._clock = clock
        self._publish = publish
        self._close_only = close_only
        self._recomputation: Recomputation | None = None

    @property
    def settings(self) -> Settings:
        """What is in force."""
        return self._store.in_force

    def begin_market(self, *, is_played: bool) -> None:
        """A market restarts: settings that waited for a candle are in force from its start, and the delays go on."""
        self._recomputation = None
        now = self._clock.now()
        if is_played:
            self._store.restart_waits(now)
        if self._store.is_due(now):
            self._announce(self._store.take_effect(now))

    def ask(self, command: ChangeSettings, candle_at: datetime, states: Mapping[str, SymbolState]) -> None:
        """Takes note of what is wanted; `candle_at` is where the forming candles end."""
        now = self._clock.now()
        begun = minute_of(now)
        candle_at = max(candle_at, begun if now == begun else begun + CANDLE_LENGTH)
        changed = self._store.ask(command.settings, command.by, now, candle_at)
        self._indicators_for(self._store.target(candle_at), begun, states)
        self._announce(changed)

    def note(self, candle: Candle) -> None:
        """A candle closed."""
        if self._recomputation is not None:
            self._recomputation.note(candle)

    def begin_minute(
        self, opens_at: datetime, states: Mapping[str, SymbolState], market: MarketState, trader: Trader
    ) -> None:
        """The one place where other settings come into force: to be called while no candle forms."""
        if not self._store.is_due(opens_at):
            return
        target = self._store.target(opens_at)
        indicators = self._indicators_for(target, opens_at, states)
        if indicators is None:
            return
        self._recomputation = None
        for symbol, state in states.items():
            state.use(target, indicators.get(symbol), opens_at)
            if state.newest is not None:
                market.on_candle(state.newest)  # the same candle, by the other settings
        trader.use(target)
        self._announce(self._store.take_effect(opens_at))

    def _announce(self, changed: SettingsChanged) -> None:
        """What is announced is on record, or the desk only closes positions."""
        try:
            self._store.write(changed, self._clock.now())
        except UnusableStore as error:
            self._close_only(str(error))
        self._publish(changed)

    # -- indicators -----------------------------------------------------------------------------------------------

    def _indicators_for(
        self, target: Settings, until: datetime, states: Mapping[str, SymbolState]
    ) -> Mapping[str, SymbolIndicators] | None:
        """Indicators by other settings for the symbols that need them; None while they are computed."""
        needed = {
            symbol: changed
            for symbol, state in states.items()
            if (changed := state.changed_indicator_settings(target)) is not None
        }  # fmt: skip
        if not needed:
            self._recomputation = None
            return {}
        if self._recomputation is None or self._recomputation.settings != needed:
            self._begin_recomputation(needed, until, states)
        recomputation = self._recomputation
        return recomputation.finish() if recomputation is not None and recomputation.is_caught_up else None

    def _begin_recomputation(
        self, needed: Mapping[str, IndicatorSettings], until: datetime, states: Mapping[str, SymbolState]
    ) -> None:
        pasts = {
            symbol: takewhile(lambda candle: candle.opened_at < until, self._feed.past(symbol, None))
            for symbol in needed
        }
        self._recomputation = Recomputation(
            {symbol: states[symbol].indicators_by(needed[symbol]) for symbol in needed}, pasts
        )
        self._advance(self._recomputation)

    def _advance(self, recomputation: Recomputation) -> None:
        """Computes a slice, and the next one when the rest of the loop has had its turn."""
        if recomputation is not self._recomputation:
            return
        recomputation.advance(SLICE)
        if not recomputation.is_caught_up:
            asyncio.get_running_loop().call_soon(self._advance, recomputation)
