"""Whose the stop of a position is that the desk has not seen moved: after a restart, and once orders were merged."""

from __future__ import annotations

import msgspec

from engine.domain.orders import Order, Position, is_beyond
from engine.domain.trades import OpenTrade, StopKind


def stop_kind_of(position: Position, initial_stop: float | None) -> StopKind:
    """Whose stop a position came with, by where it stands: the broker does not say."""
    stop = position.stop_loss
    if stop is None or initial_stop is None or not is_beyond(position.side, stop, initial_stop):
        return StopKind.INITIAL
    return StopKind.BREAK_EVEN if stop == position.entry else StopKind.TRAILING


def merged_into(trade: OpenTrade, order: Order, position: Position) -> OpenTrade:
    """The trade once the order was merged into it; its common stop is that of an order, not their mean."""
    grown = trade.grown_by(order, position)
    planned = {each.stop_loss for each in (grown.order, *grown.added) if each is not None}
    is_planned = position.stop_loss in planned
    kind = StopKind.INITIAL if is_planned else stop_kind_of(position, grown.initial_stop)
    return msgspec.structs.replace(grown, stop_kind=kind)
