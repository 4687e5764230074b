"""Layouts as values, and as the JSON that they are kept in. What is read is believed in no point."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import DeskError

VERSION = 1
"""Of the file, and of what Qt remembers of docks and toolbars: another one is not understood."""
MOST_NAMED, LONGEST_NAME = 50, 60
_MOST_ITEMS, _LONGEST_ITEM, _LONGEST_STATE = 200, 200, 100_000


class UnreadableLayout(DeskError):
    """Says in words what is wrong with a file of layouts."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by their numbers: in order of sight, their widths in pixels, and those not shown."""

    order: tuple[int, ...]
    widths: tuple[int, ...]
    hidden: tuple[int, ...]

    def fits(self, count: int) -> bool:
        """Whether a table of so many columns can be laid out like this, with at least one in sight."""
        numbers = set(range(count))
        return (
            sorted(self.order) == list(range(count))
            and len(self.widths) == count
            and set(self.hidden) < numbers
            and all(0 <= width <= 10_000 for width in self.widths)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`place` and `docks` are what Qt says of the window and of what is docked in it, in base 64."""

    place: str = ""
    docks: str = ""
    is_side_by_side: bool = False
    front: str = ""
    hidden_overlays: tuple[str, ...] = ()
    columns: Mapping[str, Columns] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """Surfaces and candle colours of the last run, with which the next one begins before it knows its settings."""

    surfaces: str
    colours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutBook:
    """The layout at present, None before there was one, and those with a name."""

    current: Layout | None = None
    named: Mapping[str, Layout] = field(default_factory=dict)
    look: Look | None = None


# -- to JSON and back -------------------------------------------------------------------------------------------


def as_text(book: LayoutBook) -> str:
    return json.dumps({"version": VERSION, **asdict(book)}, indent=1, sort_keys=True) + "\n"


def book_of(text: str) -> LayoutBook:
    """Raises `UnreadableLayout` where the text is anything but a book of layouts."""
    try:
        said = json.loads(text)
        if not isinstance(said, dict) or said.pop("version", None) != VERSION:
            raise UnreadableLayout("it is of another version")
        look, current, named = said.pop("look"), said.pop("current"), said.pop("named")
        _refuse_if(bool(said) or len(named) > MOST_NAMED)
        return LayoutBook(
            current=None if current is None else _layout(current),
            named={_text(name, LONGEST_NAME): _layout(each) for name, each in named.items()},
            look=None if look is None else Look(**{name: _text(each) for name, each in look.items()}),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnreadableLayout("it is damaged") from None


def _layout(said: Any) -> Layout:
    columns = said.pop("columns")
    _refuse_if(len(columns) > _MOST_ITEMS)
    return Layout(
        place=_base64(said.pop("place")),
        docks=_base64(said.pop("docks")),
        is_side_by_side=_flag(said.pop("is_side_by_side")),
        front=_text(said.pop("front")),
        hidden_overlays=tuple(_text(each) for each in _items(said.pop("hidden_overlays"))),
        columns={_text(name): _columns(**each) for name, each in columns.items()},
        **said,
    )


def _columns(order: Any, widths: Any, hidden: Any) -> Columns:
    parts = (tuple(_number(each) for each in _items(part)) for part in (order, widths, hidden))
    return Columns(*parts)


def _refuse_if(is_wrong: bool) -> None:
    if is_wrong:
        raise ValueError


def _items(value: Any) -> list[Any]:
    _refuse_if(not isinstance(value, list) or len(value) > _MOST_ITEMS)
    return list(value)


def _text(value: Any, longest: int = _LONGEST_ITEM) -> str:
    _refuse_if(not isinstance(value, str) or len(value) > longest)
    return str(value)


def _flag(value: Any) -> bool:
    _refuse_if(not isinstance(value, bool))
    return bool(value)


def _number(value: Any) -> int:
    _refuse_if(not isinstance(value, int) or isinstance(value, bool))
    return int(value)


def _base64(value: Any) -> str:
    text = _text(value, _LONGEST_STATE)
    base64.b64decode(text, validate=True)
    return text
