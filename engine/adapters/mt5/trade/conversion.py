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


def position_of(row: Fields, time: ServerTime, magic: int) -> Position:
    """An open position; `magic` is the desk's."""
    return Position(
        ticket=int(row["ticket"]),
        identifier=int(row["identifier"]),
        symbol=str(row["symbol"]),
        side=Side.BUY if row["type"] == PositionType.BUY else Side.SELL,
        volume_lots=_clean(row["volume"]),
        entry=_clean(row["price_open"]),
        stop_loss=_clean(row["sl"]) or None,
        take_profit=_clean(row["tp"]) or None,
        opened_at=time.past(row["time_msc"] / 1000.0),
        token=_token(row),
        is_ours=row["magic"] == magic,
    )


def working_orders_of(row: Iterable[Fields], time: ServerTime, magic: int) -> tuple[WorkingOrder, ...]:
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
        for order in row
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


def deals_of(row: Iterable[Fields], time: ServerTime, magic: int, ours: Collection[int]) -> tuple[Deal, ...]:
    """The deals that traded, oldest first.

    A closing deal may have lost the desk's magic: it is ours if its position is, by the deal that opened it or
    because it is among `ours`.
    """
    trades = [deal for deal in row if deal["type"] in tuple(DealType)]
    entries = [deal for deal in trades if deal["entry"] == DealEntry.IN]
    mine = {deal["position_id"] for deal in entries if deal["magic"] == magic} | set(ours)
    opened_at = {deal["position_id"]: _instant(deal, time) for deal in reversed(entries)}
    read = (
        _deal(deal, _instant(deal, time, opened_at.get(position)), magic, is_ours=position in mine)
        for deal, position in ((each, each["position_id"]) for each in trades)
    )
    return tuple(sorted(read, key=lambda deal: (deal.at, deal.ticket)))


def account_of(row: Fields, at: datetime) -> Account:
    return Account(
        balance=float(row["balance"]),
        equity=float(row["equity"]),
        margin=float(row["margin"]),
        free_margin=float(row["margin_free"]),
        currency=str(row["currency"]),
        is_hedging=row["margin_mode"] == MarginMode.RETAIL_HEDGING,
        at=at,
    )


def _instant(row: Fields, time: ServerTime, opened_at: datetime | None = None) -> datetime:
    """A position does not close before it opened, not even in an hour that the server's clock repeats."""
    return time.past(row["time_msc"] / 1000.0, opened_at)


def _deal(row: Fields, at: datetime, magic: int, *, is_ours: bool) -> Deal:
    return Deal(
        ticket=int(row["ticket"]),
        position_id=int(row["position_id"]),
        symbol=str(row["symbol"]),
        side=Side.BUY if row["type"] == PositionType.BUY else Side.SELL,
        is_entry=row["entry"] == DealEntry.IN,
        reason=_reason(row, magic),
        volume_lots=_clean(row["volume"]),
        price=_clean(row["price"]),
        profit=float(row["profit"]),
        commission=float(row["commission"]) + float(row["fee"]),
        swap=float(row["swap"]),
        at=at,
        token=_token(row),
        is_ours=is_ours,
    )


def _reason(row: Fields, magic: int) -> DealReason:
    """The server's reason, or what its comment says where the reason is generic: some servers get it wrong."""
    for beginning, reason in _LEVEL_COMMENTS:
        if str(row["comment"]).startswith(beginning):
            return reason
    if row["reason"] == DealReasonCode.EXPERT:
        is_desks = row["magic"] in (magic, 0)  # servers lose the magic of closing deals
        return DealReason.DESK if is_desks else DealReason.OTHER
    return _REASONS.get(row["reason"], DealReason.OTHER)


def _clean(number: float) -> float:
    """Without the noise of binary fractions: a level that was put there has to be known again."""
    return round(float(number), _DECIMALS)


def _token(row: Fields) -> str:
    """The name that the desk gave, where the broker kept it; it may have cut off or added what follows."""
    comment = str(row["comment"])[:TOKEN_LENGTH]
    return "" if installation_of(comment) is None else comment
