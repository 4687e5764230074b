"""The tour as a process: without a display, leaving only its pictures."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from engine.process_end import ProcessEnd
from gui.desk_program import EXIT_REFUSED, Troubles
from gui.theme import DARK
from gui.user_desk import choice_of, played_desk, print_sources
from gui.window import MainWindow

if TYPE_CHECKING:
    from engine.bootstrap import PlayedDesk


class Tour:
    """A `Program`."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.theme = DARK

    def make_window(self) -> MainWindow:
        return MainWindow(self.theme)

    async def run(self, window: MainWindow, _: Troubles, __: ProcessEnd) -> int:
        from config.atomic_file import reason_of
        from engine.errors import DeskError
        from gui.platform.garbage import GarbageKeeper
        from gui.tour.tour import run_tour

        GarbageKeeper(window)
        try:
            desk = await asyncio.to_thread(self._open)
        except DeskError as error:
            return _refused(str(error))
        print_sources(desk)
        try:
            return await run_tour(window, desk)
        except OSError as error:
            return _refused(f"the pictures cannot be written: {error.filename or ''}: {reason_of(error)}")
        finally:
            desk.archive.close()

    def _open(self) -> PlayedDesk:
        from config.loader import load_settings

        settings = load_settings()
        return played_desk(choice_of(self._options, settings), self._options, settings, directory=None)


def _refused(reason: str) -> int:
    print(f"microscalp: {reason}", file=sys.stderr)  # noqa: T201
    return EXIT_REFUSED
