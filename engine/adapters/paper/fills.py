"""Executes requests against the paper account at a quote, or refuses them as a broker would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from config.desk import PaperSettings
from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.faults import (
    INVALID_STOPS,
    INVALID_VOLUME,
    NO_CHANGES,
    NO_MONEY,
    POSITION_CLOSED,
    REQUOTE,
    Fault,
)
from engine.adapters.paper.triggers import Trigger, trigger, trigger_within
from engine.domain.contract import Contract
from engine.domain.market import Candle, Quote, Side
from engine.domain.messages.broker import BrokerEvent, ChangeStops, ClosePosition, OrderFilled, PositionClosed
from engine.domain.orders import Account, DealReason, Order, OrderEnd, Position, Refusal, exit_price, signed
from engine.domain.plan import price_to_enter
from engine.fills.exits import may_stand, way_of
from engine.fills.slippage import Slippage
from engine.market.state import MarketState


class Fills:
    """Market orders at the right side of the quote plus slippage; stops, targets and stop-out on each quote."""

    def __init__(
        self,
        account: PaperAccount,
        contracts: Mapping[str, Contract],
        market: MarketState,
        settings: PaperSettings,
    ) -> None:
        self._account = account
        self._contracts = contracts
        self._market = market
        self._settings = settings
        self._slippage = Slippage(settings.seed, settings.slippage_spreads)

    # -- requests -----------------------------------------------------------------------------------------------

    def enter(self, order: Order, fault: Fault, quote: Quote) -> tuple[BrokerEvent, ...] | Refusal:
        """Fills the order at `quote`, whole or in part; the events are those of a netted position and of the order."""
        outcome = self._enter(order, fault, quote)
        if isinstance(outcome, Refusal):
            self.reject(order, fault, quote.at)
        return outcome

    def reject(self, order: Order, fault: Fault, at: datetime) -> None:
        """Puts the order into the history as rejected."""
        self._file(order, 0.0, OrderEnd.REJECTED, fault, at)

    def _file(self, order: Order, filled_lots: float, end: OrderEnd, fault: Fault, at: datetime) -> None:
        token = "" if fault.is_token_lost else order.token
        self._account.file(order, filled_lots, end, at, token=token, shown_at=at + fault.visible_after)

    def _enter(self, order: Order, fault: Fault, quote: Quote) -> tuple[BrokerEvent, ...] | Refusal:
        contract = self._contracts[order.symbol]
        if not contract.is_tradable(order.volume_lots):
            return INVALID_VOLUME
        slippage = self._slippage.draw(contract, quote.at, order.side, quote.spread, is_entry=True)
        price = price_to_enter(order.side, quote) + signed(order.side, slippage)
        if order.max_deviation is not None and signed(order.side, price - order.reference_price) > order.max_deviation:
            return REQUOTE
        if not _may_stand(order.side, order.stop_loss, order.take_profit, quote, contract):
            return INVALID_STOPS
        volume = _part(order.volume_lots, fault.filled_fraction, contract)
        if contract.margin(price, volume) > self.account(quote.at).free_margin:
            return NO_MONEY
        return self._fill(order, volume, price, quote.spread / 2.0 + slippage, fault, quote.at)

    def close(self, request: ClosePosition, fault: Fault, quote: Quote) -> PositionClosed | Refusal:
        position = self._account.get(request.ticket)
        if position is None:
            return POSITION_CLOSED
        contract = self._contracts[position.symbol]
        if request.volume_lots > position.volume_lots:
            return INVALID_VOLUME
        volume = _part(request.volume_lots, fault.filled_fraction, contract)
        slippage = self._slippage.draw(contract, quote.at, position.side, quote.spread, is_entry=False)
        price = exit_price(position.side, quote) - signed(position.side, slippage)
        worse_by = quote.spread / 2.0 + slippage
        return self._account.close(request.ticket, volume, price, DealReason.DESK, quote.at, worse_by=worse_by)

    def change_stops(self, request: ChangeStops, quote: Quote | None) -> Position | Refusal:
        """Stop and target as asked, if the market at `quote` is far enough from both."""
        position = self._account.get(request.ticket)
        if position is None:
            return POSITION_CLOSED
        if (position.stop_loss, position.take_profit) == (request.stop_loss, request.take_profit):
            return NO_CHANGES
        if quote is not None:
            contract = self._contracts[position.symbol]
            if not _may_stand(position.side, request.stop_loss, request.take_profit, quote, contract):
                return INVALID_STOPS
        return self._account.change_stops(request.ticket, request.stop_loss, request.take_profit)

    # -- what the broker does by itself -------------------------------------------------------------------------

    def trigger(self, quote: Quote, opened_by: datetime | None = None) -> list[PositionClosed]:
        """Takes out what the quote takes to its stop or target, then whatever the account cannot carry any more.

        With `opened_by`, stops and targets of positions that were opened later are left alone.
        """
        hits = ((position, trigger(position, quote)) for position in self._standing(quote.symbol, opened_by))
        closed = [self._take_out(position, hit, quote) for position, hit in hits if hit is not None]
        closed += self.stop_out(quote)
        return closed

    def trigger_within(self, candle: Candle, quote: Quote, opened_by: datetime | None = None) -> list[PositionClosed]:
        """Takes out what the candle holds the stop or the target of, before `quote`, its last one; `opened_by` as in
        `trigger`."""
        standing = self._standing(quote.symbol, opened_by)
        hits = ((one, trigger_within(one, candle, quote.spread)) for one in standing)
        return [self._take_out(position, hit, quote) for position, hit in hits if hit is not None]

    def _standing(self, symbol: str, opened_by: datetime | None) -> list[Position]:
        return [one for one in self._account.on(symbol) if opened_by is None or one.opened_at <= opened_by]

    def take_out(self, position: Position, reason: DealReason, quote: Quote) -> PositionClosed:
        """Closes a position whose stop or target the quote reaches, at the price of the quote."""
        return self._take_out(position, Trigger(reason=reason, price=exit_price(position.side, quote)), quote)

    def _take_out(self, position: Position, hit: Trigger, quote: Quote) -> PositionClosed:
        contract, slippage = self._contracts[quote.symbol], 0.0
        if hit.reason is DealReason.STOP_LOSS:
            slippage = self._slippage.draw(contract, quote.at, position.side, quote.spread, is_entry=False)
        price, worse_by = hit.price - signed(position.side, slippage), quote.spread / 2.0 + slippage
        return self._account.close(
            position.ticket, position.volume_lots, price, hit.reason, quote.at, worse_by=worse_by
        )

    def account(self, at: datetime) -> Account:
        return self._account.account(self._market.quotes, at, is_hedging=self._settings.is_hedging)

    def stop_out(self, quote: Quote) -> list[PositionClosed]:
        """Closes positions, the worst first, until the account can carry the others at the quotes of this instant."""
        closed = []
        while (positions := self._account.on(quote.symbol)) and self._is_out_of_margin(quote.at):
            contract = self._contracts[quote.symbol]
            worst = min(
                positions,
                key=lambda one: contract.profit(one.side, one.entry, exit_price(one.side, quote), one.volume_lots),
            )
            price, half = exit_price(worst.side, quote), quote.spread / 2.0
            out = self._account.close(
                worst.ticket, worst.volume_lots, price, DealReason.STOP_OUT, quote.at, worse_by=half
            )
            closed.append(out)
        return closed

    def _is_out_of_margin(self, at: datetime) -> bool:
        account = self.account(at)
        return account.equity < account.margin * self._settings.stop_out_pct / 100.0

    # -- fills --------------------------------------------------------------------------------------------------

    def _fill(
        self, order: Order, volume: float, price: float, worse_by: float, fault: Fault, at: datetime
    ) -> tuple[BrokerEvent, ...]:
        self._file(order, volume, OrderEnd.FILLED if volume == order.volume_lots else OrderEnd.CANCELLED, fault, at)
        standing = None if self._settings.is_hedging else next(iter(self._account.on(order.symbol)), None)
        if standing is None:
            position = self._open(order, volume, price, worse_by, fault, at)
            return (_filled(order, volume, price, position, at),)
        if standing.side is order.side:
            position = self._account.grow(standing.ticket, order, volume, price, at, worse_by=worse_by)
            return (_filled(order, volume, price, position, at),)
        netted = min(volume, standing.volume_lots)
        closing = self._account.close(standing.ticket, netted, price, DealReason.DESK, at, worse_by=worse_by)
        remaining = self._contracts[order.symbol].round_volume_down(volume - netted)
        position = self._account.get(standing.ticket) or msgspec.structs.replace(standing, volume_lots=0.0)
        if remaining > 0.0:
            position = self._open(order, remaining, price, worse_by, fault, at)
        return closing, _filled(order, volume, price, position, at)

    def _open(self, order: Order, volume: float, price: float, worse_by: float, fault: Fault, at: datetime) -> Position:
        token, has_stops = "" if fault.is_token_lost else order.token, not fault.is_stripped
        position = self._account.open(order, volume, price, at, worse_by=worse_by, has_stops=has_stops, token=token)
        self._account.hide(position.ticket, at + fault.visible_after)
        return position


def _may_stand(
    side: Side, stop_loss: float | None, take_profit: float | None, quote: Quote, contract: Contract
) -> bool:
    return may_stand(way_of(side), exit_price(side, quote), stop_loss, take_profit, contract)


def _part(volume_lots: float, fraction: float, contract: Contract) -> float:
    if fraction >= 1.0:
        return volume_lots
    return max(contract.round_volume_down(volume_lots * fraction), contract.volume_min)


def _filled(order: Order, volume: float, price: float, position: Position, at: datetime) -> OrderFilled:
    return OrderFilled(token=order.token, volume_lots=volume, price=price, position=position, at=at)
