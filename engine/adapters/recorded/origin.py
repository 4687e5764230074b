"""The place of a value in a file, for error messages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import UnreadableRecording

_MAX_REASON_LENGTH = 120


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
        return UnreadableRecording("".join(sign if sign.isprintable() else "?" for sign in f"{where}: {sentence}"))


def reason(error: Exception) -> str:
    """What a library says of damage, which may quote the damaged file at length."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= _MAX_REASON_LENGTH else f"{words[:_MAX_REASON_LENGTH]}…"
