"""All readings of one symbol, once per closed candle."""

from __future__ import annotations

from datetime import date

from config.settings import SessionsSettings, SymbolRules
from engine.analysis.levels import DayRange, EqualLevels, SessionRange
from engine.analysis.order_blocks import OrderBlocks
from engine.analysis.order_flow import OrderFlow
from engine.analysis.sweeps import SweepDetector
from engine.analysis.swings import Structure, SwingDetector
from engine.analysis.volatility import Momentum, Volatility
from engine.analysis.vwap import Vwap
from engine.domain.market import Candle, Session, Source
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import StructureBreak, Sweep, Swing
from engine.errors import InvalidMarketData
from engine.market.sessions import SessionCalendar
from engine.market.spread import SpreadTracker

ASIAN_SESSIONS = (Session.ASIA, Session.POST_NY)


class Analyzer:
    """Reads the closed candles of one source, one at a time, in bounded memory; nothing it has said changes later."""

    def __init__(self, source: Source, rules: SymbolRules, sessions: SessionsSettings) -> None:
        settings = rules.analysis
        self._asian_expansion_ratio = settings.asian_expansion_ratio
        self._calendar = SessionCalendar(sessions, source.instrument.day_roll)
        self._volatility = Volatility(settings)
        self._momentum = Momentum()
        self._vwap = Vwap(rules.vwap, has_volume=source.has_volume)
        self._day_range = DayRange(settings.day_range_after_candles)
        self._session_range = SessionRange()
        self._equal_levels = EqualLevels(settings.equal_level_max_age, settings.equal_level_tolerance_atr)
        self._swings = SwingDetector()
        self._structure = Structure()
        self._sweeps = SweepDetector(settings.sweep_lookback, source.instrument.tick_size)
        self._order_blocks = OrderBlocks(rules)
        self._spread = SpreadTracker(settings.spread_window)
        self._order_flow = OrderFlow(settings.divergence_candles, is_told=source.has_aggressor_volume)
        self._previous: Candle | None = None
        self._day = date.min

    def update(self, candle: Candle) -> MarketSnapshot:
        """The readings after `candle`. Raises `InvalidMarketData` unless it opened after the candle before it."""
        previous = self._previous
        if previous is not None and candle.opened_at <= previous.opened_at:
            raise InvalidMarketData(
                f"{candle.symbol}: the candle of {candle.opened_at} does not come after that of {previous.opened_at}"
            )
        self._previous = candle
        session = self._calendar.session(candle.opened_at)
        self._follow_calendar(candle, session)
        self._volatility.update(candle, previous)
        atr14 = self._volatility.atr14
        self._momentum.update(candle)
        self._vwap.update(candle, atr14)
        self._spread.update(candle.spread)
        swings = self._swings.update(candle)
        self._equal_levels.update(swings, atr14)
        self._order_blocks.update(candle, atr14)
        self._order_flow.update(candle, self._day, swings)
        structure = self._structure.update(candle, swings)
        sweep = self._sweeps.update(candle, atr14)
        return self._snapshot(candle, previous, session, swings, structure, sweep)

    def _follow_calendar(self, candle: Candle, session: Session) -> None:
        day = self._calendar.trading_day(candle.opened_at)
        is_first_of_day = day != self._day
        if is_first_of_day:
            self._day = day
            self._vwap.start_day(candle.opened_at)
            self._day_range.start_day()
        self._day_range.update(candle)
        self._session_range.update(candle, session, is_first_of_day=is_first_of_day)

    def _snapshot(
        self,
        candle: Candle,
        previous: Candle | None,
        session: Session,
        swings: tuple[Swing, ...],
        structure: StructureBreak | None,
        sweep: Sweep | None,
    ) -> MarketSnapshot:
        volatility, momentum, vwap, spread = self._volatility, self._momentum, self._vwap, self._spread
        day, past_session, equal = self._day_range, self._session_range, self._equal_levels
        atr1, atr14, range_avg = volatility.atr1, volatility.atr14, volatility.range_avg
        is_ready = not (vwap.value is None or atr14 is None or atr1 is None or range_avg is None)
        trend, blocks, flow = self._structure, self._order_blocks, self._order_flow
        # By position, in the order of its fields: naming them all would cost as much as a tenth of the readings.
        return MarketSnapshot(
            candle, previous, session, self._day, is_ready,
            atr1, atr14, range_avg, volatility.is_expanding, volatility.true_range_mean_30,
            momentum.momentum_15, momentum.volume_mean_20,
            vwap.value, vwap.sigma, vwap.band_low, vwap.band_high, vwap.persistence_s, vwap.anchored_at,
            day.high, day.low, day.prior_high, day.prior_low, past_session.prior_high, past_session.prior_low,
            equal.highs, equal.lows,
            swings, structure, trend.direction, trend.choch, trend.choch_age, sweep, blocks.valid, blocks.retests,
            spread.mean, spread.median, spread.stdev, spread.ratio, self._is_asian_expansion(session),
            flow.cvd, flow.sides[0] if flow.sides else None,
            trend.choch_up_age, trend.choch_down_age, self._sweeps.highest, self._sweeps.lowest, flow.sides,
        )  # fmt: skip

    def _is_asian_expansion(self, session: Session) -> bool:
        ratio = self._spread.ratio
        return ratio is not None and ratio >= self._asian_expansion_ratio and session in ASIAN_SESSIONS
