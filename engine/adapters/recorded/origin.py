"""The place of a value in a file, for error messages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Protocol

from engine.errors import UnreadableRecording

_MAX_REASON_LENGTH = 120


class Rows(Protocol):
    """Numbers of rows, such as a range or an array of them."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Any: ...


class Place(Protocol):
    """Where rows come from."""

    def error(self, sentence: str, row: int | None = None) -> UnreadableRecording:
        """The error to raise about all of it, or about its `row` (counted from 0), as one printable line."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file, what its rows are called ("line", "row", "entry") and the number of the first of them."""

    file: str
    unit: str = "line"
    first: int = 1

    def from_row(self, row: int) -> Origin:
        """The origin of the part that begins with that row."""
        return replace(self, first=self.first + row)

    def member(self, name: str) -> Origin:
        """The origin of a file within this one."""
        return Origin(file=f"{self.file}, {name[:_MAX_REASON_LENGTH]}")

    def error(self, sentence: str, row: int | None = None) -> UnreadableRecording:
        """The error to raise about the file, or about its `row` (counted from 0), as one printable line."""
        where = self.file if row is None else f"{self.file}, {self.unit} {row + self.first}"
        return UnreadableRecording("".join(map(_shown, f"{where}: {sentence}")))


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of several files, one after the other; `whole` is what holds these files."""

    whole: Origin
    parts: Sequence[tuple[Place, Rows]]
    """Of each file where it comes from, and which of its rows."""

    def error(self, sentence: str, row: int | None = None) -> UnreadableRecording:
        if row is None:
            return self.whole.error(sentence)
        starts = [0, *accumulate(len(rows) for _, rows in self.parts)]
        number = min(bisect_right(starts, row), len(self.parts)) - 1
        origin, rows = self.parts[number]
        return origin.error(sentence, int(rows[row - starts[number]]))


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else r"\t" if sign == "\t" else "?"


def reason(error: Exception) -> str:
    """What a library says of damage, which may quote the damaged file at length."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= _MAX_REASON_LENGTH else f"{words[:_MAX_REASON_LENGTH]}…"
