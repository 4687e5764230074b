"""Columns kept on disk: Parquet files that name their own content, so that nothing damaged is ever believed."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from config.atomic_file import reason_of, replace_file
from config.private_files import make_private_directory
from engine.errors import UnusableCache
from engine.market.arrow import arrow_array

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

FACTS_KEY: Final = b"microscalp"
"""Where a file says what it holds, in the words of whoever keeps it."""

_ENDING: Final = ".parquet"
_HALF_WRITTEN: Final = ".writing"
_DIGEST_BYTES: Final = 8
_ABANDONED_S: Final = 24 * 3600.0
"""A file that has been written for so long belongs to a process that was killed."""

Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Columns on disk, read block by block through a memory map: what one process has read from the disk the others
    find in memory."""

    facts: bytes
    _file: ParquetFile

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def blocks(self, names: Iterable[str] | None = None) -> Iterator[dict[str, Column]]:
        """The blocks as they were written, with all columns or only some."""
        wanted = None if names is None else list(names)
        for block in range(self._file.num_row_groups):
            table = self._file.read_row_group(block, columns=wanted, use_threads=False)
            yield {name: _array(table.column(name).chunk(0)) for name in table.column_names}

    def columns(self, names: Iterable[str] | None = None) -> dict[str, Column]:
        """Whole columns, all or only some."""
        blocks = list(self.blocks(names))
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


class EntryStore:
    """Entries in one folder, each under a key: columns of numbers and of flags; processes may share the folder.

    The name of a file has the digest of its bytes: one that does not match is removed, as if it had never been, and a
    folder in its place is renamed. What
    has not been used for longest is removed once all together are larger than `max_bytes`.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder, self._max_bytes = folder, max_bytes

    def find(self, key: str, facts: bytes | None = None) -> Entry | None:
        """The entry of that key, with those facts if given; None where there is none, or none that can be believed."""
        for path in sorted(self._folder.glob(f"{key}.*{_ENDING}")):
            entry = _opened(path)
            if entry is not None and facts in (None, entry.facts):
                with suppress(OSError):
                    os.utime(path)
                return entry
            _remove(path)
        return None

    def write(self, key: str, facts: bytes, blocks: Iterable[Mapping[str, Column]]) -> Entry:
        """Keeps an entry of at least one block, whole or not at all. Raises `UnusableCache`."""
        path = self._keep(key, lambda written: _write_blocks(written, facts, blocks))
        if (entry := _opened(path)) is None:
            raise UnusableCache(f"{path}: what the lab has just written here is gone or damaged")
        self._prune(path)
        return entry

    def has(self, key: str) -> bool:
        """Whether there is a file for that key; it may be damaged."""
        return any(self._folder.glob(f"{key}.*{_ENDING}"))

    def content(self, key: str) -> bytes | None:
        """The bytes of an entry's file, for the store of another machine; None if there is no intact one."""
        for path in self._folder.glob(f"{key}.*{_ENDING}"):
            with suppress(OSError):
                if _digest(path) == path.name.split(".")[-2]:
                    return path.read_bytes()
        return None

    def keep(self, key: str, content: bytes) -> None:
        """Keeps an entry whose bytes came from the store of another machine. Raises `UnusableCache`."""
        self._prune(self._keep(key, lambda written: written.write_bytes(content)))

    def discard(self, key: str) -> None:
        """Removes all entries of that key."""
        for path in self._folder.glob(f"{key}.*{_ENDING}"):
            _remove(path)

    def _keep(self, key: str, fill: Callable[[Path], object]) -> Path:
        try:
            make_private_directory(self._folder)
            return self._filled(key, fill)
        except OSError as error:
            raise UnusableCache(f"{self._folder}: the lab cannot keep its columns here: {reason_of(error)}") from error

    def _filled(self, key: str, fill: Callable[[Path], object]) -> Path:
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=f"{key}.", suffix=_HALF_WRITTEN)
        os.close(descriptor)
        written = Path(name)
        try:
            fill(written)
            target = self._folder / f"{key}.{_digest(written)}{_ENDING}"
            if _opened(target) is None:  # another process may have been faster, and have it open
                replace_file(written, target)
            return target
        finally:
            _remove(written)

    def _prune(self, newest: Path) -> None:
        """Removes what was used longest ago until the rest fits, but never the newest; a file in use may stay."""
        found = []
        for path in self._folder.iterdir():
            with suppress(OSError):
                found.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in found)
        for used_at, size, path in sorted(found):
            is_abandoned = path.suffix == _HALF_WRITTEN and time.time() - used_at > _ABANDONED_S
            is_surplus = path.suffix == _ENDING and total > self._max_bytes and path != newest
            if is_abandoned or is_surplus:
                _remove(path)
                total -= size


def _write_blocks(path: Path, facts: bytes, blocks: Iterable[Mapping[str, Column]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    try:
        for block in blocks:
            columns = {name: _storable(column) for name, column in block.items()}
            types = {name: pa.from_numpy_dtype(column.dtype) for name, column in columns.items()}
            schema = pa.schema([pa.field(name, types[name], nullable=False) for name in columns], {FACTS_KEY: facts})
            writer = writer or parquet.ParquetWriter(
                path, schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
            arrays = [arrow_array(column, types[name]) for name, column in columns.items()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    finally:
        if writer is not None:
            writer.close()


def _storable(column: Column) -> Column:
    """Flags as bytes: Parquet packs them into bits, and unpacking costs more than reading."""
    return column.view(np.uint8) if column.dtype == np.bool_ else column


def _array(chunk: Any) -> Column:
    values: Column = np.frombuffer(chunk.buffers()[1], dtype=chunk.type.to_pandas_dtype(), count=len(chunk))
    return values.view(np.bool_) if values.dtype == np.uint8 else values


def _opened(path: Path) -> Entry | None:
    """The entry in a file whose bytes are those that its name says."""
    from pyarrow import ArrowException, parquet

    try:
        if _digest(path) != path.name.split(".")[-2]:
            return None
        file = parquet.ParquetFile(path, memory_map=True)
        return Entry((file.schema_arrow.metadata or {})[FACTS_KEY], file)
    except (ArrowException, OSError, KeyError, IndexError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES)).hexdigest()


def _remove(path: Path) -> None:
    with suppress(OSError):  # another process may have it open
        if path.is_dir():  # not made by us: its content is kept under another name
            path.rename(path.with_name(f"{path.name}.aside-{uuid4().hex[:8]}"))
        else:
            path.unlink(missing_ok=True)
