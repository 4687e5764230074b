"""What is gathered while a calendar file is read."""

from __future__ import annotations

from typing import Final

from engine.domain.calendar import EconomicEvent

MAX_NAMED: Final = 20
"""Lines that are named one by one; the rest is only counted."""
MAX_EVENTS: Final = 100_000


class Found:
    """Events in the order of the file, and what was left out. `zone` is the one that the file states, else empty."""

    def __init__(self, file_format: str) -> None:
        self.format = file_format
        self.zone = ""
        self.events: list[EconomicEvent] = []
        self.faulty = 0
        self._faults: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self._assumed = 0

    def add(self, event: EconomicEvent, *, is_zone_stated: bool) -> None:
        """An event, and whether its time itself states a zone."""
        self.events.append(event)
        self._assumed += not (is_zone_stated or self.zone)

    def refuse(self, line: int, fault: str) -> None:
        """A line was left out."""
        self.faulty += 1
        if len(self._faults) < MAX_NAMED:
            self._faults.append((line, fault))

    @property
    def faults(self) -> tuple[str, ...]:
        """What was wrong with the first lines that were left out, in their order."""
        return tuple(f"line {line}: {fault}" for line, fault in sorted(self._faults))

    @property
    def is_zone_assumed(self) -> bool:
        """Whether the zone of any time was not stated."""
        return self._assumed > 0
