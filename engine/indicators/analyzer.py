"""All indicators of one symbol, updated once per closed candle."""

from __future__ import annotations

from datetime import UTC, date, datetime

from config.indicators import SessionsSettings
from config.settings import SymbolRules
from engine.domain.market import Candle, Session, Source
from engine.domain.snapshot import MarketSnapshot
from engine.errors import InvalidMarketData
from engine.indicators.levels import DayRange, EqualLevels, SessionRange
from engine.indicators.order_blocks import OrderBlocks
from engine.indicators.order_flow import OrderFlow
from engine.indicators.sweeps import SweepDetector
from engine.indicators.swings import Structure, SwingDetector
from engine.indicators.volatility import Momentum, Volatility
from engine.indicators.vwap import Vwap
from engine.market.sessions import SessionCalendar
from engine.market.spread import SpreadTracker

LONG_AGO = datetime.min.replace(tzinfo=UTC)
ASIAN_SESSIONS = (Session.ASIA, Session.POST_NY)


class Analyzer:
    """Reads the closed candles of one source, one at a time, in bounded memory; nothing repaints."""

    def __init__(self, source: Source, rules: SymbolRules, sessions: SessionsSettings) -> None:
        settings = rules.analysis
        self._wide_spread_ratio = settings.asian_expansion_ratio
        self._calendar = SessionCalendar(sessions, source.instrument.day_roll)
        self._volatility = Volatility(settings)
        self._momentum = Momentum()
        self._vwap = Vwap(rules.vwap)
        self._day_range = DayRange(settings.day_range_after_candles)
        self._session_range = SessionRange()
        self._equal_levels = EqualLevels(settings.equal_level_max_age, settings.equal_level_tolerance_atr)
        self._swings = SwingDetector()
        self._structure = Structure()
        self._sweeps = SweepDetector(settings.sweep_lookback, source.instrument.tick_size)
        self._order_blocks = OrderBlocks(rules)
        self._spread = SpreadTracker(settings.spread_window)
        self._order_flow = OrderFlow(settings.divergence_candles, is_available=source.has_aggressor_volume)
        self._previous: Candle | None = None
        self._session, self._day, self._dated_until = Session.OFF, date.min, LONG_AGO

    def update(self, candle: Candle) -> MarketSnapshot:
        """Returns the snapshot after `candle`. Raises `InvalidMarketData` unless it opened after the last one."""
        previous = self._previous
        if previous is not None and candle.opened_at <= previous.opened_at:
            raise InvalidMarketData(
                f"{candle.symbol}: the candle of {candle.opened_at} does not come after that of {previous.opened_at}"
            )
        self._previous = candle
        if candle.opened_at >= self._dated_until:
            self._date(candle.opened_at)
        session, day = self._session, self._day
        volatility = self._volatility.update(candle, previous)
        atr1, atr14, range_avg, _, _ = volatility
        vwap, sigma, band_low, band_high, persistence_s, anchored_at = self._vwap.update(candle, atr14)
        is_ready = not (vwap is None or atr14 is None or atr1 is None or range_avg is None)
        spread, flow, sweeps, structure = self._spread, self._order_flow, self._sweeps, self._structure
        spread.update(candle.spread)
        ratio = spread.ratio
        is_asian_expansion = ratio is not None and ratio >= self._wide_spread_ratio and session in ASIAN_SESSIONS
        swings = self._swings.update(candle)
        made, direction, choch, choch_age = structure.update(candle, swings)
        cvd = flow.update(candle, swings)

        # By position, in the order of the fields: naming them all would cost a tenth of the time of all indicators.
        return MarketSnapshot(
            candle, previous, session, day, is_ready,
            *volatility, *self._momentum.update(candle),
            vwap, sigma, band_low, band_high, persistence_s, anchored_at,
            *self._day_range.update(candle), *self._session_range.update(candle),
            *self._equal_levels.update(swings, atr14),
            swings, made, direction, choch, choch_age, sweeps.update(candle, atr14),
            *self._order_blocks.update(candle, atr14),
            spread.mean, spread.median, spread.stdev, ratio, is_asian_expansion,
            cvd, flow.sides[0] if flow.sides else None,
            structure.choch_up_age, structure.choch_down_age, sweeps.highest, sweeps.lowest, flow.sides,
        )  # fmt: skip

    def _date(self, opened_at: datetime) -> None:
        """Session and trading day from this candle on; the indicators discard what ended with the candle before."""
        session, day = self._calendar.session(opened_at), self._calendar.trading_day(opened_at)
        is_new_day = day != self._day
        if is_new_day:
            self._vwap.start_day(opened_at)
            self._day_range.start_day()
            self._order_flow.start_day(day)
        if is_new_day or session is not self._session:
            self._session_range.start(session, is_new_day)
        self._session, self._day, self._dated_until = session, day, self._calendar.unchanged_until(opened_at)
