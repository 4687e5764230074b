"""Converts positions, orders, deals and the account of the terminal to values of the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from engine.adapters.mt5.clock.server_time import ServerTime
from engine.adapters.mt5.codes import DealEntry, DealReasonCode, DealType, MarginMode, OrderState, PositionType
from engine.adapters.mt5.market.terms import Fields
from engine.domain.market import Side
from engine.domain.orders import (
    Account,
    Deal,
    DealReason,
    EndedOrder,
    OrderEnd,
    Position,
    WorkingOrder,
)
from engine.domain.tokens import TOKEN_LENGTH, installation_of

_SELLING_ORDERS: Final = (1, 3, 5, 7)
_CLOSE_BY: Final = 8
_DECIMALS: Final = 8
"""No price and no volume has more."""
_LEVEL_COMMENTS: Final = (("[sl", DealReason.STOP_LOSS), ("[tp", DealReason.TAKE_PROFIT))


_REASONS: Final = {
    DealReasonCode.SL: DealReason.STOP_LOSS,
    DealReasonCode.TP: DealReason.TAKE_PROFIT,
    DealReasonCode.SO: DealReason.STOP_OUT,
    DealReasonCode.CLIENT: DealReason.BY_HAND,
    DealReasonCode.MOBILE: DealReason.BY_HAND,
    DealReasonCode.WEB: DealReason.BY_HAND,
}


_ENDS: Final = {
    OrderState.FILLED: OrderEnd.FILLED,
    OrderState.PARTIAL: OrderEnd.FILLED,
    OrderState.CANCELED: OrderEnd.CANCELLED,
    OrderState.REJECTED: OrderEnd.REJECTED,
    OrderState.EXPIRED: OrderEnd.EXPIRED,
}
"""Final states of an order in the history; a cancelled one may have been filled in part."""


def position_of(told: Fields, time: ServerTime, magic: int) -> Position:
    """An open position; `magic` is the desk's."""
    return Position(
        ticket=int(told["ticket"]),
        identifier=int(told["identifier"]),
        symbol=str(told["symbol"]),
        side=Side.BUY if told["type"] == PositionType.BUY else Side.SELL,
        volume_lots=_clean(told["volume"]),
        entry=_clean(told["price_open"]),
        stop_loss=_clean(told["sl"]) or None,
        take_profit=_clean(told["tp"]) or None,
        opened_at=time.past(told["time_msc"] / 1000.0),
        token=_token(told),
        is_ours=told["magic"] == magic,
    )


def working_orders_of(told: Iterable[Fields], time: ServerTime, magic: int) -> tuple[WorkingOrder, ...]:
    """Every order that may still become a position or grow one."""
    return tuple(
        WorkingOrder(
            symbol=str(order["symbol"]),
            side=Side.SELL if order["type"] in _SELLING_ORDERS else Side.BUY,
            volume_lots=_clean(order["volume_current"]),
            at=time.past(order["time_setup_msc"] / 1000.0),
            ticket=int(order["ticket"]),
            price=_clean(order["price_open"]) or None,
            token=_token(order),
            is_ours=order["magic"] == magic,
        )
        for order in told
        if order["type"] != _CLOSE_BY
    )


def ended_orders_of(raw: Iterable[Fields], time: ServerTime, magic: int) -> tuple[EndedOrder, ...]:
    """The orders of the history that have come to their end, in the terminal's order."""
    return tuple(
        EndedOrder(
            ticket=int(order["ticket"]),
            symbol=str(order["symbol"]),
            side=Side.SELL if order["type"] in _SELLING_ORDERS else Side.BUY,
            volume_lots=_clean(order["volume_initial"]),
            filled_lots=_clean(order["volume_initial"] - order["volume_current"]),
            end=_ENDS[order["state"]],
            at=time.past(order["time_setup_msc"] / 1000.0),
            token=_token(order),
            is_ours=order["magic"] == magic,
        )
        for order in raw
        if order["state"] in _ENDS and order["type"] != _CLOSE_BY
    )


def deals_of(told: Iterable[Fields], time: ServerTime, magic: int, ours: Collection[int]) -> tuple[Deal, ...]:
    """The deals that traded, oldest first.

    A closing deal may have lost the desk's magic: it is ours if its position is, by the deal that opened it or
    because it is among `ours`.
    """
    trades = [deal for deal in told if deal["type"] in tuple(DealType)]
    entries = [deal for deal in trades if deal["entry"] == DealEntry.IN]
    mine = {deal["position_id"] for deal in entries if deal["magic"] == magic} | set(ours)
    opened_at = {deal["position_id"]: _instant(deal, time) for deal in reversed(entries)}
    read = (
        _deal(deal, _instant(deal, time, opened_at.get(position)), magic, is_ours=position in mine)
        for deal, position in ((each, each["position_id"]) for each in trades)
    )
    return tuple(sorted(read, key=lambda deal: (deal.at, deal.ticket)))


def account_of(told: Fields, at: datetime) -> Account:
    return Account(
        balance=float(told["balance"]),
        equity=float(told["equity"]),
        margin=float(told["margin"]),
        free_margin=float(told["margin_free"]),
        currency=str(told["currency"]),
        is_hedging=told["margin_mode"] == MarginMode.RETAIL_HEDGING,
        at=at,
    )


def _instant(told: Fields, time: ServerTime, opened_at: datetime | None = None) -> datetime:
    """A position does not close before it opened, not even in an hour that the server's clock repeats."""
    return time.past(told["time_msc"] / 1000.0, opened_at)


def _deal(told: Fields, at: datetime, magic: int, *, is_ours: bool) -> Deal:
    return Deal(
        ticket=int(told["ticket"]),
        position_id=int(told["position_id"]),
        symbol=str(told["symbol"]),
        side=Side.BUY if told["type"] == PositionType.BUY else Side.SELL,
        is_entry=told["entry"] == DealEntry.IN,
        reason=_reason(told, magic),
        volume_lots=_clean(told["volume"]),
        price=_clean(told["price"]),
        profit=float(told["profit"]),
        commission=float(told["commission"]) + float(told["fee"]),
        swap=float(told["swap"]),
        at=at,
        token=_token(told),
        is_ours=is_ours,
    )


def _reason(told: Fields, magic: int) -> DealReason:
    """The server's reason, or what its comment says where the reason names nobody: some servers get it wrong."""
    for beginning, reason in _LEVEL_COMMENTS:
        if str(told["comment"]).startswith(beginning):
            return reason
    if told["reason"] == DealReasonCode.EXPERT:
        is_desks = told["magic"] in (magic, 0)  # servers lose the magic of closing deals
        return DealReason.DESK if is_desks else DealReason.OTHER
    return _REASONS.get(told["reason"], DealReason.OTHER)


def _clean(number: float) -> float:
    """Without the noise of binary fractions: a level that was put there has to be known again."""
    return round(float(number), _DECIMALS)


def _token(told: Fields) -> str:
    """The name that the desk gave, where the broker kept it; it may have cut off or added what follows."""
    comment = str(told["comment"])[:TOKEN_LENGTH]
    return "" if installation_of(comment) is None else comment
