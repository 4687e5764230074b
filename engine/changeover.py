"""Applies new settings between two candles; indicators are recomputed where the settings change them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import takewhile

from config.settings import Settings
from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Candle, minute_of
from engine.domain.messages import ChangeSettings, SettingsChanged
from engine.errors import UnusableStore
from engine.market.feed import Feed
from engine.market.state import MarketState
from engine.reading import Reading, ReadingTerms, Rereading
from engine.settings_store import SettingsStore
from engine.trading.trader import Trader
from engine.watch import Watch

SLICE = 250
"""Candles read again between two looks at the rest of the loop: some three milliseconds."""


class Changeover:
    """Between two candles all symbols change together, so that no candle is read, judged or traded by both settings.

    Where windows of readings change, the past is read again while the market goes on; the change waits for that.
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
        self._rereading: Rereading | None = None

    @property
    def settings(self) -> Settings:
        """What is in force."""
        return self._store.in_force

    def begin_market(self, *, is_played: bool) -> None:
        """A market restarts: settings that waited for a candle are in force from its start, and the delays go on."""
        self._rereading = None
        now = self._clock.now()
        if is_played:
            self._store.begin_anew(now)
        if self._store.is_due(now):
            self._announce(self._store.take_effect(now))

    def ask(self, command: ChangeSettings, candle_at: datetime, watches: Mapping[str, Watch]) -> None:
        """Takes note of what is wanted; `candle_at` is where the forming candles end."""
        now = self._clock.now()
        begun = minute_of(now)
        candle_at = max(candle_at, begun if now == begun else begun + CANDLE_LENGTH)
        changed = self._store.ask(command.settings, command.by, now, candle_at)
        self._readings_for(self._store.target(candle_at), begun, watches)
        self._announce(changed)

    def note(self, candle: Candle) -> None:
        """A candle closed."""
        if self._rereading is not None:
            self._rereading.note(candle)

    def begin_minute(
        self, opens_at: datetime, watches: Mapping[str, Watch], market: MarketState, trader: Trader
    ) -> None:
        """The one place where other settings come into force: to be called while no candle forms."""
        if not self._store.is_due(opens_at):
            return
        target = self._store.target(opens_at)
        readings = self._readings_for(target, opens_at, watches)
        if readings is None:
            return
        self._rereading = None
        for symbol, watch in watches.items():
            watch.use(target, readings.get(symbol), opens_at)
            if watch.newest is not None:
                market.on_candle(watch.newest)  # the same candle, by the other settings
        trader.use(target)
        self._announce(self._store.take_effect(opens_at))

    def _announce(self, changed: SettingsChanged) -> None:
        """What is announced is on record, or the desk only closes positions."""
        try:
            self._store.write(changed, self._clock.now())
        except UnusableStore as error:
            self._close_only(str(error))
        self._publish(changed)

    # -- readings -----------------------------------------------------------------------------------------------

    def _readings_for(
        self, target: Settings, until: datetime, watches: Mapping[str, Watch]
    ) -> Mapping[str, Reading] | None:
        """Readings by other terms for the symbols that need them; None while they are made."""
        needed = {
            symbol: terms
            for symbol, watch in watches.items()
            if (terms := watch.terms_to_read_by(target)) is not None
        }  # fmt: skip
        if not needed:
            self._rereading = None
            return {}
        if self._rereading is None or self._rereading.terms != needed:
            self._begin_rereading(needed, until, watches)
        rereading = self._rereading
        return rereading.finish() if rereading is not None and rereading.is_level else None

    def _begin_rereading(
        self, needed: Mapping[str, ReadingTerms], until: datetime, watches: Mapping[str, Watch]
    ) -> None:
        pasts = {
            symbol: takewhile(lambda candle: candle.opened_at < until, self._feed.past(symbol, None))
            for symbol in needed
        }
        self._rereading = Rereading({symbol: watches[symbol].reading_by(needed[symbol]) for symbol in needed}, pasts)
        self._advance(self._rereading)

    def _advance(self, rereading: Rereading) -> None:
        """Reads a slice, and the next one when the rest of the loop has had its turn."""
        if rereading is not self._rereading:
            return
        rereading.advance(SLICE)
        if not rereading.is_level:
            asyncio.get_running_loop().call_soon(self._advance, rereading)
