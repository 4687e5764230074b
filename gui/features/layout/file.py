"""Layouts as values, and the file that they are kept in. What is read there is believed in no point."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from config.plain_file import NoPlainFile, read_plain_file
from engine.errors import DeskError
from gui.features.chart.model.arrangement import Arrangement
from gui.features.chart.model.overlay_styles import ChartLook
from gui.theme import DARK, Theme, theme_for

T = TypeVar("T")

VERSION: Final = 1
"""Of the file, and of what Qt remembers of docks and toolbars: another one is not understood."""
MAX_NAMED: Final = 50
MAX_NAME_LENGTH: Final = 60
LARGEST_FILE: Final = 2_000_000
"""Bytes; fifty layouts are a tenth of it."""

MAX_ITEMS: Final = 200
MAX_TEXT: Final = 200
_MAX_ITEMS = Meta(max_length=MAX_ITEMS)
_Text = Annotated[str, Meta(max_length=MAX_TEXT)]
_Numbers = Annotated[tuple[int, ...], _MAX_ITEMS]
_State = Annotated[bytes, Meta(max_length=75_000)]
"""What Qt says of its widgets; in base 64 in the file."""


class UnreadableLayout(DeskError):
    """Says in words what is wrong with a file of layouts."""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a table by their numbers: in order of sight, their widths in pixels, and those not shown."""

    order: _Numbers
    widths: _Numbers
    hidden: _Numbers

    def fits(self, count: int) -> bool:
        """Whether a table of that many columns can be laid out like this, with at least one visible."""
        numbers = set(range(count))
        return (
            sorted(self.order) == list(range(count))
            and len(self.widths) == count
            and set(self.hidden) < numbers
            and all(0 <= width <= 10_000 for width in self.widths)
        )


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`place` and `docks` are what Qt says of the window and of what is docked in it."""

    place: _State
    docks: _State
    is_side_by_side: bool
    front: _Text
    hidden_overlays: Annotated[tuple[_Text, ...], _MAX_ITEMS]
    columns: Annotated[Mapping[_Text, Columns], _MAX_ITEMS]
    timeframes: Annotated[Mapping[_Text, Arrangement], _MAX_ITEMS] = {}
    """The charts of each symbol; M1 alone where it is left out, as in files of older versions."""
    chart_windows: Annotated[Mapping[_Text, _State], _MAX_ITEMS] = {}
    """The symbols whose charts are in a separate window, and its geometry."""
    unwatched: Annotated[tuple[_Text, ...], _MAX_ITEMS] = ()
    """The symbols of played markets that the watch list does not show."""
    looks: Annotated[Mapping[_Text, ChartLook], _MAX_ITEMS] = {}
    """Overlays and styles of each symbol; where it is left out, as in older files, `hidden_overlays` holds."""


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Surfaces and candle colours of the last run, with which the next one begins before it knows its settings."""

    surfaces: _Text
    colours: _Text


class SavedLayouts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout at present, None before there was one, and those with a name."""

    version: int = VERSION
    current: Layout | None
    named: Annotated[Mapping[Annotated[str, Meta(max_length=MAX_NAME_LENGTH)], Layout], Meta(max_length=MAX_NAMED)]
    look: Look | None
    templates: Annotated[
        Mapping[Annotated[str, Meta(max_length=MAX_NAME_LENGTH)], ChartLook], Meta(max_length=MAX_NAMED)
    ] = {}
    """Overlays and styles by name, to be applied to charts."""


def joined(kept: Mapping[str, T], now: Mapping[str, T]) -> dict[str, T]:
    """What is kept by symbol, with the symbols of now in their place: as many as a file may have, those of now last."""
    others = {symbol: each for symbol, each in kept.items() if symbol not in now}
    fitting = [(symbol, each) for symbol, each in (others | dict(now)).items() if len(symbol) <= MAX_TEXT]
    return dict(fitting[-MAX_ITEMS:])


def together(before: Mapping[str, T], mine: Mapping[str, T], theirs: Mapping[str, T]) -> dict[str, T]:
    """What is saved by name in two windows: theirs with what became of `before` in mine; mine last, at most as many as
    a file may have."""
    kept = {name: each for name, each in theirs.items() if name in mine or name not in before}
    changed = {name: each for name, each in mine.items() if each != before.get(name)}
    return dict([*((name, each) for name, each in kept.items() if name not in changed), *changed.items()][-MAX_NAMED:])


EMPTY: Final = SavedLayouts(current=None, named={}, look=None)


def allowed_name(name: str, taken: Mapping[str, object], what: str) -> str:
    """A name for one of `what`, without space around it.

    Raises ValueError where it is empty, too long or a device's, or where there are too many.
    """
    from config.file_names import fault_of_name

    name = name.strip().encode(errors="replace").decode()  # no file can hold half a character
    if fault := fault_of_name(name):
        raise ValueError(fault)
    if not name or len(name) > MAX_NAME_LENGTH or (name not in taken and len(taken) >= MAX_NAMED):
        raise ValueError(f"a name has 1 to {MAX_NAME_LENGTH} characters, and there are at most {MAX_NAMED} {what}")
    return name


class _Versioned(msgspec.Struct):
    version: int


def layouts_of(text: str) -> SavedLayouts:
    """Raises `UnreadableLayout` where the text is not a file of layouts."""
    try:
        if msgspec.json.decode(text, type=_Versioned).version != VERSION:
            raise UnreadableLayout("it was written by another version")
        return msgspec.json.decode(text, type=SavedLayouts)
    except (ValueError, RecursionError):
        raise UnreadableLayout("it is damaged") from None


def user_layout_file() -> Path:
    """Where the user's layouts are kept; the file need not exist."""
    from platformdirs import user_config_path

    return user_config_path("microscalp", appauthor=False) / "layouts.json"


def last_theme(look: Look | None) -> Theme:
    """The theme of the last run; the dark one where that is not known."""
    try:
        return DARK if look is None else theme_for(look.surfaces, look.colours)
    except KeyError:
        return DARK


class LayoutFile:
    """Reads once, at the start; `fault` says in a sentence why the default is used, and is empty if it is not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""
        self.layouts = self._written = self._read()

    def _read(self) -> SavedLayouts:
        try:
            return layouts_of(read_plain_file(self.path, LARGEST_FILE).decode())
        except FileNotFoundError:
            return EMPTY
        except (UnreadableLayout, OSError, ValueError) as error:
            self._start_over(error)
            return EMPTY

    def _start_over(self, error: Exception) -> None:
        words = str(error) if isinstance(error, UnreadableLayout) else "it cannot be read"
        self.fault = f"The saved layout is not used: {words}. The default layout is used"
        try:
            aside = self._aside
            self.path.replace(aside)  # once: the window does not wait for who has it open
            self.fault += f"; the file is kept as {aside.name}."
        except OSError:  # the first writing sets it aside
            self.fault += "."

    @property
    def _aside(self) -> Path:
        from config.atomic_file import free_name

        return free_name(self.path.with_name(f"{self.path.stem}-unreadable.json"))

    def write(self, layouts: SavedLayouts) -> None:
        """Replaces the file, whole or not at all; a file that cannot be read is kept, and so are layouts and templates
        that another window has saved under a name since.

        Not for the event loop. Raises `OSError`.
        """
        from config.atomic_file import write_atomically
        from config.file_lock import locked

        with locked(self.path):
            theirs, before = self._theirs(), self._written
            whole = replace(
                layouts,
                named=together(before.named, layouts.named, theirs.named),
                templates=together(before.templates, layouts.templates, theirs.templates),
            )
            text = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1)
            write_atomically(self.path, f"{text.decode()}\n")
        self._written = layouts

    def _theirs(self) -> SavedLayouts:
        """What the file has now. Raises `OSError`."""
        from config.atomic_file import replace_file

        try:
            return layouts_of(read_plain_file(self.path, LARGEST_FILE).decode())
        except FileNotFoundError:
            return self._written
        except (UnreadableLayout, NoPlainFile, ValueError):
            replace_file(self.path, self._aside)
            return self._written
