"""What of the open positions was seen last: by this, what moved without a request of the desk is noticed."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.orders import Position

_Face = tuple[int, int, float, float | None, float | None]


class LastLook:
    """Also remembers by which number the deals of each position go."""

    def __init__(self) -> None:
        self._faces: frozenset[_Face] | None = None
        self._identifiers: dict[int, int] = {}

    def take(self, positions: Iterable[Position]) -> bool:
        """Takes note of all that is shown now; whether it differs from what was shown, or expected, before."""
        positions = tuple(positions)
        self._identifiers |= {each.ticket: each.identifier for each in positions}
        before, self._faces = self._faces, frozenset(map(_face, positions))
        return before is not None and before != self._faces

    def expect(self, position: Position) -> None:
        """The next look misses this one if it is gone by then: a stop may be reached before anybody looks."""
        self._identifiers[position.ticket] = position.identifier
        self._faces = (self._faces or frozenset()) | {_face(position)}

    def identifier(self, ticket: int) -> int:
        """What the deals of the position name it by."""
        return self._identifiers.get(ticket, ticket)


def _face(position: Position) -> _Face:
    """What of a position somebody else may change."""
    return position.ticket, position.identifier, position.volume_lots, position.stop_loss, position.take_profit
