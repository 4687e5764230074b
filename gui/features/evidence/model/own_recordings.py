"""The recordings that the desk made of a symbol itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.adapters.recorded.packing import read_content
from engine.adapters.recorded.tape import tape_part
from engine.domain.market import Source
from engine.errors import UnreadableRecording
from engine.market.tape import part_name

RECORDINGS: Final = "recordings"
"""Folder below the data folder; each recording is a folder in it."""


def own_recordings(directory: Path, source: Source) -> tuple[str, ...]:
    """The first part of each recording of that symbol from the same kind of feed, oldest first: recordings of the demo
    market do not count for a broker's prices. Not for the event loop."""
    firsts = sorted((directory / RECORDINGS).glob(f"*/{part_name('*', 0)}"))
    return tuple(str(path) for path in firsts if _is_of(path, source))


def _is_of(path: Path, source: Source) -> bool:
    try:
        facts = tape_part(read_content(path))
    except UnreadableRecording:
        return False
    return facts is not None and (facts.source.symbol, facts.source.format) == (source.symbol, source.format)
