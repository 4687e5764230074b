"""Facts go out to whoever watches; nobody who watches can break what happens."""

from __future__ import annotations

import logging
from collections.abc import Callable

from engine.domain.messages import Event

Observer = Callable[[Event], None]

_log = logging.getLogger(__name__)


class Bus:
    """Announces events to observers, in order and at once. An observer that raises is isolated and counted."""

    def __init__(self) -> None:
        self._observers: list[tuple[Observer, frozenset[type]]] = []
        self._listening: dict[type, tuple[Observer, ...]] = {}
        self.failures = 0

    def subscribe(self, observer: Observer, *kinds: type) -> None:
        """`observer` hears of events of these kinds, or of every event where none is named."""
        self._observers.append((observer, frozenset(kinds)))
        self._listening.clear()

    def is_heard(self, kind: type) -> bool:
        """Whether anybody listens to events of that kind: what nobody hears need not be made."""
        return bool(self._listening_to(kind))

    def publish(self, event: Event) -> None:
        for observer in self._listening.get(type(event)) or self._listening_to(type(event)):
            try:
                observer(event)
            except Exception:
                self.failures += 1
                _log.exception("an observer failed at %s", type(event).__name__)

    def _listening_to(self, kind: type) -> tuple[Observer, ...]:
        listening = self._listening.get(kind)
        if listening is None:
            listening = tuple(observer for observer, kinds in self._observers if not kinds or kind in kinds)
            self._listening[kind] = listening
        return listening
