"""Keeps the drawings of all symbols in the data folder, and follows what other windows write there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from config.atomic_file import reason_of
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.model.file import (
    FOLDER,
    TOOLS,
    UnreadableDrawings,
    file_of,
    read_drawings,
    read_habits,
    set_aside,
    write_habits,
    write_merged,
)
from gui.features.drawing.model.merging import Drawn
from gui.features.drawing.model.tools import DrawingTools, Habits

WRITE_AFTER_MS: Final = 300
LOOK_EVERY_MS: Final = 1_000

_Stamp = tuple[int, int] | None


@dataclass(slots=True)
class _Kept:
    """The drawings of a symbol, what its file had when it was last read or written, whether there are edits since.

    `adopted` counts how often `base` has changed. `written` belongs to the thread that writes: that count when the last
    drawings were sent, and they themselves; until the window has adopted them it sends edits of an older base.
    """

    symbol: str
    path: Path
    drawings: Drawings
    base: Drawn = ()
    adopted: int = 0
    is_edited: bool = False
    written: tuple[int, Drawn] | None = None


class DrawingKeeper(QObject):
    """Without a folder it keeps nothing. Files are read and written on a thread of their own, one after the other.

    Two windows of the same data folder show the same drawings: each writes only what it changed. `announced` carries a
    message for the user.
    """

    announced = Signal(str)
    _drawn = Signal(str, object, object)
    _lost = Signal(str)
    _remembered = Signal(object)

    def __init__(self, tools: DrawingTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._directory: Path | None = None
        self._drawings: dict[str, Drawings] = {}
        self._kept: dict[str, _Kept] = {}
        self._stamps: dict[Path, _Stamp] = {}
        self._complaints: set[str] = set()
        self._habits = tools.habits
        self._pool = QThreadPool(self, maxThreadCount=1)
        self._writing = QTimer(self, singleShot=True, interval=WRITE_AFTER_MS)
        self._writing.timeout.connect(self.write)
        self._looking = QTimer(self, interval=LOOK_EVERY_MS)
        self._looking.timeout.connect(self.look)
        self._drawn.connect(self._adopt)
        self._lost.connect(self._write_again)
        self._remembered.connect(self._remember)
        tools.changed.connect(self._write_soon)

    def add(self, symbol: str, drawings: Drawings) -> None:
        """Keeps the drawings of a symbol from now on."""
        self._drawings[symbol] = drawings
        if self._directory is not None:
            self._keep(symbol, self._directory)

    def begin(self, directory: Path) -> None:
        """Reads what is kept in the data folder, and follows it."""
        self._directory = directory
        for symbol in self._drawings:
            self._keep(symbol, directory)
        self.look()
        self._looking.start()

    def _keep(self, symbol: str, directory: Path) -> None:
        kept = self._kept[symbol] = _Kept(symbol, file_of(directory, symbol), self._drawings[symbol])
        kept.drawings.edited.connect(lambda: self._note(kept))
        self.look()

    def _note(self, kept: _Kept) -> None:
        kept.is_edited = True
        self._write_soon()

    def _write_soon(self) -> None:
        if self._directory is not None:
            self._writing.start()

    def close(self) -> None:
        """What was edited is written when this returns."""
        self._looking.stop()
        self._writing.stop()
        self.write()
        self._pool.waitForDone()

    # -- on the window's thread

    def look(self) -> None:
        """Reads files that have changed, beside everything else."""
        self._begin(self._look)

    def write(self) -> None:
        """Writes what was edited, beside everything else."""
        for kept in self._kept.values():
            if kept.is_edited:
                kept.is_edited = False
                self._begin(partial(self._write, kept, kept.adopted, kept.base, kept.drawings.all))
        if self._tools.habits != self._habits and self._directory is not None:
            self._habits = self._tools.habits
            self._begin(partial(self._try, "tools", partial(self._write_habits, self._tools_file, self._habits)))

    def _begin(self, act: Callable[[], object]) -> None:
        self._pool.start(act)

    @property
    def _tools_file(self) -> Path:
        assert self._directory is not None
        return self._directory / FOLDER / TOOLS

    def _adopt(self, symbol: str, sent: Drawn | None, theirs: Drawn) -> None:
        """What a file has now; `sent` is what was to be written, None where it was only read."""
        kept = self._kept[symbol]
        base, kept.base = kept.base if sent is None else sent, theirs
        kept.adopted += 1
        kept.drawings.adopt(base, theirs)

    def _write_again(self, symbol: str) -> None:
        """The file was of no use: what is drawn here is all there is."""
        kept = self._kept[symbol]
        if kept.drawings.all:
            self._note(kept)

    def _remember(self, habits: Habits) -> None:
        self._habits = habits
        self._tools.keep(habits)

    # -- off the window's thread

    def _look(self) -> None:
        for kept in tuple(self._kept.values()):
            if self._has_changed(kept.path):
                self._try(kept.symbol, partial(self._read, kept))
        if self._directory is not None and self._has_changed(self._tools_file):
            self._try("tools", lambda: self._remembered.emit(read_habits(self._tools_file)))

    def _read(self, kept: _Kept) -> None:
        try:
            drawings = read_drawings(kept.path, kept.symbol)
        except UnreadableDrawings as error:
            self._set_aside(kept, error)
            self._lost.emit(kept.symbol)
        else:
            self._drawn.emit(kept.symbol, None, drawings)

    def _write(self, kept: _Kept, adopted: int, base: Drawn, mine: Drawn) -> None:
        if kept.written is not None and kept.written[0] == adopted:
            base = kept.written[1]

        def write() -> None:
            try:
                written = write_merged(kept.path, kept.symbol, base, mine)
            except UnreadableDrawings as error:
                self._set_aside(kept, error)
                written = write_merged(kept.path, kept.symbol, base, mine)
            kept.written = adopted, mine
            self._has_changed(kept.path)
            self._drawn.emit(kept.symbol, mine, written)

        if not self._try(kept.symbol, write):
            kept.is_edited = True  # tried again with the next edit, and at the end

    def _set_aside(self, kept: _Kept, error: UnreadableDrawings) -> None:
        aside = set_aside(kept.path, kept.symbol)
        if aside is None:
            return
        words = f"The saved drawings of {kept.symbol} were not loaded: {error}. The file is kept as {aside.name}."
        self.announced.emit(words)

    def _write_habits(self, path: Path, habits: Habits) -> None:
        write_habits(path, habits)
        self._has_changed(path)

    def _try(self, what: str, act: Callable[[], object]) -> bool:
        """Says once what cannot be read or written until it can."""
        try:
            act()
        except OSError as error:
            self._complain(what, f"Drawings ({what}) cannot be read or saved: {reason_of(error)}")
        except UnreadableDrawings as error:
            self._complain(what, f"The saved drawing tools were not loaded: {error}")
        else:
            self._complaints.discard(what)
            return True
        return False

    def _complain(self, what: str, words: str) -> None:
        if what not in self._complaints:
            self._complaints.add(what)
            self.announced.emit(words)

    def _has_changed(self, path: Path) -> bool:
        """Whether a file is another one than at the last look; False where there is none."""
        stamp = _stamp(path)
        was, self._stamps[path] = self._stamps.get(path), stamp
        return stamp is not None and stamp != was


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
