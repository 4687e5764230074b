"""The positions and orders seen last, to notice what changed without a request of the desk."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.orders import Position, WorkingOrder

_Face = tuple[int, int, float, float | None, float | None]
_OF_ORDER = -1
"""In place of the position identifier, which an order does not have."""


class LastLook:
    """Remembers what was shown last, the position identifiers, and the positions and orders that the desk counts."""

    def __init__(self) -> None:
        self._faces: frozenset[_Face] | None = None
        self._identifiers: dict[int, int] = {}
        self.counted: frozenset[int] = frozenset()
        """Tickets of the positions and orders that the desk knows of."""

    def update(self, positions: Iterable[Position], orders: Iterable[WorkingOrder]) -> bool:
        """Takes note of all that is shown now; whether it differs from what was shown, or expected, before."""
        positions = tuple(positions)
        self._identifiers |= {each.ticket: each.identifier for each in positions}
        before, self._faces = self._faces, frozenset((*map(_face, positions), *map(_order_face, orders)))
        return before is not None and before != self._faces

    def count(self, positions: Iterable[Position], orders: Iterable[WorkingOrder]) -> None:
        """Notes that the desk knows exactly these positions and orders."""
        self.counted = frozenset(each.ticket for each in positions) | frozenset(each.ticket for each in orders)

    def expect(self, position: Position) -> None:
        """The next look misses this one if it is gone by then: a stop may be hit before the next look."""
        self.counted |= {position.ticket}
        self._identifiers[position.ticket] = position.identifier
        self._faces = (self._faces or frozenset()) | {_face(position)}

    def identifier(self, ticket: int) -> int:
        """What the deals of the position name it by."""
        return self._identifiers.get(ticket, ticket)


def _order_face(order: WorkingOrder) -> _Face:
    """What another trader or program may change about an order."""
    return order.ticket, _OF_ORDER, order.volume_lots, order.price, None


def _face(position: Position) -> _Face:
    """The parts of a position that others may change."""
    return position.ticket, position.identifier, position.volume_lots, position.stop_loss, position.take_profit
