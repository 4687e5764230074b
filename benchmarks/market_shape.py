"""Statistics of a market: ranges, spreads, tails, clustering, wicks, sweeps, gaps, setups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from config.indicators import SessionsSettings
from config.settings import Settings
from engine.adapters.recorded.columns import CandleColumns
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Layer
from engine.domain.market import Candle, DayRoll, Session, Source
from engine.indicators.analyzer import Analyzer
from engine.market.sessions import NEW_YORK, SessionCalendar

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

QUANTILES = (0.1, 0.5, 0.9, 0.99)
LIQUID = (Session.LONDON, Session.OVERLAP, Session.NEW_YORK)
SWEEP_LOOKBACK = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_US = 60_000_000
_BASIS = 1e4
_TICK = 0.01


def shape(candles: CandleColumns, roll: DayRoll) -> dict[str, float]:
    """Statistics of at least some days of minutes, by name; bp is a ten-thousandth of the price.

    Sweeps, wicks and engulfing candles are counted as the strategy defines them.
    """
    sessions = _sessions(candles, roll)
    rows = [*_ranges(candles, sessions), *_returns(candles), *_ticks(candles), *_forms(candles)]
    return dict([*rows, *_gaps(candles)] if roll is DayRoll.NEW_YORK_17 else rows)


def spreads(candles: CandleColumns, roll: DayRoll, limit: float) -> dict[str, float]:
    """Spread in price units by session; `limit` is the strategy's widest spread."""
    sessions, spread = _sessions(candles, roll), candles.spread
    assert spread is not None
    by_session = {f"spread, median, {each.value}": float(np.median(spread[sessions == each])) for each in _named()}
    liquid = np.isin(sessions, LIQUID)
    return {
        **{f"spread, {_percent(part)}": float(np.quantile(spread, part)) for part in QUANTILES},
        **by_session,
        "spread within the strategy's limit, London to New York": float((spread[liquid] <= limit).mean()),
    }


def judged(candles: Iterable[Candle], source: Source) -> dict[str, float]:
    """How far the strategy as shipped lets candles come: shares by layer (mean of both sides), and setups."""
    settings = Settings()
    rules = settings.rules_for(source.symbol)
    assert rules is not None
    analyzer, evaluator = Analyzer(source, rules, settings.sessions), Evaluator(source.instrument, rules)
    passed, count = Counter[str](), 0
    for count, candle in enumerate(candles, start=1):  # noqa: B007
        judgement = evaluator.evaluate(analyzer.update(candle))
        passed["setup"] += judgement.setup is not None
        for side in (judgement.buy, judgement.sell):
            passed.update(layer for layer in Layer if getattr(side, layer.value) is None)
    shares = {f"share that passes {layer.value}": passed[layer] / count / 2 for layer in Layer}
    return {**shares, "setups per 1,000 candles": 1000.0 * passed["setup"] / count}


def ranges_by_hour(candles: CandleColumns) -> dict[int, list[float]]:
    """Minute range in bp by hour of the New York day: the quantiles of `QUANTILES`."""
    hours = np.array([instant.astimezone(NEW_YORK).hour for instant in _instants(candles)])
    size = _range(candles)
    return {hour: np.quantile(size[hours == hour], QUANTILES).tolist() for hour in range(24) if (hours == hour).any()}


def _ranges(candles: CandleColumns, sessions: npt.NDArray[np.object_]) -> Iterator[tuple[str, float]]:
    size = _range(candles)
    for part in QUANTILES:
        yield f"minute range, {_percent(part)}, bp", float(np.quantile(size, part))
    for each in _named():
        yield f"minute range, median, {each.value}, bp", float(np.median(size[sessions == each]))


def _returns(candles: CandleColumns) -> Iterator[tuple[str, float]]:
    moves = np.diff(np.log(candles.close)) * _BASIS
    moves = moves[np.diff(candles.at) == _MINUTE_US]
    sizes = np.abs(moves)
    yield "minute return, standard deviation, bp", float(moves.std())
    yield "minute return, 99.9 % of sizes, bp", float(np.quantile(sizes, 0.999))
    yield "minute return, kurtosis", float(((moves - moves.mean()) ** 4).mean() / moves.var() ** 2 - 3.0)
    for lag in (1, 10, 60):
        yield f"autocorrelation of sizes, lag {lag}", _autocorrelation(sizes, lag)
    yield "autocorrelation of returns, lag 1", _autocorrelation(moves, 1)


def _ticks(candles: CandleColumns) -> Iterator[tuple[str, float]]:
    volume = candles.volume
    if volume is None:
        return
    for part in QUANTILES:
        yield f"ticks a minute, {_percent(part)}", float(np.quantile(volume, part))
    yield "volume at least 1.2 x the candle before", float((volume[1:] >= 1.2 * volume[:-1]).mean())


def _forms(candles: CandleColumns) -> Iterator[tuple[str, float]]:
    open_, high, low, close = candles.open, candles.high, candles.low, candles.close
    size, body = high - low, np.maximum(np.abs(close - open_), _TICK)
    below, above = np.minimum(open_, close) - low, high - np.maximum(open_, close)
    lowest, highest = _before(low, SWEEP_LOOKBACK).min(axis=1), _before(high, SWEEP_LOOKBACK).max(axis=1)
    new_low, new_high = low[SWEEP_LOOKBACK:] < lowest, high[SWEEP_LOOKBACK:] > highest
    ends = close[SWEEP_LOOKBACK:]
    yield "sell-side sweeps", float((new_low & (ends > lowest)).mean())
    yield "buy-side sweeps", float((new_high & (ends < highest)).mean())
    yield "breaks of the 10-candle low", float((new_low & (ends <= lowest)).mean())
    yield "breaks of the 10-candle high", float((new_high & (ends >= highest)).mean())
    yield "closes beyond the last 60 closes", _records(close, 60)
    yield "lower wick at least 1.5 bodies", float((below >= 1.5 * body).mean())
    yield "upper wick at least 1.5 bodies", float((above >= 1.5 * body).mean())
    yield "lower wick, median share of range", float(np.median(below / np.maximum(size, _TICK)))
    yield "body, median share of range", float(np.median(body / np.maximum(size, _TICK)))
    yield "doji: body at most a tenth of range", float((np.abs(close - open_) <= 0.1 * size).mean())
    yield "bullish strong engulfing", float(_engulfing(candles, 1.0).mean())
    yield "bearish strong engulfing", float(_engulfing(candles, -1.0).mean())
    yield "swing highs", float(_swing_highs(high).mean())
    yield "moved one ATR(14) in 15 candles", float((np.abs(close[15:] - close[:-15]) >= _atr(candles)[15:]).mean())


def _gaps(candles: CandleColumns) -> Iterator[tuple[str, float]]:
    """Of gold: over the daily break and the weekend; a recording's own holes of some minutes are none."""
    waits = np.diff(candles.at) / _MINUTE_US
    jumps = np.abs(np.log(candles.open[1:] / candles.close[:-1])) * _BASIS
    weeks = (candles.at[-1] - candles.at[0]) / _MINUTE_US / (7 * 24 * 60)
    for name, chosen in (("daily", (waits > 30) & (waits < 300)), ("weekend", waits > 2000)):
        yield f"{name} gaps a week", float(chosen.sum() / weeks)
        for part in (0.5, 0.9):
            yield f"{name} gap, {_percent(part)}, bp", float(np.quantile(jumps[chosen], part))


def _engulfing(candles: CandleColumns, sign: float) -> Mask:
    """STRONG_ENGULFING up (`sign` 1) or down (-1)."""
    open_, close = sign * candles.open, sign * candles.close
    turns = (close[:-1] < open_[:-1]) & (close[1:] > open_[1:])
    engulfs = (open_[1:] <= close[:-1]) & (close[1:] > open_[:-1])
    result: Mask = turns & engulfs & (close[1:] - open_[1:] >= 0.5 * _atr(candles)[1:])
    return result


def _atr(candles: CandleColumns) -> Floats:
    """ATR(14) by Wilder."""
    last = np.concatenate((candles.open[:1], candles.close[:-1]))
    true_ranges = np.maximum(candles.high, last) - np.minimum(candles.low, last)
    smoothed = true_ranges[:14].mean()
    result = np.empty(len(true_ranges))
    for at, true_range in enumerate(true_ranges.tolist()):
        smoothed = (13.0 * smoothed + true_range) / 14.0
        result[at] = smoothed
    return result


def _swing_highs(high: Floats) -> Mask:
    middle = high[2:-2]
    older, newer = np.maximum(high[:-4], high[1:-3]), np.maximum(high[3:-1], high[4:])
    result: Mask = (middle > older) & (middle >= newer)
    return result


def _records(close: Floats, count: int) -> float:
    past, now = _before(close, count), close[count:]
    return float(((now > past.max(axis=1)) | (now < past.min(axis=1))).mean() / 2.0)


def _before(values: Floats, count: int) -> Floats:
    """For each value from the `count`-th on, the `count` values before it, one row each."""
    return np.lib.stride_tricks.sliding_window_view(values, count)[:-1]


def _autocorrelation(values: Floats, lag: int) -> float:
    return float(np.corrcoef(values[lag:], values[:-lag])[0, 1])


def _range(candles: CandleColumns) -> Floats:
    result: Floats = (candles.high - candles.low) / candles.close * _BASIS
    return result


def _named() -> tuple[Session, ...]:
    return tuple(each for each in Session if each is not Session.OFF)


def _sessions(candles: CandleColumns, roll: DayRoll) -> npt.NDArray[np.object_]:
    calendar = SessionCalendar(SessionsSettings(), roll)
    return np.array([calendar.session(instant) for instant in _instants(candles)], dtype=object)


def _instants(candles: CandleColumns) -> Iterator[datetime]:
    return (_EPOCH + timedelta(microseconds=at) for at in candles.at.tolist())


def _percent(part: float) -> str:
    return f"{part * 100:g} %"
