"""Opens the first market after the start: shows progress in the window, or what went wrong."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QMetaObject, QObject, QUrl, SignalInstance
from PySide6.QtGui import QDesktopServices

from engine.errors import DeskError, DeskIsRunning, InvalidConfiguration, UnreadableRecording, UnusableStore
from gui.features.opening.view.opening_page import OpeningPage, WayOut

_log = logging.getLogger(__name__)

T = TypeVar("T")

ReadingProgress = Callable[[str, int, int], None]
"""Takes words, what is done and how many steps there are, from any thread; raises `Abandoned` where that is all."""


class Abandoned(Exception):
    """The user gave the opening up."""


class _Closed(Exception):
    """The user closed the window."""


class OpeningWindow(Protocol):
    """What is needed of the window."""

    opening: OpeningPage

    @property
    def closed(self) -> SignalInstance: ...

    def isHidden(self) -> bool: ...


class FirstOpening(Generic[T]):
    """Tries until there is a desk, or the user would rather close."""

    def __init__(self, window: OpeningWindow, *, end: Callable[[T], None], folder: Path) -> None:
        """`end` ends a desk that was opened but is no longer wanted; `folder` has the user's settings."""
        self._page = window.opening
        self._window = window
        self._end = end
        self._folder = folder
        self._is_closed = window.isHidden()  # before there was a listener
        window.closed.connect(self._note_closed)

    def _note_closed(self) -> None:
        """Notes that the window was closed, also between two choices."""
        self._is_closed = True

    async def open(self, make: Callable[[ReadingProgress], T], make_demo: Callable[[ReadingProgress], T]) -> T | None:
        """None where the user closed the window. The makers run off the loop."""
        while True:
            try:
                return await self._attempt(make)
            except _Closed:
                return None
            except Abandoned:
                way = await self._ask("Nothing was opened", "The opening was cancelled.", _ANYTHING)
            except DeskError as error:
                print(f"microscalp: {error}", file=sys.stderr)  # noqa: T201
                title, what_to_do, ways = _way_out(error)
                way = await self._ask(title, f"{error}\n\n{what_to_do}", ways)
            except Exception as error:
                _log.exception("the desk cannot open")
                words = f"Unexpected error: {type(error).__name__}: {error}."
                way = await self._ask("The desk cannot open", f"{words}\n\nSee the log.", _ANYTHING)
            if way is WayOut.CLOSE:
                return None
            make = make_demo if way is WayOut.DEMO else make

    async def _attempt(self, make: Callable[[ReadingProgress], T]) -> T:
        loop, is_over = asyncio.get_running_loop(), threading.Event()

        def report(words: str, done: int, steps: int) -> None:
            if is_over.is_set():
                raise Abandoned
            loop.call_soon_threadsafe(self._page.show_progress, words, done, steps)

        making, choice = loop.run_in_executor(None, make, report), self._choice()
        await asyncio.wait((making, choice), return_when=asyncio.FIRST_COMPLETED)
        if not choice.done():
            choice.cancel()
            return making.result()
        is_over.set()
        making.add_done_callback(self._end_unwanted)
        if choice.result() is WayOut.CLOSE:
            raise _Closed
        raise Abandoned

    def _end_unwanted(self, making: asyncio.Future[T]) -> None:
        error = making.exception()
        if error is None:
            self._end(making.result())
        elif not isinstance(error, Abandoned | DeskError):
            _log.error("an opening that was cancelled failed", exc_info=error)

    # -- what the user chooses ----------------------------------------------------------------------------------

    async def _ask(self, title: str, sentence: str, ways: tuple[WayOut, ...]) -> WayOut:
        """The first choice that leads on."""
        self._page.show_fault(title, sentence, (*ways, WayOut.CLOSE))
        while (way := await self._choice()) is WayOut.FOLDER:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
        return way

    def _choice(self) -> asyncio.Future[WayOut]:
        """What is chosen next; a window that is closed is a choice too."""
        choice: asyncio.Future[WayOut] = asyncio.get_running_loop().create_future()

        def choose(way: WayOut) -> None:
            if not choice.done():
                choice.set_result(way)

        chosen = self._page.chosen.connect(choose)
        closed = self._window.closed.connect(lambda: choose(WayOut.CLOSE))
        choice.add_done_callback(lambda _: _disconnect(chosen, closed))
        if self._is_closed:
            choose(WayOut.CLOSE)
        return choice


def _disconnect(*connections: QMetaObject.Connection) -> None:
    for connection in connections:
        QObject.disconnect(connection)


_ANYTHING = (WayOut.AGAIN, WayOut.DEMO)


def _way_out(error: DeskError) -> tuple[str, str, tuple[WayOut, ...]]:
    """A title, what to do, and what the desk can do about it."""
    match error:
        case DeskIsRunning():
            return "Another desk is running", "Close it, then try again.", (WayOut.AGAIN,)
        case UnreadableRecording():
            return "The recording cannot be opened", "Fix the file, or use the demo market meanwhile.", _ANYTHING
        case InvalidConfiguration():
            return "The settings cannot be used", "Fix the file, then try again.", (WayOut.AGAIN, WayOut.FOLDER)
        case UnusableStore():
            return (
                "The store cannot be used",
                "Nothing in it was changed. Fix the problem, then try again.",
                (WayOut.AGAIN,),
            )
        case _:
            return "The desk cannot open", "Fix the problem, then try again.", (WayOut.AGAIN,)
