"""Keeps the economic calendar: reads what the user imports and what MetaTrader's service writes, and remembers it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from config.calendar import CalendarSettings
from config.terminal_folders import common_files
from engine.adapters.calendar.kept import KeptCalendar, stamp_of
from engine.adapters.calendar.reading import read_calendar
from engine.domain.calendar import (
    EMPTY_CALENDAR,
    CalendarChanged,
    CalendarCommand,
    CalendarEvent,
    CalendarRefused,
    ImportCalendar,
)
from engine.errors import UnreadableCalendar

LOOK_S: Final = 5.0
"""Seconds between two looks at the files: both may be written by other programs."""
TERMINAL_FILE: Final = "microscalp_calendar.csv"
"""What the service in `resources/mql5` writes into the common folder of all terminals."""
_TERMINAL_ZONE: Final = "UTC"

Publish = Callable[[CalendarEvent], None]


class CalendarKeeper:
    """Reads files on threads, one after the other. `calendar` is the newest one that could be read.

    It is kept in `folder`, which desks share: what one imports the others see within seconds. Only one that
    `reads_terminal` looks at the file that MetaTrader's service writes.
    """

    def __init__(
        self,
        folder: Path | None,
        settings: Callable[[], CalendarSettings],
        *,
        reads_terminal: bool = True,
        look_s: float = LOOK_S,
    ) -> None:
        """Reads what is kept; not for the event loop."""
        self._settings, self._reads_terminal, self._look_s = settings, reads_terminal, look_s
        self._kept = KeptCalendar(folder)
        self._wanted: deque[CalendarCommand] = deque()
        self._woken = asyncio.Event()
        self._terminal_seen: tuple[Path, tuple[int, int] | None] | None = None
        self._faults: list[str] = []
        self.calendar = EMPTY_CALENDAR
        try:
            self.calendar = self._kept.newest()
        except UnreadableCalendar as error:
            self._faults.append(str(error))

    def handle(self, command: CalendarCommand) -> None:
        """Carries out a command soon; what came of it is announced."""
        self._wanted.append(command)
        self._woken.set()

    async def run(self, publish: Publish) -> None:
        """Announces the calendar now and each time it changes; ends only by cancellation."""
        publish(CalendarChanged(self.calendar))
        for fault in self._faults:
            publish(CalendarRefused(fault))
        while True:
            while self._wanted:
                await self._announce(partial(self._carry_out, self._wanted.popleft()), publish)
            await self._announce(self._look, publish)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look_s)
            self._woken.clear()

    async def _announce(self, act: Callable[[], CalendarChanged | None], publish: Publish) -> None:
        try:
            changed = await asyncio.to_thread(act)
        except UnreadableCalendar as error:
            publish(CalendarRefused(str(error)))
            return
        if changed is not None:
            self.calendar = changed.calendar
            publish(changed)

    # -- on a thread --------------------------------------------------------------------------------------------

    def _carry_out(self, command: CalendarCommand) -> CalendarChanged:
        if isinstance(command, ImportCalendar):
            return self._read(Path(command.path), self._settings().time_zone)
        return CalendarChanged(self._kept.clear())

    def _read(self, path: Path, zone: str) -> CalendarChanged:
        events, report = read_calendar(path, zone)
        return CalendarChanged(self._kept.add(events), report)

    def _look(self) -> CalendarChanged | None:
        """What other programs have written since the last look."""
        if (newest := self._kept.newest()) is not self.calendar:
            return CalendarChanged(newest)
        path = self._terminal_path()
        if path is None:
            return None
        seen = path, stamp_of(path)
        if seen == self._terminal_seen:
            return None
        before, self._terminal_seen = self._terminal_seen, seen
        if seen[1] is None:
            was_there = before is not None and before[0] == path and before[1] is not None
            if was_there or self._settings().terminal_file:
                raise UnreadableCalendar(f"{path}: there is no such file; start the calendar service in MetaTrader 5")
            return None
        return self._read(path, _TERMINAL_ZONE)

    def _terminal_path(self) -> Path | None:
        """The file that the service writes: as the settings say, else in the common folder of the terminals."""
        if not self._reads_terminal:
            return None
        if chosen := self._settings().terminal_file:
            return Path(chosen).expanduser()
        folder = common_files()
        return None if folder is None else folder / TERMINAL_FILE
