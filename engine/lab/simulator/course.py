"""The course of one position from its fill to its end, on plain numbers: quote by quote where something may happen."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from config.settings import Settings
from engine.adapters.paper.contracts import contract_for
from engine.adapters.recorded.columns import EPOCH
from engine.domain.fills import FillModel
from engine.domain.market import MarketClose
from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import StopKind
from engine.fills.exits import (
    break_even_level,
    closes_against,
    has_gained,
    may_stand,
    reached,
    reaches_stop,
    reaches_target,
    tighter_of,
    trailing_level,
)
from engine.fills.minutes import SECONDS, ask_of
from engine.lab.simulator.held import NEVER, Held, Left, sent_order
from engine.lab.simulator.market import SimulatedMarket, instant, plain
from engine.market.hours import next_close
from engine.trading.positions.rules import time_stop_at
from engine.trading.positions.stops import TIGHTEN_PAUSE

Floats = NDArray[np.float64]

_HOUR: Final = 3600
_PAUSE: Final = math.ceil(TIGHTEN_PAUSE.total_seconds())


class Courses:
    """Follows positions by the exit settings of one configuration."""

    def __init__(self, market: SimulatedMarket, atr1: Floats, settings: Settings, seed: int) -> None:
        self._market, self._atr1 = market, plain(atr1)
        self.contract = contract_for(market.source.instrument, settings.paper, FillModel.PATHS)
        self.paths = market.paths(seed)
        self._rules = settings.execution
        self._step = 0.999 * self.contract.tick_size  # stops lie on the tick grid: a tighter one is a tick further
        self._closes: dict[tuple[int, timedelta], MarketClose | None] = {}
        self.delay = -(-settings.paper.latency_ms // 1000)
        """Seconds from a request to the first quote at which it may be executed."""

    def follow(self, held: Held, until: int = NEVER) -> Left | None:
        """What became of the position before that second; None where it is open then, or the recording ends first."""
        self._set_deadlines(held, held.row - 1)
        market, row, first = self._market, held.row, held.second
        while row < len(market) and market.opened[row] < until:
            if first > 0 or market.opened[row] + SECONDS > until or not self._passes_over(held, row):
                left = self._follow_minute(held, row, first, until)
                if left is not None:
                    return left
            self._close_minute(held, row)
            row, first = row + 1, 0
        return None

    # -- deadlines ----------------------------------------------------------------------------------------------

    def close_after(self, second: int, row: int) -> MarketClose | None:
        """The close before which the desk has to be flat, by what is known when the candle in `row` closed."""
        early = self._market.early(row)
        asked = second // _HOUR, early  # in New York a day ends at a full hour
        if asked not in self._closes:
            self._closes[asked] = next_close(instant(second), early, self.contract, self._rules)
        return self._closes[asked]

    def _set_deadlines(self, held: Held, known_row: int) -> None:
        close, is_timed = self.close_after(held.entered, known_row), self._rules.time_stop_minutes is not None
        due = time_stop_at(instant(held.entered), self._rules) if is_timed else None
        held.flat_from = NEVER if close is None else _second_from(close.flat_from)
        held.time_stop = NEVER if due is None else _second_from(due)

    # -- a minute -----------------------------------------------------------------------------------------------

    def _passes_over(self, held: Held, row: int) -> bool:
        """Whether nothing can happen in a whole minute, by its high and its low: its path need not be drawn."""
        market = self._market
        if self._is_busy(held) or market.opened[row] + SECONDS > min(held.flat_from, held.time_stop):
            return False
        low, high = market.lows[row], market.highs[row]
        if held.way < 0.0:
            low, high = ask_of(low, market.spreads[row]), ask_of(high, market.spreads[row])
        worst, best = (low, high) if held.way > 0.0 else (high, low)
        if reaches_stop(held.way, worst, held.stop) or self._is_reached(held, best):
            return False
        self._moves(held, low, high)
        return True

    def _moves(self, held: Held, low: float, high: float) -> None:
        """The exit price has been between these two, and nothing came of it."""
        worst, best = (low, high) if held.way > 0.0 else (high, low)
        if held.way * worst < held.way * held.worst:
            held.worst = worst
        if held.way * best > held.way * held.best:
            held.best = best

    def _is_busy(self, held: Held) -> bool:
        """Whether each quote counts: a request is on its way, or the stop follows the price."""
        return held.change is not None or held.asked is not None or held.is_trailing or self._is_due(held, held.best)

    def _is_reached(self, held: Held, prices: Any) -> Any:
        """Whether prices are at the target, or so far that a rule for the stop begins to count."""
        way, rules = held.way, self._rules
        counts = reaches_target(way, prices, held.target) | self._is_due(held, prices)
        return counts | (rules.trailing and has_gained(way, held.entry, prices, held.risk, rules.trailing_start_r))

    def _is_due(self, held: Held, prices: Any) -> Any:
        """Whether prices are so far that the stop is to be moved to the entry; not where it was."""
        wanted, is_open = self._rules.break_even_at_r, held.kind is StopKind.INITIAL
        return wanted is not None and is_open and has_gained(held.way, held.entry, prices, held.risk, wanted)

    def _follow_minute(self, held: Held, row: int, first: int, until: int) -> Left | None:
        opened, path = self._market.opened[row], self._exit_prices(held, row)
        last, before = min(SECONDS, until - opened), self._price_before(held, row)
        calm_until = self._calm_until(held, path, first, min(last, held.flat_from - opened, held.time_stop - opened))
        if calm_until > first:
            before, first = float(path[calm_until - 1]), calm_until
        return self._follow_quotes(held, path[first:last].tolist(), before, row, first)

    def _follow_quotes(self, held: Held, prices: list[float], before: float, row: int, first: int) -> Left | None:
        """Each quote as the paper broker and then the desk take it, from second `first` of the minute on."""
        way, opened, due = held.way, self._market.opened[row], min(held.flat_from, held.time_stop)
        behind = self._rules.trailing_atr1 * self._atr1[row - 1]
        for second, price in enumerate(prices, first):
            now = opened + second
            if held.change is not None and now >= held.change[2]:
                self._change_stop(held, held.change, before, now)
            deal = reached(way, price, held.stop, held.target)
            if deal is not None:
                return Left(row, second, deal, 0)
            if held.asked is not None:
                if now >= held.serve_from:
                    return Left(row, second, DealReason.DESK, held.asked_for)
            elif now >= due:
                self._ask_in_time(held, now)
            else:
                self._follow_price(held, price)
                if held.change is None and now >= held.resumes and self._may_tighten(held, behind):
                    self._tighten(held, price, behind, now)
            before = price
        return None

    def _exit_prices(self, held: Held, row: int) -> Floats:
        return self.paths.bids(row) if held.way > 0.0 else self.paths.asks(row)

    def _price_before(self, held: Held, row: int) -> float:
        """The exit price at the last quote of the minute before, whatever its path."""
        close, spread = self._market.closes[row - 1], self._market.spreads[row - 1]
        return close if held.way > 0.0 else ask_of(close, spread)

    def _calm_until(self, held: Held, path: Floats, first: int, last: int) -> int:
        """The first quote, from `first` on, at which something may happen; what comes before it is followed at once."""
        if first >= last or self._is_busy(held):
            return first
        ahead = path[first:last]
        happens = reaches_stop(held.way, ahead, held.stop) | self._is_reached(held, ahead)
        count = int(happens.argmax())
        if not happens[count]:
            count = len(ahead)
        if count:
            calm = ahead[:count].tolist()
            self._moves(held, min(calm), max(calm))
        return first + count

    def _close_minute(self, held: Held, row: int) -> None:
        market = self._market
        if market.teaches(row):
            self._set_deadlines(held, row)
        is_watched = held.asked is None and self._rules.adverse_candle_exit and market.opened[row] >= held.entered
        if is_watched and closes_against(held.way, held.entry, market.opens[row], market.closes[row]):
            self._ask(held, ExitReason.ADVERSE_CANDLE, market.opened[row] + SECONDS, is_at_close=True)

    def _ask(self, held: Held, reason: ExitReason, now: int, *, is_at_close: bool = False) -> None:
        held.asked, held.asked_for, held.serve_from = (
            reason,
            sent_order(now, is_at_close=is_at_close),
            now + self.delay,
        )

    # -- a quote ------------------------------------------------------------------------------------------------

    def _change_stop(self, held: Held, change: tuple[float, StopKind, int], before: float, now: int) -> None:
        level, kind, _ = change
        held.change = None
        if may_stand(held.way, before, level, held.target, self.contract):
            held.stop, held.kind = level, kind
        else:
            held.resumes = now + _PAUSE

    def _ask_in_time(self, held: Held, now: int) -> None:
        self._ask(held, ExitReason.FLAT_BEFORE_CLOSE if now >= held.flat_from else ExitReason.TIME_STOP, now)

    def _follow_price(self, held: Held, price: float) -> None:
        way, rules = held.way, self._rules
        if way * price < way * held.worst:
            held.worst = price
        elif way * price > way * held.best:
            held.best = price
            if rules.trailing and not held.is_trailing:
                held.is_trailing = has_gained(way, held.entry, price, held.risk, rules.trailing_start_r)

    def _may_tighten(self, held: Held, behind: float) -> bool:
        """Whether a rule may ask for a tighter stop: one that trails has to get further by a tick."""
        gained = held.way * (held.best - held.stop) - behind
        return (held.is_trailing and gained > self._step) or self._rules.break_even_at_r is not None

    def _tighten(self, held: Held, price: float, behind: float, now: int) -> None:
        way, wanted = held.way, self._rules.break_even_at_r
        trailing = break_even = None
        if held.is_trailing and behind == behind:
            trailing = trailing_level(way, price, held.best, behind, held.stop, self.contract)
        if wanted is not None and has_gained(way, held.entry, held.best, held.risk, wanted):
            break_even = break_even_level(way, price, held.entry, held.stop, self.contract)
        if (tighter := tighter_of(way, trailing, break_even)) is not None:
            held.change = (*tighter, now + max(self.delay, 1))


def _second_from(at: datetime) -> int:
    return math.ceil((at - EPOCH).total_seconds())
