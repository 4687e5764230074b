"""Folders as recordings of several files of one symbol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.packing import MAX_FILES, read_contents

ENDINGS: Final = (".csv", ".tsv", ".json", ".parquet", ".feather", ".zip", ".gz", ".bz2", ".xz", ".zst")
"""Of files that may be recordings; text under another ending is one only where it is chosen itself, or alone."""


def contents_of(path: Path) -> Iterator[Content]:
    """What `path` holds: one file, or those of a zip or a folder and the folders below it, by their names.

    Raises `UnreadableRecording` for what cannot be opened or is too large, and a folder without recordings.
    """
    if not path.is_dir():
        yield from read_contents(path)
        return
    for each in _files(path):
        for content in read_contents(each):
            yield replace(content, names=(path.name, *content.names))


def _files(folder: Path) -> list[Path]:
    origin = Origin(file=str(folder))
    files = [each for each in sorted(folder.rglob("*")) if each.is_file() and not each.name.startswith(".")]
    chosen = [each for each in files if each.suffix.lower() in ENDINGS] or [
        each for each in files if each.suffix.lower() == ".txt"
    ]
    if not chosen:
        raise origin.error("is a folder without recordings")
    if len(chosen) > MAX_FILES:
        raise origin.error(f"holds {len(chosen)} files; at most {MAX_FILES} are read as one recording")
    return chosen
