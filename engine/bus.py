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
        self._observers: list[Observer] = []
        self.failures = 0

    def subscribe(self, observer: Observer) -> None:
        self._observers.append(observer)

    def publish(self, event: Event) -> None:
        for observer in self._observers:
            try:
                observer(event)
            except Exception:
                self.failures += 1
                _log.exception("an observer failed at %s", type(event).__name__)
