"""The prices of one file, or of several files of one symbol as if they were one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.formats.format import ParsedFile
from engine.adapters.recorded.origin import Joined, Origin, Place
from engine.adapters.recorded.times import Microseconds


@dataclass(frozen=True, slots=True)
class Part:
    """Prices, oldest first, and where each of them comes from."""

    parsed: ParsedFile
    origin: Origin
    place: Place

    def __len__(self) -> int:
        return len(self.parsed.columns)

    @property
    def instants(self) -> Microseconds:
        """By the clock of the file, or in UTC where its rows state how far that is ahead."""
        parsed = self.parsed
        return parsed.columns.at if parsed.offsets is None else parsed.columns.at - parsed.offsets

    def rows(self, rows: NDArray[np.int64]) -> Part:
        """The same with only those rows, in their order."""
        parsed, offsets = self.parsed, self.parsed.offsets
        chosen = replace(
            parsed, columns=parsed.columns.rows(rows), offsets=None if offsets is None else offsets[rows], kept=None
        )
        return Part(chosen, self.origin, Joined(self.origin, [(self.place, rows)]))


def part_of(parsed: ParsedFile, origin: Origin) -> Part:
    """A file with its rows oldest first, without those that hold no price."""
    part = Part(parsed, origin, origin)
    if parsed.kept is not None and not parsed.kept.all():
        rows = np.flatnonzero(parsed.kept)
        words = f"{parsed.format}, {len(parsed.kept) - len(rows):,} rows without a price left out"
        part = Part(replace(parsed, format=words), origin, origin).rows(rows)
    return part.rows(np.arange(len(part) - 1, -1, -1)) if _is_descending(part.parsed.columns.at) else part


def joined(parts: Sequence[Part], whole: Origin) -> Part:
    """Several files as one, in the order of their beginnings; of what two have the earlier one counts, with a note.

    Raises `UnreadableRecording` for files of different formats.
    """
    if len(parts) == 1:
        return parts[0]
    ordered = sorted(parts, key=lambda part: int(part.instants[0]))
    first = ordered[0].parsed
    for part in ordered:
        _refuse_other(part, first)
    kept, left_out = _after_each_other(ordered)
    notes = [note for part in kept for note in part.parsed.notes]
    if left_out:
        notes.append(f"{left_out:,} rows are in an earlier file too, which counts")
    given = first.columns.given()
    columns = {name: np.concatenate([part.parsed.columns.given()[name] for part in kept]) for name in given}
    offsets = [part.parsed.offsets for part in kept if part.parsed.offsets is not None]
    parsed = replace(
        first,
        columns=first.columns.with_values(columns),
        offsets=np.concatenate(offsets) if offsets else None,
        notes=tuple(dict.fromkeys(notes)),
        kept=None,
    )
    return Part(parsed, whole, Joined(whole, [(part.place, range(len(part))) for part in kept]))


def _after_each_other(ordered: Sequence[Part]) -> tuple[list[Part], int]:
    """The parts, each without what lies before the end of an earlier one, and how many rows those were."""
    kept, left_out, end = list[Part](), 0, int(np.iinfo(np.int64).min)
    for part in ordered:
        rows = np.flatnonzero(part.instants > end)
        left_out += len(part) - len(rows)
        if rows.size:
            end = int(part.instants.max())
            kept.append(part if len(rows) == len(part) else part.rows(rows))
    return kept, left_out


def _refuse_other(part: Part, first: ParsedFile) -> None:
    mine = part.parsed
    kinds = [
        (parsed.format.partition(",")[0], parsed.clock, parsed.offsets is None, parsed.columns.given().keys())
        for parsed in (mine, first)
    ]
    if kinds[0] != kinds[1]:
        raise part.origin.error(
            f"is {mine.format} and another file is {first.format}; the files of one recording are of one format "
            "with the same columns"
        )


def _is_descending(at: Microseconds) -> bool:
    """Whether the newest row comes first: most steps go back, and all of them together too."""
    return len(at) > 1 and bool(at[-1] < at[0]) and int(np.count_nonzero(np.diff(at) < 0)) * 2 > len(at) - 1
