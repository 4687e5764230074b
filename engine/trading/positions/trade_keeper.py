"""Follows each of the desk's positions from fill to result, whether an answer, an event or the state reports it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from datetime import datetime

import msgspec

from engine.domain.exit_rules import ExitRules, KeptRules
from engine.domain.messages.broker import PositionClosed
from engine.domain.messages.execution import (
    ExecutionEvent,
    OrderMerged,
    PositionAdopted,
    StopMoved,
    TradeAmended,
    TradeClosed,
    TradeOpened,
    TradeReduced,
)
from engine.domain.orders import (
    DealReason,
    ExitReason,
    Order,
    Position,
    Refusal,
    RefusalPolicy,
    signed,
)
from engine.domain.trades import OpenTrade, StopKind
from engine.market.state import MarketState
from engine.trading.positions.exits import ExitDesk
from engine.trading.positions.portfolio import VOLUME_TOLERANCE, Portfolio
from engine.trading.positions.stop_kinds import merged_into, stop_kind_of
from engine.trading.positions.stops import StopKeeper

_BY_STOP = {StopKind.TRAILING: ExitReason.TRAILING_STOP, StopKind.BREAK_EVEN: ExitReason.BREAK_EVEN}
_BY_BROKER = {
    DealReason.TAKE_PROFIT: ExitReason.TAKE_PROFIT,
    DealReason.STOP_OUT: ExitReason.STOP_OUT,
    DealReason.BY_HAND: ExitReason.BY_HAND,
    DealReason.OTHER: ExitReason.OTHER,
}


class TradeKeeper:
    """Keeps the portfolio true to the broker, announces each change, and never leaves a position without a stop."""

    def __init__(
        self,
        portfolio: Portfolio,
        exits: ExitDesk,
        stops: StopKeeper,
        market: MarketState,
        announce: Callable[[ExecutionEvent], None],
    ) -> None:
        self._portfolio = portfolio
        self._exits = exits
        self._stops = stops
        self._market = market
        self._announce = announce
        self._finished: set[int] = set()
        self._kept_rules: dict[int, KeptRules] = {}

    def restore_rules(self, kept: Iterable[KeptRules]) -> None:
        """Takes up the exit rules that the user switched before: they hold once the broker shows the position."""
        self._kept_rules = {one.identifier: one for one in kept}

    @property
    def finished(self) -> Set[int]:
        """Identifiers of positions that have come and gone."""
        return self._finished

    def open(
        self,
        order: Order,
        position: Position,
        now: datetime,
        closings: Iterable[PositionClosed] = (),
        *,
        is_resumed: bool,
        added: Iterable[Order] = (),
    ) -> None:
        """A position came of the order, and of those `added` to it; what has been closed of it since was `closings`.

        One that had been adopted before gets its order now. `is_resumed` if the desk knew it before a restart.
        """
        known = self._portfolio.find(position.identifier)
        if known is None:
            trade = self._trade(position, order, worst_price=None if is_resumed else position.entry)
            for further in added:
                trade = merged_into(trade, further, position)
        else:
            trade = _attached(known, order)
        self._portfolio.put(trade)
        self._announce(
            TradeOpened(
                trade=trade,
                is_partial=position.volume_lots < order.volume_lots - VOLUME_TOLERANCE,
                is_resumed=is_resumed,
                slippage=signed(order.side, position.entry - order.reference_price),
                at=now,
            )
        )
        for closing in closings:
            self.close(closing, now)
        remaining = self._portfolio.get(trade.ticket)
        if remaining is not None and not self._exits.take_up(remaining, now):
            self.guard(remaining, now)

    def merge(self, order: Order, position: Position, now: datetime) -> None:
        """The order was filled into the position of another order, which stands so now, or is gone by now."""
        known = self._portfolio.find(position.identifier)
        if known is None:
            self._announce(OrderMerged(order=order, ticket=position.ticket, trade=None, at=now))
            return
        grown = merged_into(known, order, position)
        self._portfolio.put(grown)
        self._announce(OrderMerged(order=order, ticket=grown.ticket, trade=grown, at=now))
        if not self._exits.take_up(grown, now):
            self.guard(grown, now)

    def is_merged(self, order: Order, position: Position) -> bool:
        """Whether a position that came of this order is that of another order."""
        known = self._portfolio.find(position.identifier)
        is_of_another = known is not None and known.order is not None and known.order.token != order.token
        return order.may_merge and (is_of_another or position.identifier in self._finished)

    def adopt(
        self, position: Position, order: Order | None, now: datetime, closings: Iterable[PositionClosed] = ()
    ) -> None:
        """Takes over a position of ours that no order on its way accounts for, and what was closed of it since."""
        trade = self._trade(position, order)
        self._portfolio.put(trade)
        self._announce(PositionAdopted(trade=trade, at=now))
        for closing in closings:
            self.close(closing, now)
        remaining = self._portfolio.get(trade.ticket)
        if remaining is not None and not self._exits.take_up(remaining, now):
            self.guard(remaining, now)

    def _trade(self, position: Position, order: Order | None, worst_price: float | None = None) -> OpenTrade:
        initial_stop = order.stop_loss if order else position.stop_loss
        kept = self._kept_rules.get(position.identifier)
        rules = kept.rules if kept is not None and kept.is_about(position) else ExitRules()
        return OpenTrade(
            position=position,
            order=order,
            initial_stop=initial_stop,
            best_price=position.entry,
            worst_price=worst_price,
            stop_kind=stop_kind_of(position, initial_stop),
            rules=rules,
            is_touched=rules != ExitRules(),
        )

    def guard(self, trade: OpenTrade, now: datetime) -> None:
        """Sees to it that the position has a stop, or is closed."""
        if trade.position.stop_loss is not None or self._exits.is_leaving(trade.ticket):
            return
        contract, quote = self._portfolio.contract(trade.symbol), self._market.quotes.get(trade.symbol)
        if not self._stops.protect(trade, quote, contract, now):
            self._exits.ask(trade, ExitReason.UNPROTECTED, now)

    # -- events of the broker ----------------------------------------------------------------------------------

    def on_stops_changed(self, ticket: int, stop_loss: float | None, take_profit: float | None, now: datetime) -> None:
        """Stop and target stand at these prices, as was asked."""
        if (trade := self._portfolio.get(ticket)) is None:
            return
        wanted = self._stops.wanted(ticket)
        kind = wanted.kind if wanted else StopKind.BY_HAND
        if stop_loss == trade.position.stop_loss:
            kind = trade.stop_kind  # the target alone has moved
        trade = self._move_levels(trade, stop_loss, take_profit, kind, now)
        self._stops.was_changed(trade, now)
        self.guard(trade, now)

    def on_stops_refused(self, ticket: int, refusal: Refusal, now: datetime) -> bool:
        """The levels stay as they are; True where only the broker's state shows what became of the position."""
        wanted = self._stops.wanted(ticket)
        if refusal.policy is RefusalPolicy.NO_CHANGE and wanted is not None:
            self.on_stops_changed(ticket, wanted.stop_loss, wanted.take_profit, now)
        elif refusal.policy is RefusalPolicy.POSITION_GONE:
            return True
        elif (trade := self._portfolio.get(ticket)) is not None:
            self._stops.was_refused(trade, refusal, now)
            self.guard(trade, now)
        return False

    def on_close_refused(self, ticket: int, refusal: Refusal, now: datetime) -> bool:
        """It is asked for again; True where only the broker's state shows what became of the position."""
        if refusal.policy is RefusalPolicy.POSITION_GONE:
            return True
        if (trade := self._portfolio.get(ticket)) is not None:
            self._exits.was_refused(trade, refusal, now)
        return False

    def is_as_known(self, position: Position) -> bool:
        """Whether the broker shows a position of ours with the volume that is known of it."""
        trade = self._portfolio.find(position.identifier) if position.is_ours else None
        return trade is not None and abs(trade.position.volume_lots - position.volume_lots) <= VOLUME_TOLERANCE

    def on_seen(self, position: Position, now: datetime, number: int | None = None) -> None:
        """The broker shows the position so, in its state of that `number` where it was asked for.

        Its volume only changes by the closings that tell their price.
        """
        trade = self._portfolio.find(position.identifier) if position.is_ours else None
        if trade is None:
            return
        kind = self._stops.kind_seen(trade, position)
        if position.ticket != trade.ticket:
            self._portfolio.remove(trade)
            kept = msgspec.structs.replace(trade.position, ticket=position.ticket)
            trade = msgspec.structs.replace(trade, position=kept)
            self._portfolio.put(trade)
        shown = (position.stop_loss, position.take_profit)
        if shown != (trade.position.stop_loss, trade.position.take_profit):
            trade = self._move_levels(trade, *shown, kind, now)
        if number is not None:
            self._stops.was_seen(trade, number, now)
            self._exits.still_there(trade, number, now)
        self.guard(trade, now)

    def await_state(self, ticket: int, number: int) -> None:
        """The broker's state of this number shows what became of a request about the position."""
        self._exits.awaits_state(ticket, number)
        self._stops.awaits_state(ticket, number)

    def _move_levels(
        self, trade: OpenTrade, stop_loss: float | None, take_profit: float | None, kind: StopKind, now: datetime
    ) -> OpenTrade:
        """Stop and target of the position stand at these prices now."""
        position = msgspec.structs.replace(trade.position, stop_loss=stop_loss, take_profit=take_profit)
        is_same_stop = stop_loss == trade.position.stop_loss
        moved = msgspec.structs.replace(
            trade,
            position=position,
            initial_stop=stop_loss if trade.initial_stop is None else trade.initial_stop,
            stop_kind=trade.stop_kind if is_same_stop else kind,
        )
        self._portfolio.put(moved)
        self._announce(StopMoved(trade=moved, kind=kind, at=now))
        return moved

    def amend(self, trade: OpenTrade, now: datetime) -> OpenTrade:
        """The trade is this one, whatever was believed of it."""
        self._portfolio.put(trade)
        self._announce(TradeAmended(trade=trade, at=now))
        return trade

    def close(self, closing: PositionClosed, now: datetime) -> bool:
        """Counts a closing, in part or whole; False if it does not continue what is known of an open trade of ours."""
        trade = self._portfolio.get(closing.ticket) or self._portfolio.find(closing.identifier)
        if trade is None:
            return False
        before = closing.volume_lots + closing.remaining_lots
        if abs(before - trade.position.volume_lots) > VOLUME_TOLERANCE:
            return False
        trade = self._portfolio.realise(trade, closing)
        if trade.position.volume_lots > 0.0:
            self._portfolio.put(trade)
            self._announce(TradeReduced(trade=trade, at=now))
            if closing.reason is DealReason.DESK:
                self._exits.was_reduced(trade, now)
        else:
            self._finish(trade, closing)
        return True

    def _finish(self, trade: OpenTrade, closing: PositionClosed) -> None:
        reason = exit_reason(closing.reason, trade.stop_kind, self._exits.reason(trade.ticket))
        self._exits.forget(trade.ticket)
        self._stops.forget(trade.ticket)
        self._finished.add(trade.position.identifier)
        self._announce(TradeClosed(trade=self._portfolio.finish(trade, reason, closing.at)))


def exit_reason(deal: DealReason, stop_kind: StopKind, asked: ExitReason | None) -> ExitReason:
    """Why a position ended; `asked` is why the desk asked for it, None where it did not."""
    if deal is DealReason.STOP_LOSS:
        return _BY_STOP.get(stop_kind, ExitReason.STOP_LOSS)
    if deal is DealReason.DESK:
        return asked or ExitReason.BY_DESK
    return _BY_BROKER[deal]


def _attached(trade: OpenTrade, order: Order) -> OpenTrade:
    return msgspec.structs.replace(
        trade, order=order, initial_stop=order.stop_loss, stop_kind=stop_kind_of(trade.position, order.stop_loss)
    )
