"""The answer of a study as state: sentences, figures, pictures and tables, which views draw."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from gui.features.lab.model.chart import Comparison
from gui.features.lab.model.pictures import Picture
from gui.features.trading.model.table import Cell, Column, Tone


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in a word and a sentence; the tone only goes with them."""

    word: str
    sentence: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure by its name, with its interval or what else belongs to it below."""

    name: str
    value: str
    below: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table, and what a file has of it: names and Arrow types."""

    column: Column
    exported: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Cells as they are read, what they are ordered by, and the values for files, one for each name of the fields."""

    key: Hashable
    cells: tuple[Cell, ...]
    order: tuple[Any, ...]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`silence` is said where there are no rows."""

    name: str
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of an answer: figures beside pictures, a table below, or a comparison on a chart."""

    title: str
    facts: tuple[Fact, ...] = ()
    pictures: tuple[Picture, ...] = ()
    table: Table | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole answer; `notes` are what speaks against believing it."""

    headline: Headline
    tabs: tuple[Tab, ...]
    notes: tuple[str, ...] = ()
    choices: dict[Hashable, dict[str, Any]] = field(default_factory=dict)
    """Settings by the key of their row: values by dotted names, to be kept as a preset."""
