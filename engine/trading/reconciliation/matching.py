"""The outcome of an order according to the broker's positions, working orders and deals.

The order's token settles it. Where the broker lost the comment, a position of ours of that symbol, side, volume and
time is taken if it is the only one that fits and no other order fits it; otherwise the outcome stays unknown. That
the broker shows nothing is no proof, however long: only the history's own entry of the order proves that it failed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

import msgspec

from engine.domain.contract import VOLUME_DECIMALS
from engine.domain.messages.broker import BrokerState, PositionClosed
from engine.domain.orders import Deal, EndedOrder, Order, OrderEnd, OrderTrace, Position, WorkingOrder
from engine.trading.positions.portfolio import VOLUME_TOLERANCE
from engine.trading.reconciliation.ledger import UnresolvedOrder

SETTLE_AFTER: Final = timedelta(seconds=5)
"""Fills and deals usually show within this time after an order has left, its answer was lost or the broker is back."""

FILLED_BEFORE: Final = timedelta(seconds=30)
FILLED_WITHIN: Final = timedelta(minutes=5)
"""How far a fill may lie from the instant of sending: the clocks differ, and the order takes its time."""


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """The order was filled: the position as it was entered, and what has been closed of it since, oldest first."""

    position: Position
    closings: tuple[PositionClosed, ...]


class NotFilled(msgspec.Struct, frozen=True, kw_only=True):
    """The broker's history shows the order as ended with nothing filled."""

    end: OrderEnd


def judge(
    order: UnresolvedOrder,
    state: BrokerState,
    rivals: Iterable[UnresolvedOrder],
    claimed: Collection[int],
    known_tokens: Collection[str],
) -> Filled | NotFilled | OrderTrace:
    """The outcome of `order`; a trace where the state does not settle it.

    `rivals` are the other unresolved orders, `claimed` the identifiers of positions that belong to other orders, and
    `known_tokens` all names ever given: a position that carries one of them can only belong to that order.
    """
    entered = entered_positions(state)
    named = [position for position in entered if _is_named(order, position) or _has_deal_of(order, position, state)]
    if named:
        return _filled(named[0], state)
    if any(_may_be(order.order, working, known_tokens) for working in state.working):
        return OrderTrace.WORKING
    if ended := [each for each in state.ended if _is_named_end(order, each)]:
        return _judge_end(order, ended, state)
    fitting = [
        position for position in entered if position.identifier not in claimed and fits(order, position, known_tokens)
    ]
    if not fitting:
        return OrderTrace.NOTHING if state.at - order.open_since >= SETTLE_AFTER else OrderTrace.TOO_EARLY
    is_wanted_by_others = any(fits(rival, fitting[0], known_tokens) for rival in rivals)
    if len(fitting) > 1 or is_wanted_by_others:
        return OrderTrace.SEVERAL
    return _filled(fitting[0], state)


def entered_positions(state: BrokerState) -> list[Position]:
    """Every position of ours that the state shows, open or only in its deals, with the volume it was entered with."""
    open_ones = (position for position in state.positions if position.is_ours)
    found = {position.identifier: position for position in open_ones if position.volume_lots > VOLUME_TOLERANCE}
    closed: dict[int, Position] = {}
    for deal in state.deals:
        if deal.is_ours and deal.is_entry and deal.position_id not in found:
            closed[deal.position_id] = _grown(closed.get(deal.position_id), deal)
    return [_as_entered(position, state) for position in found.values()] + list(closed.values())


def closings_of(position: Position, shown: Iterable[Deal], known_lots: float = 0.0) -> tuple[PositionClosed, ...]:
    """The closings of a position that the deals show, oldest first, without the first `known_lots`.

    `position` has the volume it was entered with. Entry commission and costs in the price are shared out by volume.
    """
    deals = [deal for deal in shown if deal.position_id == position.identifier]
    entry_commission = sum(deal.commission for deal in deals if deal.is_entry)
    entry_costs = [deal.price_cost for deal in deals if deal.is_entry]
    entry_cost = None if None in entry_costs else sum(cost for cost in entry_costs if cost is not None)
    closings = []
    done = 0.0
    for deal in (deal for deal in deals if not deal.is_entry):
        done += deal.volume_lots
        if done > known_lots + VOLUME_TOLERANCE:
            share = deal.volume_lots / position.volume_lots
            cost = None if entry_cost is None or deal.price_cost is None else deal.price_cost + entry_cost * share
            commission = deal.commission + entry_commission * share
            closings.append(_closing(position, deal, commission, cost, position.volume_lots - done))
    return tuple(closings)


def with_volume(position: Position, volume_lots: float) -> Position:
    """The position with another volume."""
    return msgspec.structs.replace(position, volume_lots=round(volume_lots, VOLUME_DECIMALS))


def _filled(position: Position, state: BrokerState) -> Filled:
    return Filled(position=position, closings=closings_of(position, state.deals))


def _is_named(order: UnresolvedOrder, position: Position) -> bool:
    if order.ticket is not None and order.ticket in (position.identifier, position.ticket):
        return True
    is_named = position.token == order.order.token or order.number == position.identifier
    return is_named and _is_alike(order.order, position)


def _has_deal_of(order: UnresolvedOrder, position: Position, state: BrokerState) -> bool:
    """Whether the order was filled into the position, which carries the name of another order if they were netted."""
    return any(
        deal.is_ours and deal.is_entry and deal.token == order.order.token and deal.position_id == position.identifier
        for deal in state.deals
    )


def _is_named_end(order: UnresolvedOrder, ended: EndedOrder) -> bool:
    """Compares number or token: a similar order is no evidence, it may be another one of ours."""
    is_named = ended.token == order.order.token or order.number == ended.ticket
    return is_named and (ended.symbol, ended.side) == (order.order.symbol, order.order.side)


def _judge_end(order: UnresolvedOrder, ended: list[EndedOrder], state: BrokerState) -> NotFilled | OrderTrace:
    """Attempts share a token, so each of them must have ended; the number names the last one alone."""
    if any(each.end is OrderEnd.FILLED or each.filled_lots > VOLUME_TOLERANCE for each in ended):
        return OrderTrace.EXECUTED
    last = next((each for each in ended if each.ticket == order.number), None)
    may_be_another = len(ended) < order.attempts
    if not order.attempts:  # a later attempt than those that ended may still be filled
        may_be_another = state.at - order.sent_at < FILLED_WITHIN
    if last is None and may_be_another:
        return OrderTrace.NOTHING
    return NotFilled(end=(last or ended[-1]).end)


def fits(order: UnresolvedOrder, position: Position, known_tokens: Collection[str]) -> bool:
    """Whether a position without a known name may have come of `order`: ours, alike, in time and not too large."""
    if position.token in known_tokens or position.identifier in order.stood_before:
        return False
    if not _is_alike(order.order, position):
        return False
    is_in_time = order.sent_at - FILLED_BEFORE <= position.opened_at <= order.sent_at + FILLED_WITHIN
    return is_in_time and position.volume_lots <= order.order.volume_lots + VOLUME_TOLERANCE


def _is_alike(order: Order, position: Position) -> bool:
    return position.symbol == order.symbol and position.side is order.side


def _may_be(order: Order, working: WorkingOrder, known_tokens: Collection[str]) -> bool:
    if working.token == order.token:
        return True
    is_alike = working.is_ours and working.symbol == order.symbol and working.side is order.side
    return is_alike and working.token not in known_tokens


def _as_entered(position: Position, state: BrokerState) -> Position:
    """A position that was closed while the state was read shows open, and its closing among the deals."""
    entered = sum(deal.volume_lots for deal in state.deals if deal.position_id == position.identifier and deal.is_entry)
    if entered > 0.0:
        return with_volume(position, entered)
    exits = (deal for deal in state.deals if deal.position_id == position.identifier and not deal.is_entry)
    return with_volume(position, position.volume_lots + sum(deal.volume_lots for deal in exits))


def _grown(position: Position | None, deal: Deal) -> Position:
    if position is None:
        return Position(
            ticket=deal.position_id,
            identifier=deal.position_id,
            symbol=deal.symbol,
            side=deal.side,
            volume_lots=deal.volume_lots,
            entry=deal.price,
            stop_loss=None,
            take_profit=None,
            opened_at=deal.at,
            token=deal.token,
        )
    volume = position.volume_lots + deal.volume_lots
    entry = (position.entry * position.volume_lots + deal.price * deal.volume_lots) / volume
    return msgspec.structs.replace(position, volume_lots=round(volume, VOLUME_DECIMALS), entry=entry)


def _closing(
    position: Position, deal: Deal, commission: float, price_cost: float | None, remaining_lots: float
) -> PositionClosed:
    return PositionClosed(
        ticket=position.ticket,
        identifier=position.identifier,
        symbol=position.symbol,
        reason=deal.reason,
        price=deal.price,
        volume_lots=deal.volume_lots,
        remaining_lots=max(0.0, round(remaining_lots, VOLUME_DECIMALS)),
        profit=deal.profit,
        commission=commission,
        swap=deal.swap,
        at=deal.at,
        price_cost=price_cost,
    )
