"""Lets the parts of a view-model end with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QObject


def own_parts(model: QObject) -> None:
    """Makes everything that a view-model holds its child, as far as that has no parent.

    A connection to a function keeps alive all that the function knows, its own sender among it, where the collector
    cannot see it: only the end of the sender ends the connection. So a window that closes takes its models along.
    """
    for part in _parts(model):
        if part.parent() is None and part is not model:
            part.setParent(model)
            own_parts(part)


def _parts(holder: object) -> Iterator[QObject]:
    for value in list(vars(holder).values()):
        if isinstance(value, Mapping):
            yield from (each for each in value.values() if isinstance(each, QObject))
        elif isinstance(value, Sequence):
            yield from (each for each in value if isinstance(each, QObject))
        elif isinstance(value, QObject):
            yield value
