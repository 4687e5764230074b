"""When an open trade ends and where its stop moves: pure decisions, for every quote and every closed candle.

A stop only ever tightens here; the single exception is a position without any, which gets one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from config.trading import ExecutionSettings
from engine.domain.contract import Contract
from engine.domain.exit_rules import ExitRules
from engine.domain.market import Candle, Quote, Side
from engine.domain.orders import exit_price, is_beyond
from engine.domain.trades import OpenTrade, StopKind
from engine.fills.exits import (
    break_even_level,
    closes_against,
    has_gained,
    may_stand,
    no_nearer,
    tighter_of,
    trailing_level,
    way_of,
)


def trails(trade: OpenTrade, settings: ExecutionSettings) -> bool:
    """Whether a trailing stop is on for the trade: as the user switched it, else as the settings say."""
    return settings.trailing if trade.rules.trailing is None else trade.rules.trailing


def leaves_on_opposite_candle(trade: OpenTrade, settings: ExecutionSettings) -> bool:
    """Whether an opposite candle close ends the trade: as the user switched it, else as the settings say."""
    switched = trade.rules.opposite_candle
    return settings.adverse_candle_exit if switched is None else switched


def is_opposite_candle(trade: OpenTrade, candle: Candle) -> bool:
    """Whether a candle that opened at or after the entry closed against the position, and on its losing side."""
    position = trade.position
    is_whole = candle.opened_at >= position.opened_at
    return is_whole and closes_against(way_of(position.side), position.entry, candle.open, candle.close)


def is_out_of_time(trade: OpenTrade, now: datetime, settings: ExecutionSettings) -> bool:
    """Whether the position has reached the age of the time stop, where there is one."""
    due = time_stop_at(trade.position.opened_at, settings)
    return due is not None and now >= due


def time_stop_at(opened_at: datetime, settings: ExecutionSettings) -> datetime | None:
    """When a position that was opened then reaches the age of the time stop, where there is one."""
    minutes = settings.time_stop_minutes
    return None if minutes is None else opened_at + timedelta(minutes=minutes)


def followed(trade: OpenTrade, quote: Quote, settings: ExecutionSettings) -> OpenTrade:
    """The trade after one more quote: its best and worst exit price, and whether it has gained enough to trail."""
    price = exit_price(trade.side, quote)
    worst = trade.worst_price
    if worst is not None and is_beyond(trade.side, worst, price):
        return msgspec.structs.replace(trade, worst_price=price)
    if not is_beyond(trade.side, price, trade.best_price):
        return trade
    is_trailing = trade.is_trailing or (
        trails(trade, settings) and _has_gained(trade, price, settings.trailing_start_r)
    )
    return msgspec.structs.replace(trade, best_price=price, is_trailing=is_trailing)


def with_rules(trade: OpenTrade, rules: ExitRules, settings: ExecutionSettings) -> OpenTrade:
    """The trade by those exit rules; a trailing stop that is on follows at once where it has gained enough before."""
    switched = msgspec.structs.replace(trade, rules=rules)
    has_gained = _has_gained(trade, trade.best_price, settings.trailing_start_r)
    return msgspec.structs.replace(switched, is_trailing=trails(switched, settings) and has_gained)


def tighter_stop(
    trade: OpenTrade, quote: Quote, atr1: float | None, contract: Contract, settings: ExecutionSettings
) -> tuple[float, StopKind] | None:
    """The stop that the rules in force ask for, with the rule that asks for the tighter one; None to leave it.

    Without ATR(1) (None) nothing trails, and break-even holds all the same.
    """
    trailing = None if atr1 is None else trailing_stop(trade, quote, atr1, contract, settings)
    return tighter_of(way_of(trade.side), trailing, due_break_even(trade, quote, contract, settings))


def trailing_stop(
    trade: OpenTrade, quote: Quote, atr1: float, contract: Contract, settings: ExecutionSettings
) -> float | None:
    """Where the stop of an armed trade should follow to, on the tick grid; None to leave it.

    It keeps `trailing_atr1` x ATR(1) behind the best price, and the broker's least distance from the market.
    """
    stop = trade.position.stop_loss
    if not (trade.is_trailing and trails(trade, settings)) or stop is None or is_frozen(trade, quote, contract):
        return None
    price, behind = exit_price(trade.side, quote), settings.trailing_atr1 * atr1
    return trailing_level(way_of(trade.side), price, trade.best_price, behind, stop, contract)


def due_break_even(trade: OpenTrade, quote: Quote, contract: Contract, settings: ExecutionSettings) -> float | None:
    """The entry price as a stop once the best price has been `break_even_at_r` beyond it; None to leave the stop."""
    wanted = settings.break_even_at_r
    if wanted is None or not _has_gained(trade, trade.best_price, wanted) or is_frozen(trade, quote, contract):
        return None
    return break_even_stop(trade, quote, contract)


def break_even_stop(trade: OpenTrade, quote: Quote, contract: Contract) -> float | None:
    """The entry price as a stop; None where that would not tighten the stop or the market is too near for it."""
    position, price = trade.position, exit_price(trade.side, quote)
    return break_even_level(way_of(trade.side), price, position.entry, position.stop_loss, contract)


def missing_stop(trade: OpenTrade, quote: Quote, contract: Contract, *, is_second: bool) -> float | None:
    """The stop for a position that has none: the planned one, or the nearest legal one beyond it.

    None where none was planned or the market is past it: then the position has to be closed. A `is_second` attempt
    keeps the spread as well, which some brokers ask for without saying so.
    """
    planned = trade.initial_stop
    if planned is None or not is_beyond(trade.side, exit_price(trade.side, quote), planned):
        return None
    distance = max(contract.min_distance, quote.spread) if is_second else contract.min_distance
    return no_nearer(way_of(trade.side), exit_price(trade.side, quote), planned, distance, contract)


def is_placeable(side: Side, stop_loss: float, quote: Quote, contract: Contract) -> bool:
    """Whether the broker takes a stop at this price now: behind the market by its least distance."""
    return may_stand(way_of(side), exit_price(side, quote), stop_loss, None, contract)


def is_frozen(trade: OpenTrade, quote: Quote, contract: Contract) -> bool:
    """Whether the market is so near to a level of the position that the broker lets nothing be changed."""
    if contract.freeze_level <= 0.0:
        return False
    price = exit_price(trade.side, quote)
    levels = (trade.position.stop_loss, trade.position.take_profit)
    return any(level is not None and abs(price - level) <= contract.freeze_level for level in levels)


def _has_gained(trade: OpenTrade, price: float, wanted_r: float) -> bool:
    return bool(has_gained(way_of(trade.side), trade.position.entry, price, trade.risk_distance, wanted_r))
