"""The recordings that a desk has made of a symbol, which studies of its own settings are about."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.market.tape import part_name, stem_of
from gui.features.lab.model.preparing import MAX_FILES

RECORDINGS: Final = "recordings"
"""Below the data folder: a folder for each recording."""


def own_recordings(directory: Path, symbol: str) -> tuple[str, ...]:
    """The first part of each recording of a symbol in a data folder, oldest first; of very many the last ones.

    A symbol that no file can be called is known by its letters and digits: whoever opens the files names the symbol.
    Not for the event loop.
    """
    found: list[Path] = []
    with suppress(OSError):
        found = sorted((directory / RECORDINGS).glob(f"*/{part_name('*', 0)}"))
    return tuple(str(path.absolute()) for path in found if _is_of(path.name, symbol))[-MAX_FILES:]


def _is_of(name: str, symbol: str) -> bool:
    stem = stem_of(name) or ""
    plain, tilde, _ = stem.rpartition("~")
    return stem == symbol or (bool(tilde) and plain.lstrip("_") == re.sub(r"[^A-Za-z0-9.]", "_", symbol).lstrip("_"))
