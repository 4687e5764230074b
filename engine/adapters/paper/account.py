"""The paper account: positions, deals and money, in hedging and in netting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from engine.adapters.paper.state import AccountState, HeldPosition
from engine.domain.contract import MONEY_DECIMALS, VOLUME_DECIMALS, Contract
from engine.domain.market import Quote
from engine.domain.messages.broker import PositionClosed
from engine.domain.orders import Account, Deal, DealReason, EndedOrder, Order, OrderEnd, Position, exit_price

_FIRST_TICKET = 1001


class PaperAccount:
    """Keeps what is true at the broker; money in the account's currency, costs negative.

    A `worse_by` is how far a price is from the middle between bid and ask, in price units: half the spread and the
    slippage.
    """

    def __init__(self, contracts: Mapping[str, Contract], balance: float, commission_per_lot: float) -> None:
        self._contracts = contracts
        self._commission_per_lot = commission_per_lot
        self._held: dict[int, HeldPosition] = {}
        self._deals: list[Deal] = []
        self._ended: list[tuple[EndedOrder, datetime]] = []
        self._next_ticket = _FIRST_TICKET
        self._symbols: dict[str, tuple[Position, ...]] = {}
        self.balance = balance
        self.seen_until: dict[str, datetime] = {}
        """The newest quote of each symbol that had a position."""
        self.seen_spreads: dict[str, float] = {}
        """The spread of that quote, in price units."""
        self.changes = 0
        """Rises whenever there is something to keep."""

    def state(self, since: datetime) -> AccountState:
        """What there is, with deals and ended orders from `since` on."""
        return AccountState(
            balance=self.balance,
            next_ticket=self._next_ticket,
            held=list(self._held.values()),
            deals=[deal for deal in self._deals if deal.at >= since],
            ended=[each for each in self._ended if each[0].at >= since],
            seen_until=dict(self.seen_until),
            seen_spreads=dict(self.seen_spreads),
        )

    def restore(self, state: AccountState) -> None:
        """Goes on where the account stood."""
        self.balance, self._next_ticket = state.balance, state.next_ticket
        self._held = {held.position.ticket: held for held in state.held}
        self._deals, self._ended, self.seen_until = list(state.deals), list(state.ended), dict(state.seen_until)
        self.seen_spreads = dict(state.seen_spreads)
        for held in state.held:
            self._index(held.position.symbol)

    # -- what there is ------------------------------------------------------------------------------------------

    def on(self, symbol: str) -> tuple[Position, ...]:
        """Open positions of `symbol`, oldest first."""
        return self._symbols.get(symbol, ())

    def get(self, ticket: int) -> Position | None:
        held = self._held.get(ticket)
        return held.position if held else None

    def all_positions(self) -> tuple[Position, ...]:
        return tuple(held.position for held in self._held.values())

    def all_deals(self) -> tuple[Deal, ...]:
        return tuple(self._deals)

    def positions(self, visible_at: datetime) -> tuple[Position, ...]:
        """The open positions that the broker's state shows at this instant."""
        return tuple(held.position for held in self._held.values() if held.visible_at <= visible_at)

    def deals(self, since: datetime, visible_at: datetime) -> tuple[Deal, ...]:
        """Deals from `since` on, oldest first, without those of positions not yet shown."""
        hidden = {held.position.identifier for held in self._held.values() if held.visible_at > visible_at}
        return tuple(deal for deal in self._deals if deal.at >= since and deal.position_id not in hidden)

    def ended(self, since: datetime, visible_at: datetime) -> tuple[EndedOrder, ...]:
        """Orders that ended from `since` on, oldest first, as far as they are shown at this instant."""
        return tuple(order for order, shown_at in self._ended if order.at >= since and shown_at <= visible_at)

    def account(self, quotes: Mapping[str, Quote], at: datetime, *, is_hedging: bool) -> Account:
        """The account with open positions valued at the latest quotes; at their entry before the first one.

        A position in a symbol that is not loaded is valued at its entry too: its terms are not known.
        """
        floating = margin = 0.0
        for held in self._held.values():
            position = held.position
            if (contract := self._contracts.get(position.symbol)) is None:
                continue
            quote = quotes.get(position.symbol)
            price = position.entry if quote is None else exit_price(position.side, quote)
            floating += contract.profit(position.side, position.entry, price, position.volume_lots)
            margin += contract.margin(position.entry, position.volume_lots)
        equity = round(self.balance + floating, MONEY_DECIMALS)
        margin = round(margin, MONEY_DECIMALS)
        return Account(
            balance=self.balance,
            equity=equity,
            margin=margin,
            free_margin=round(equity - margin, MONEY_DECIMALS),
            currency=next((contract.currency for contract in self._contracts.values()), "USD"),
            is_hedging=is_hedging,
            at=at,
        )

    # -- what happens -------------------------------------------------------------------------------------------

    def open(
        self,
        order: Order,
        volume_lots: float,
        price: float,
        at: datetime,
        *,
        worse_by: float,
        has_stops: bool,
        token: str,
    ) -> Position:
        """A new position filled at `price`."""
        ticket = self._take_ticket()
        position = Position(
            ticket=ticket,
            identifier=ticket,
            symbol=order.symbol,
            side=order.side,
            volume_lots=volume_lots,
            entry=price,
            stop_loss=order.stop_loss if has_stops else None,
            take_profit=order.take_profit if has_stops else None,
            opened_at=at,
            token=token,
        )
        commission, price_cost = self._enter(position, volume_lots, price, worse_by, at)
        self._held[ticket] = HeldPosition(
            position=position, entry_commission=commission, entry_price_cost=price_cost, visible_at=at
        )
        self._index(order.symbol)
        return position

    def grow(
        self, ticket: int, order: Order, volume_lots: float, price: float, at: datetime, *, worse_by: float
    ) -> Position:
        """Netting: more of the same side, at the mean price of both, with the newer stop and target."""
        held = self._held[ticket]
        before = held.position
        volume = round(before.volume_lots + volume_lots, VOLUME_DECIMALS)
        entry = round((before.entry * before.volume_lots + price * volume_lots) / volume, MONEY_DECIMALS)
        levels = {"stop_loss": order.stop_loss, "take_profit": order.take_profit}
        held.position = msgspec.structs.replace(before, volume_lots=volume, entry=entry, **levels)
        deal_of = msgspec.structs.replace(before, token=order.token)
        commission, price_cost = self._enter(deal_of, volume_lots, price, worse_by, at)
        held.entry_commission += commission
        held.entry_price_cost += price_cost
        self._index(before.symbol)
        return held.position

    def file(
        self, order: Order, filled_lots: float, end: OrderEnd, at: datetime, *, token: str, shown_at: datetime
    ) -> None:
        """Puts an order into the history, which shows it from `shown_at` on."""
        ended = EndedOrder(
            ticket=self._ended[-1][0].ticket + 1 if self._ended else 1,
            symbol=order.symbol,
            side=order.side,
            volume_lots=order.volume_lots,
            filled_lots=filled_lots,
            end=end,
            at=at,
            token=token,
        )
        self._ended.append((ended, shown_at))
        self.changes += 1

    def hide(self, ticket: int, until: datetime) -> None:
        """Keeps a position out of the broker's state for a while."""
        self._held[ticket].visible_at = until

    def change_stops(self, ticket: int, stop_loss: float | None, take_profit: float | None) -> Position:
        held = self._held[ticket]
        held.position = msgspec.structs.replace(held.position, stop_loss=stop_loss, take_profit=take_profit)
        self._index(held.position.symbol)
        return held.position

    def close(
        self,
        ticket: int,
        volume_lots: float,
        price: float,
        reason: DealReason,
        at: datetime,
        *,
        worse_by: float,
    ) -> PositionClosed:
        """Closes a part or all of a position at `price`."""
        held = self._held[ticket]
        position = held.position
        contract = self._contracts[position.symbol]
        share = volume_lots / position.volume_lots
        entry_commission = round(held.entry_commission * share, MONEY_DECIMALS)
        entry_price_cost = round(held.entry_price_cost * share, MONEY_DECIMALS)
        exit_commission, exit_price_cost = self._commission(volume_lots), contract.cost(worse_by, volume_lots)
        profit = contract.profit(position.side, position.entry, price, volume_lots)
        costs = (exit_commission, exit_price_cost)
        self._record_deal(position, volume_lots, price, reason, at, profit, costs, is_entry=False)
        remaining = round(position.volume_lots - volume_lots, VOLUME_DECIMALS)
        held.entry_commission = round(held.entry_commission - entry_commission, MONEY_DECIMALS)
        held.entry_price_cost = round(held.entry_price_cost - entry_price_cost, MONEY_DECIMALS)
        self._shrink(held, remaining)
        return PositionClosed(
            ticket=ticket,
            identifier=position.identifier,
            symbol=position.symbol,
            reason=reason,
            price=price,
            volume_lots=volume_lots,
            remaining_lots=remaining,
            profit=profit,
            commission=round(entry_commission + exit_commission, MONEY_DECIMALS),
            swap=0.0,
            at=at,
            price_cost=round(entry_price_cost + exit_price_cost, MONEY_DECIMALS),
        )

    # -- parts --------------------------------------------------------------------------------------------------

    def _enter(
        self, position: Position, volume_lots: float, price: float, worse_by: float, at: datetime
    ) -> tuple[float, float]:
        """Commission and price cost of the entry."""
        price_cost = self._contracts[position.symbol].cost(worse_by, volume_lots)
        costs = (self._commission(volume_lots), price_cost)
        self._record_deal(position, volume_lots, price, DealReason.DESK, at, 0.0, costs, is_entry=True)
        return costs

    def _shrink(self, held: HeldPosition, remaining_lots: float) -> None:
        if remaining_lots > 0.0:
            held.position = msgspec.structs.replace(held.position, volume_lots=remaining_lots)
        else:
            del self._held[held.position.ticket]
        self._index(held.position.symbol)

    def _record_deal(
        self,
        position: Position,
        volume_lots: float,
        price: float,
        reason: DealReason,
        at: datetime,
        profit: float,
        costs: tuple[float, float],
        *,
        is_entry: bool,
    ) -> None:
        commission, price_cost = costs
        self.balance = round(self.balance + profit + commission, MONEY_DECIMALS)
        self._deals.append(
            Deal(
                ticket=self._take_ticket(),
                position_id=position.identifier,
                symbol=position.symbol,
                side=position.side if is_entry else position.side.opposite,
                is_entry=is_entry,
                reason=reason,
                volume_lots=volume_lots,
                price=price,
                profit=profit,
                commission=commission,
                swap=0.0,
                at=at,
                token=position.token if is_entry else "",
                price_cost=price_cost,
            )
        )

    def _commission(self, volume_lots: float) -> float:
        return -round(self._commission_per_lot * volume_lots, MONEY_DECIMALS)

    def _take_ticket(self) -> int:
        ticket, self._next_ticket = self._next_ticket, self._next_ticket + 1
        return ticket

    def _index(self, symbol: str) -> None:
        self.changes += 1
        self._symbols[symbol] = tuple(held.position for held in self._held.values() if held.position.symbol == symbol)
