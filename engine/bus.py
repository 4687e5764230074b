"""Publishes events to observers; an observer that fails cannot affect the engine."""

from __future__ import annotations

from collections.abc import Callable

from engine.domain.messages.engine import Event, FaultReported
from engine.faults import UNEXPECTED, FaultLog

Observer = Callable[[Event], None]


class Bus:
    """Announces events to observers, in order and at once. An observer that raises is isolated and counted, and what it
    raised is announced once."""

    def __init__(self) -> None:
        self._observers: list[tuple[Observer, frozenset[type]]] = []
        self._listening: dict[type, tuple[Observer, ...]] = {}
        self._faults = FaultLog()

    @property
    def failures(self) -> int:
        """How often an observer raised."""
        return self._faults.count

    def subscribe(self, observer: Observer, *kinds: type) -> None:
        """`observer` hears of events of these kinds, or of every event where none is named."""
        self._observers.append((observer, frozenset(kinds)))
        self._listening.clear()

    def is_heard(self, kind: type) -> bool:
        """Whether events of that kind have a listener: others need not be created."""
        return bool(self._listening_to(kind))

    def publish(self, event: Event) -> None:
        sentences: list[str] = []
        for observer in self._listening.get(type(event)) or self._listening_to(type(event)):
            try:
                observer(event)
            except Exception as error:
                sentences.append(self._faults.note("A part that follows the desk's events", error))
        for sentence in filter(None, sentences):
            self.publish(FaultReported(UNEXPECTED, f"{sentence} Everything else goes on."))

    def _listening_to(self, kind: type) -> tuple[Observer, ...]:
        listening = self._listening.get(kind)
        if listening is None:
            listening = tuple(observer for observer, kinds in self._observers if not kinds or kind in kinds)
            self._listening[kind] = listening
        return listening
