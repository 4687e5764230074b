"""Results of studies that a desk keeps for itself, by what they belong to. What is read there is not believed."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from config import VERSION
from config.atomic_file import reason_of, remove_file, write_atomically
from config.private_files import make_private_directory
from gui.features.lab.model.shelf import UnusableStudy, content_of

RESULTS: Final = Path("lab") / "results"
"""Below the data folder."""
MAX_KEPT: Final = 200
LARGEST_KEPT: Final = 20_000_000
"""Bytes of one result."""

_KIND = re.compile(r"[a-z]{1,20}")
_HASH = re.compile(r"[0-9a-f]{16}")


class _Origin(msgspec.Struct, frozen=True):
    """What a result belongs to; every result of the lab says so."""

    symbol: str
    settings_hash: str
    recording_hash: str
    version: str


_origin_of = msgspec.json.Decoder(_Origin).decode


class KeptResults:
    """Everything here reads or writes files: not for the event loop."""

    def __init__(self, directory: Path) -> None:
        """`directory` is the data folder of the desk."""
        self._folder = directory / RESULTS

    def keep(self, kind: str, result: bytes) -> None:
        """Keeps a result as it was printed, in the place of one of the same kind, settings and recording; the oldest
        of too many go. Raises `UnusableStudy`."""
        path = self._folder / _name(kind, _read(result))
        try:
            make_private_directory(self._folder)
            write_atomically(path, result.decode(errors="replace"))
            for old in self._by_age("*")[MAX_KEPT:]:
                remove_file(old)
        except OSError as error:
            raise UnusableStudy(f"{path}: the result cannot be kept: {reason_of(error)}") from error

    def newest(self, kind: str, symbol: str, settings_hash: str) -> bytes | None:
        """The result of that kind that was kept last of a symbol and settings, of this version of the program; None
        where there is none that can be read."""
        for path in self._by_age(f"{kind}-{settings_hash}-*"):
            with suppress(UnusableStudy):
                result = content_of(path, LARGEST_KEPT)
                origin = _read(result)
                is_named_so = _name(kind, origin) == path.name
                if is_named_so and (origin.symbol, origin.version) == (symbol, VERSION):
                    return result
        return None

    def _by_age(self, pattern: str) -> list[Path]:
        """The newest first; none where the folder cannot be read."""
        found: list[tuple[float, Path]] = []
        with suppress(OSError):
            for path in self._folder.glob(f"{pattern}.json"):
                with suppress(OSError):
                    found.append((path.stat().st_mtime, path))
        return [path for _, path in sorted(found, reverse=True)]


def _read(result: bytes) -> _Origin:
    try:
        return _origin_of(result)
    except (ValueError, RecursionError) as error:
        raise UnusableStudy(f"A result does not say what it belongs to: {error}") from error


def _name(kind: str, origin: _Origin) -> str:
    """The hashes are part of a path: nothing else may be in them."""
    hashes = (origin.settings_hash, origin.recording_hash)
    if not _KIND.fullmatch(kind) or not all(_HASH.fullmatch(each) for each in hashes):
        raise UnusableStudy("A result does not say what it belongs to: allowed are hashes of 16 hexadecimal digits")
    return f"{kind}-{origin.settings_hash}-{origin.recording_hash}.json"
