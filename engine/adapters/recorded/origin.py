"""Where in a file a value stands, so that every complaint names its place."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import UnreadableRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file, what its rows are called ("line", "row", "entry") and the number of the first of them."""

    file: str
    unit: str = "line"
    first: int = 1

    def place(self, row: int) -> str:
        return f"{self.unit} {row + self.first}"

    def error(self, sentence: str, row: int | None = None) -> UnreadableRecording:
        """The error to raise about the file, or about its `row` (counted from 0)."""
        where = self.file if row is None else f"{self.file}, {self.place(row)}"
        return UnreadableRecording(f"{where}: {sentence}")
