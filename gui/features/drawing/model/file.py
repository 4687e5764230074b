"""The files of drawings, one per symbol, and that of the tools. What is read there is believed in no point."""

from __future__ import annotations

import zlib
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from stat import S_ISREG
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from config.plain_file import read_plain_file
from engine.errors import DeskError
from gui.features.drawing.model.drawing import Drawing, Kind
from gui.features.drawing.model.drawings import MAX_DRAWINGS
from gui.features.drawing.model.merging import Drawn, merged
from gui.features.drawing.model.tools import Habits

VERSION: Final = 1
LARGEST_FILE: Final = 1_000_000
"""Bytes; the drawings of a symbol at their limit, each with the longest text, are two thirds of it."""
FOLDER: Final = "drawings"
"""In the data folder."""
TOOLS: Final = "tools.json"

_Content = TypeVar("_Content", bound="SavedDrawings | SavedHabits")


class UnreadableDrawings(DeskError):
    """States what is wrong with a file of drawings."""


class SavedDrawings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The drawings of one symbol. Raises ValueError where one cannot be kept or two have the same id."""

    version: int = VERSION
    symbol: Annotated[str, Meta(max_length=1_000)]
    drawings: Annotated[Drawn, Meta(max_length=MAX_DRAWINGS)]

    def __post_init__(self) -> None:
        if any(each.kind is Kind.MEASURE for each in self.drawings):
            raise ValueError("a measurement cannot be saved")
        if any(count > 1 for count in Counter(each.id for each in self.drawings).values()):
            raise ValueError("two drawings have the same id")


class SavedHabits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int = VERSION
    habits: Habits


class _Versioned(msgspec.Struct):
    version: int


def decoded(text: str, kind: type[_Content]) -> _Content:
    """Raises `UnreadableDrawings` where the text is no such file."""
    try:
        if msgspec.json.decode(text, type=_Versioned).version != VERSION:
            raise UnreadableDrawings("it was written by another version")
        return msgspec.json.decode(text, type=kind)
    except (ValueError, RecursionError):
        raise UnreadableDrawings("it is damaged") from None


def file_of(directory: Path, symbol: str) -> Path:
    """The file of a symbol, whose characters may be impossible in a name; `directory` is the data folder."""
    plain = "".join(letter for letter in symbol if letter.isascii() and letter.isalnum())
    return directory / FOLDER / f"{plain[:40]}-{zlib.crc32(symbol.encode(errors='replace')):08x}.json"


def read_drawings(path: Path, symbol: str) -> Drawn:
    """The drawings of a symbol; none where there is no file. Raises `UnreadableDrawings` and `OSError`."""
    return _read(path, symbol) or ()


def _read(path: Path, symbol: str) -> Drawn | None:
    """None where there is no file."""
    text = _text(path)
    if text is None:
        return None
    saved = decoded(text, SavedDrawings)
    if saved.symbol != symbol:
        raise UnreadableDrawings("it belongs to another symbol")
    return saved.drawings


def read_habits(path: Path) -> Habits:
    """What the tools remember; the defaults where there is no file. Raises `UnreadableDrawings` and `OSError`."""
    text = _text(path)
    return Habits() if text is None else decoded(text, SavedHabits).habits


def write_drawings(path: Path, symbol: str, drawings: Drawn) -> None:
    """Replaces the file, whole or not at all. Not for the event loop. Raises `OSError`."""
    _write(path, SavedDrawings(symbol=symbol, drawings=drawings))


def write_habits(path: Path, habits: Habits) -> None:
    """Replaces the file, whole or not at all. Not for the event loop. Raises `OSError`."""
    _write(path, SavedHabits(habits=habits))


def write_merged(path: Path, symbol: str, base: Drawn, mine: Drawn) -> Drawn:
    """Writes what became of `base` here, together with what other windows wrote since; returns what the file has now.

    No window deletes the file: where it is gone, all that is drawn here is written. Not for the event loop. Raises
    `UnreadableDrawings` and `OSError`, and leaves the file as it is.
    """
    with _locked(path):
        theirs = _read(path, symbol)
        drawings: tuple[Drawing, ...] = merged(base, mine, base if theirs is None else theirs)[-MAX_DRAWINGS:]
        write_drawings(path, symbol, drawings)
    return drawings


def set_aside(path: Path, symbol: str) -> Path | None:
    """Keeps a file that cannot be read under another name, which is returned; None where another window has done that.

    Not for the event loop. Raises `OSError`.
    """
    from config.atomic_file import set_aside

    with _locked(path):
        try:
            _read(path, symbol)
        except UnreadableDrawings:
            return set_aside(path, path.with_name(f"{path.stem}-unreadable.json"))
    return None


def _locked(path: Path) -> AbstractContextManager[None]:
    """No other window writes drawings meanwhile."""
    from config.file_lock import locked

    return locked(path.with_name(FOLDER))


def _text(path: Path) -> str | None:
    """None where there is no file."""
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise UnreadableDrawings("it is no file")
        if found.st_size > LARGEST_FILE:
            raise UnreadableDrawings("it is far too large")
        return read_plain_file(path, LARGEST_FILE).decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise UnreadableDrawings("it is damaged") from None


def _write(path: Path, content: SavedDrawings | SavedHabits) -> None:
    from config.atomic_file import write_atomically

    text = msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1)
    write_atomically(path, f"{text.decode()}\n")
