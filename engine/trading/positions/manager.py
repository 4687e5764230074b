"""Manages open positions: exits, tightening stops, and the levels that the user sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from config.trading import ExecutionSettings
from engine.clock import Clock
from engine.domain.exit_rules import ExitRules
from engine.domain.market import Candle, MarketClose, Quote, Side
from engine.domain.messages.broker import BrokerRequest
from engine.domain.messages.execution import ExecutionEvent, ExitRulesChanged, StopMoveRefused
from engine.domain.orders import ExitReason
from engine.domain.trades import OpenTrade, StopKind
from engine.errors import InvalidOrder, NotOurPosition
from engine.market.state import MarketState
from engine.trading.positions.exits import ExitDesk
from engine.trading.positions.portfolio import Portfolio
from engine.trading.positions.rules import (
    break_even_stop,
    followed,
    is_opposite_candle,
    is_out_of_time,
    is_placeable,
    leaves_on_opposite_candle,
    tighter_stop,
    with_rules,
)
from engine.trading.positions.stops import Levels, StopKeeper
from engine.trading.positions.trade_keeper import TradeKeeper

CloseAfter = Callable[[str, datetime], MarketClose | None]
"""The close of a symbol's market before which a position that was open at an instant has to be gone, if any."""


class PositionManager:
    """Decides on every quote and candle what an open trade needs, and carries out what the user wants of it."""

    def __init__(
        self,
        send: Callable[[BrokerRequest], None],
        clock: Clock,
        market: MarketState,
        settings: ExecutionSettings,
        portfolio: Portfolio,
        announce: Callable[[ExecutionEvent], None],
        close_after: CloseAfter,
    ) -> None:
        self._clock = clock
        self._market = market
        self._settings = settings
        self._announce = announce
        self._close_after = close_after
        self.portfolio = portfolio
        self.exits = ExitDesk(send, announce)
        self.stops = StopKeeper(send, announce)
        self.keeper = TradeKeeper(portfolio, self.exits, self.stops, market, announce)

    def use(self, settings: ExecutionSettings) -> None:
        """Manages positions by other settings from now on."""
        self._settings = settings

    # -- the market ---------------------------------------------------------------------------------------------

    def manage(self, trade: OpenTrade, quote: Quote, now: datetime) -> None:
        """Does what is due for `trade` at the newest quote of its symbol."""
        if self.exits.is_leaving(trade.ticket):
            self.exits.retry_if_due(trade, now)
        elif self._closes_soon(trade, now):
            self.exits.ask(trade, ExitReason.FLAT_BEFORE_CLOSE, now)
        elif is_out_of_time(trade, now, self._settings):
            self.exits.ask(trade, ExitReason.TIME_STOP, now)
        elif trade.position.stop_loss is None:
            self.keeper.guard(trade, now)
        else:
            self._tighten(trade, quote, now)

    def on_candle(self, candle: Candle) -> None:
        """Closes positions against which the candle closed."""
        for trade in self.portfolio.on(candle.symbol):
            if leaves_on_opposite_candle(trade, self._settings) and is_opposite_candle(trade, candle):
                self.exits.ask(trade, ExitReason.ADVERSE_CANDLE, self._clock.now())

    def is_overdue(self, ticket: int, now: datetime) -> bool:
        """Whether a request about the position has gone without any answer for far too long."""
        return self.exits.is_overdue(ticket, now) or self.stops.is_overdue(ticket, now)

    def _closes_soon(self, trade: OpenTrade, now: datetime) -> bool:
        """Whether the close that ends the day or week of the entry is near or past: nothing is held over it."""
        close = self._close_after(trade.symbol, trade.position.opened_at)
        return close is not None and now >= close.flat_from

    def _tighten(self, trade: OpenTrade, quote: Quote, now: datetime) -> None:
        moved = followed(trade, quote, self._settings)
        if moved is not trade:
            self.portfolio.put(moved)
        contract = self.portfolio.contract(trade.symbol)
        if contract is None or not self.stops.may_tighten(trade.ticket, now):
            return
        tighter = tighter_stop(moved, quote, self._market.atr1(trade.symbol), contract, self._settings)
        if tighter is not None:
            level, kind = tighter
            self._move(moved, level, moved.position.take_profit, kind)

    # -- what the user wants ------------------------------------------------------------------------------------

    def close(self, ticket: int, reason: ExitReason = ExitReason.MANUAL) -> None:
        """Closes a position of ours; one that is gone is left alone.

        Where the broker refused to close it and the next attempt waits for its time, it is made at once.
        Raises `NotOurPosition` for that of the user or of another program.
        """
        if (trade := self._own(ticket)) is not None:
            self.exits.ask_at_once(trade, reason, self._clock.now())

    def close_part(self, ticket: int, volume_lots: float) -> None:
        """Closes so many lots of a position of ours, rounded down to the broker's step; all where no less is wanted.

        Raises `InvalidOrder` where the broker would not take the volume, or would not let the rest stand; else like
        `close`.
        """
        if (trade := self._own(ticket)) is None:
            return
        contract, stands = self.portfolio.contract(trade.symbol), trade.position.volume_lots
        if contract is None:
            raise InvalidOrder(f"the terms of {trade.symbol} are not known: only the whole position can be closed")
        part = contract.part_of(stands, volume_lots)
        if part is None:
            raise InvalidOrder(
                f"{volume_lots:g} of {stands:g} lots cannot be closed: {contract.part_fault(volume_lots)}"
            )
        if part >= stands:
            self.close(ticket)
        else:
            self.exits.ask_part(self._touched(trade), part, self._clock.now())

    def close_all(self, symbol: str | None, side: Side | None) -> bool:
        """Closes every position of ours in `symbol` and on `side`, whichever are named; False where there is none."""
        meant = [
            trade
            for trade in self.portfolio.open_trades
            if symbol in (None, trade.symbol) and side in (None, trade.side)
        ]
        for trade in meant:
            self.exits.ask_at_once(trade, ExitReason.MANUAL, self._clock.now())
        return bool(meant)

    def set_rules(self, ticket: int, trailing: bool | None, opposite_candle: bool | None) -> None:
        """Switches exit rules of one position, whatever the settings say; None leaves one as it is. Raises like
        `close`."""
        if (trade := self._own(ticket)) is None:
            return
        stands = trade.rules
        rules = ExitRules(
            trailing=stands.trailing if trailing is None else trailing,
            opposite_candle=stands.opposite_candle if opposite_candle is None else opposite_candle,
        )
        if rules != stands:
            switched = with_rules(self._touched(trade), rules, self._settings)
            self.portfolio.put(switched)
            self._announce(ExitRulesChanged(trade=switched, at=self._clock.now()))

    def flatten(self) -> None:
        """Closes every position of ours, and whatever orders on their way turn into, until `end_flatten`.

        No entry meanwhile. A refused close that waits for its time is asked for at once.
        """
        self.exits.is_flattening = True
        for trade in self.portfolio.open_trades:
            self.exits.ask_at_once(trade, ExitReason.FLATTEN, self._clock.now())

    def end_flatten(self) -> None:
        """Everything is closed, or the user cancelled: closes that wait for their time are dropped."""
        self.exits.end_flatten()

    def break_even(self, ticket: int) -> None:
        """Moves the stop to the entry; refused while the market is not beyond it. Raises like `close`."""
        if (trade := self._own(ticket)) is None:
            return
        quote, contract = self._market.quotes.get(trade.symbol), self.portfolio.contract(trade.symbol)
        level = None
        if quote is not None and contract is not None:
            level = break_even_stop(trade, quote, contract)
        if level is None:
            reason = "the market is not beyond the entry price, or the stop is there already"
            self._refuse(trade, StopKind.BREAK_EVEN, reason)
        else:
            self._move(self._touched(trade), level, self.stops.latest(trade).take_profit, StopKind.BREAK_EVEN)

    def change_stops(self, ticket: int, stop_loss: float | UnsetType, take_profit: float | UnsetType | None) -> None:
        """Asks the broker for the user's levels, rounded to the tick; one that is not named stays as it is, or as it
        was asked for last. Raises like `close`."""
        if (trade := self._own(ticket)) is None:
            return
        contract = self.portfolio.contract(trade.symbol)
        if contract is None:
            self._refuse(trade, StopKind.BY_HAND, f"the terms of {trade.symbol} are not known: it is not managed now")
            return
        stands = self.stops.latest(trade)
        stop = stands.stop_loss if stop_loss is UNSET else contract.round_price(stop_loss)
        target = stands.take_profit
        if take_profit is not UNSET:
            target = None if take_profit is None else contract.round_price(take_profit)
        quote = self._market.quotes.get(trade.symbol)
        if stop is None:
            self._refuse(trade, StopKind.BY_HAND, "the position has no stop yet: it is being protected")
        elif stop_loss is not UNSET and quote is not None and not is_placeable(trade.side, stop, quote, contract):
            self._refuse(trade, StopKind.BY_HAND, f"a stop at {stop} is beyond the market or too close to it")
        else:
            # A break-even that waits stays one: only so it is dropped where the stop is beyond the entry by then.
            is_target_alone = stop_loss is UNSET and self.stops.is_waiting(ticket)
            kind = stands.kind if is_target_alone else StopKind.BY_HAND
            self._move(self._touched(trade), stop, target, kind)

    def _touched(self, trade: OpenTrade) -> OpenTrade:
        """The trade, marked as changed manually by the user."""
        touched = msgspec.structs.replace(trade, is_touched=True)
        self.portfolio.put(touched)
        return touched

    def _own(self, ticket: int) -> OpenTrade | None:
        if any(position.ticket == ticket for position in self.portfolio.others):
            raise NotOurPosition(f"position {ticket} was opened by the user or another program: the desk leaves it")
        return self.portfolio.get(ticket)

    def _move(self, trade: OpenTrade, stop_loss: float, take_profit: float | None, kind: StopKind) -> None:
        levels = Levels(stop_loss=stop_loss, take_profit=take_profit, kind=kind)
        self.stops.move(trade, levels, self._clock.now())

    def _refuse(self, trade: OpenTrade, kind: StopKind, reason: str) -> None:
        self._announce(StopMoveRefused(trade=trade, kind=kind, reason=reason, at=self._clock.now()))
