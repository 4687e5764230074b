"""Swings, structure, sweeps, order blocks and divergences by their plain definitions, over whole series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from config.settings import SymbolRules
from engine.domain.market import Candle, Side
from engine.domain.structure import BreakKind, Direction, OrderBlock, StructureBreak, Sweep, SweptSide, Swing

Number = float | None
Candles = Sequence[Candle]


def swings_by_candle(candles: Candles) -> dict[int, list[Swing]]:
    """The swings of each candle that is one; each is known two candles later."""
    found: dict[int, list[Swing]] = {}
    for m in range(2, len(candles) - 2):
        before, after = candles[m - 2 : m], candles[m + 1 : m + 3]
        here, times = candles[m], {"candle_time": candles[m].opened_at, "known_at": candles[m + 2].opened_at}
        if here.high > max(one.high for one in before) and here.high >= max(one.high for one in after):
            found.setdefault(m, []).append(Swing(is_high=True, price=here.high, **times))
        if here.low < min(one.low for one in before) and here.low <= min(one.low for one in after):
            found.setdefault(m, []).append(Swing(is_high=False, price=here.low, **times))
    return found


def structure(candles: Candles, swings: dict[int, list[Swing]]) -> list[tuple[StructureBreak | None, Direction | None]]:
    """The break that each candle makes, and the direction after it."""
    rows: list[tuple[StructureBreak | None, Direction | None]] = []
    direction: Direction | None = None
    latest: dict[bool, Swing] = {}
    broken: set[Swing] = set()
    for t, candle in enumerate(candles):
        latest |= {swing.is_high: swing for swing in swings.get(t - 2, [])}
        high, low = latest.get(True), latest.get(False)
        if high is not None and high not in broken and candle.close > high.price:
            swing, towards = high, Direction.UP
        elif low is not None and low not in broken and candle.close < low.price:
            swing, towards = low, Direction.DOWN
        else:
            rows.append((None, direction))
            continue
        event = BreakKind.CHOCH if direction is not None and direction is not towards else BreakKind.BOS
        broken.add(swing)
        direction = towards
        times = {"swing_time": swing.candle_time, "known_at": candle.opened_at}
        rows.append((StructureBreak(event=event, direction=towards, level=swing.price, **times), direction))
    return rows


def sweep(candles: Candles, t: int, *, lookback: int, tick_size: float, atr14: Number) -> Sweep | None:
    """The sweep that candle t makes of the `lookback` candles before it."""
    candle, before = candles[t], candles[t - lookback : t]
    if t < lookback:
        return None
    lowest, highest = min(one.low for one in before), max(one.high for one in before)
    body = max(abs(candle.close - candle.open), tick_size)
    is_heavy = candle.volume is not None and candle.volume >= 1.5 * (
        sum(one.volume or 0.0 for one in before) / lookback
    )

    def found(side: SweptSide, level: float, wick: float, depth: float) -> Sweep:
        confidence = 0.5 + (0.3 if wick >= 1.5 * body else 0.0) + (0.2 if is_heavy else 0.0)
        if atr14 is not None and depth < 0.1 * atr14:
            confidence /= 2
        return Sweep(side=side, level=level, confidence=confidence, known_at=candle.opened_at)

    bullish, bearish = None, None
    if candle.low < lowest and candle.close > lowest:
        wick = min(candle.open, candle.close) - candle.low
        bullish = found(SweptSide.SELL_SIDE, lowest, wick, lowest - candle.low)
    if candle.high > highest and candle.close < highest:
        wick = candle.high - max(candle.open, candle.close)
        bearish = found(SweptSide.BUY_SIDE, highest, wick, candle.high - highest)
    if bullish is not None and bearish is not None:
        return bearish if bearish.confidence > bullish.confidence else bullish
    return bullish or bearish


def order_blocks(candles: Candles, atr14: Sequence[Number], rules: SymbolRules) -> list[list[tuple[OrderBlock, bool]]]:
    """After each candle the valid blocks, as known first, each with whether this candle was its first touch."""
    rows: list[list[tuple[OrderBlock, bool]]] = [[] for _ in candles]
    for t in range(1, len(candles)):
        for side in Side:
            origin = _origin(candles, t, side, atr14[t], rules)
            if origin is not None:
                block = _block(candles, origin, t, side, atr14[t] or 0.0, rules)
                _live(candles, rows, block, origin, t, rules.micro_ob_max_age)
    return rows


def _origin(candles: Candles, t: int, side: Side, atr14: Number, rules: SymbolRules) -> int | None:
    if atr14 is None:
        return None
    close = candles[t].close
    for j in range(t - 1, max(-1, t - 1 - rules.micro_ob_lookback), -1):
        origin, between = candles[j], candles[j + 1 : t]
        if side is Side.BUY:
            is_opposite, move = origin.close < origin.open, close - origin.low
            is_first_beyond = close > origin.high and all(one.close <= origin.high for one in between)
        else:
            is_opposite, move = origin.close > origin.open, origin.high - close
            is_first_beyond = close < origin.low and all(one.close >= origin.low for one in between)
        if is_opposite and is_first_beyond and move >= rules.micro_ob_impulse_atr * atr14:
            return j
    return None


def _block(candles: Candles, j: int, t: int, side: Side, atr14: float, rules: SymbolRules) -> OrderBlock:
    origin, close = candles[j], candles[t].close
    if rules.micro_ob_range_type == "atr":
        minimum, maximum = rules.micro_ob_atr_min * atr14, rules.micro_ob_atr_max * atr14
    else:
        minimum, maximum = rules.micro_ob_pct_min * close, rules.micro_ob_pct_max * close
    wick = origin.open - origin.low if side is Side.BUY else origin.high - origin.open
    height = min(max(wick, minimum), maximum)
    move = close - origin.low if side is Side.BUY else origin.high - close
    return OrderBlock(
        direction=side,
        low=origin.open - height if side is Side.BUY else origin.open,
        high=origin.open if side is Side.BUY else origin.open + height,
        candle_time=origin.opened_at,
        known_at=candles[t].opened_at,
        strength=min(1.0, move / (3 * atr14)),
        is_fresh=True,
    )


def _live(
    candles: Candles, rows: list[list[tuple[OrderBlock, bool]]], block: OrderBlock, j: int, t: int, max_age: int
) -> None:
    rows[t].append((block, False))
    touched = OrderBlock(**{name: getattr(block, name) for name in block.__struct_fields__} | {"is_fresh": False})
    is_bullish, is_fresh = block.direction is Side.BUY, True
    for later in range(t + 1, min(j + max_age + 1, len(candles))):
        candle = candles[later]
        if candle.close < block.low if is_bullish else candle.close > block.high:
            return
        is_touch = is_fresh and (candle.low <= block.high if is_bullish else candle.high >= block.low)
        is_fresh = is_fresh and not is_touch
        rows[later].append((block if is_fresh else touched, is_touch))


def divergences(
    swings: dict[int, list[Swing]], days: Sequence[date], cvd: Sequence[Number], counts_for: int
) -> list[tuple[Side, ...]]:
    """After each candle the sides whose divergence still counts: the newest first, BUY first of equals."""
    known_at: dict[Side, list[int]] = {Side.BUY: [], Side.SELL: []}
    for side, is_high in ((Side.BUY, False), (Side.SELL, True)):
        points = [(m, swing.price) for m in sorted(swings) for swing in swings[m] if swing.is_high is is_high]
        for (first, first_price), (second, second_price) in pairwise(points):
            before, after = cvd[first], cvd[second]
            if days[first] != days[second] or before is None or after is None:
                continue
            if side is Side.BUY and second_price < first_price and after > before:
                known_at[side].append(second + 2)
            if side is Side.SELL and second_price > first_price and after < before:
                known_at[side].append(second + 2)
    rows = []
    for t in range(len(days)):
        newest = {side: max((at for at in known if at <= t), default=None) for side, known in known_at.items()}
        live = [(side, at) for side, at in newest.items() if at is not None and t - at < counts_for]
        rows.append(tuple(side for side, _ in sorted(live, key=lambda one: -one[1])))
    return rows
