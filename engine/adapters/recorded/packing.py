"""Files as they lie on the disk: plain or packed with gzip, bzip2, xz or Zstandard, one or several in a zip."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.origin import Origin, reason
from engine.errors import UnreadableRecording

MAX_BYTES: Final = 512 * 1024 * 1024
"""Of one file, once it is unpacked."""
MAX_FILES: Final = 2_000
"""In one zip or folder."""
BLOCK: Final = 2 * 1024 * 1024
"""A reader sets aside as much memory as it is asked for, which Windows counts even if it stays empty."""
_MAX_TOGETHER: Final = 4
"""How many times `MAX_BYTES` the files of one zip may have."""
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC_BYTES: Final = 6
_MAX_NAME: Final = 80
_DAMAGE: Final = (OSError, EOFError, RuntimeError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_ENDINGS: Final = (".csv", ".tsv", ".json", ".parquet", ".feather")


class _Packing(NamedTuple):
    """How packed files begin, what they are called, and how one is opened."""

    magic: bytes
    name: str
    open: Callable[[Path], Any]


def _zstd(path: Path) -> Any:
    import pyarrow as pa

    return pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")


_PACKINGS: Final = (
    _Packing(b"\x1f\x8b", "gzip", gzip.open),
    _Packing(b"BZh", "bzip2", bz2.open),
    _Packing(b"\xfd7zXZ\x00", "xz", lzma.open),
    _Packing(b"\x28\xb5\x2f\xfd", "zstd", _zstd),
)


def read_content(path: Path) -> Content:
    """The content of the one file `path`; raises `UnreadableRecording` for what cannot be opened or is too large."""
    content, *others = islice(read_contents(path), 2)
    if others:
        raise Origin(file=str(path)).error("contains several files; expected one")
    return content


def read_contents(path: Path) -> Iterator[Content]:
    """The content of `path`; of a zip file the content of each of its files, sorted by name.

    Raises `UnreadableRecording` for what cannot be opened or is too large, and a zip without a recording.
    """
    origin = Origin(file=str(path))
    magic = _magic(path, origin)
    if not magic.startswith(_ZIP_MAGIC):
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(origin)
        yield Content.of(origin, (path.name,), partial(_unpacked, path, magic, origin))
        return
    with _zip_errors_named(origin), zipfile.ZipFile(path) as archive:
        members = _recordings(archive, origin)
    for member in members:
        inside = origin.member(member)
        yield Content.of(inside, (path.name, member), partial(_unzipped, path, member, origin, inside))


def _magic(path: Path, origin: Origin) -> bytes:
    if path.is_dir():
        raise origin.error("is a directory; give one recording file")
    if not path.exists():
        raise origin.error("does not exist")
    if not path.is_file():
        raise origin.error("is not a regular file")
    with _file_errors_named(origin), path.open("rb") as file:
        return file.read(_MAGIC_BYTES)


def _unpacked(path: Path, magic: bytes, origin: Origin) -> Generator[bytes]:
    packing = next((each for each in _PACKINGS if magic.startswith(each.magic)), None)
    if packing is None:
        with _file_errors_named(origin), path.open("rb") as file:
            yield from _limited(file.read, origin)
        return
    with _damage_named(origin, packing.name, "fetch it again"), packing.open(path) as file:
        yield from _limited(file.read, origin)


def _unzipped(path: Path, member: str, origin: Origin, inside: Origin) -> Generator[bytes]:
    with _zip_errors_named(origin), zipfile.ZipFile(path) as archive, archive.open(member) as file:
        blocks = _limited(file.read, inside)
        first = next(blocks, b"")
        if first.startswith((*_ZIP_MAGIC, *(packing.magic for packing in _PACKINGS))):
            raise inside.error("is packed once more; unpack the zip, and open the folder with its files")
        yield from chain((first,), blocks)


def _recordings(archive: zipfile.ZipFile, origin: Origin) -> Sequence[str]:
    """Names of the files that may be recordings: those of a known kind, or all where there are none of those.

    What macOS adds to an archive is left out.
    """
    files = [member for member in archive.infolist() if not _is_hidden(member.filename)]
    members = [member for member in files if member.filename.lower().endswith(_ENDINGS)] or files
    if not members:
        raise origin.error("holds no recording; a zip must hold one, or several of one symbol")
    if len(members) > MAX_FILES:
        raise origin.error(f"holds {len(members)} files; at most {MAX_FILES} are read")
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise origin.error(f"holds two files with the name {twice[:_MAX_NAME]}, only one of which could be read")
    sizes = [member.file_size for member in members]
    if max(sizes) > MAX_BYTES or sum(sizes) > MAX_BYTES * _MAX_TOGETHER:
        raise _too_large(origin)
    return sorted(names)


def _is_hidden(name: str) -> bool:
    """Whether it is a folder, a hidden file or one that macOS adds; a damaged archive may hold files without a name."""
    folder, _, last = name.rpartition("/")
    return not last or last.startswith(".") or "__MACOSX" in folder.split("/")


def _limited(read: Callable[[int], bytes], origin: Origin) -> Iterator[bytes]:
    size = 0
    while block := read(BLOCK):
        size += len(block)
        if size > MAX_BYTES:
            raise _too_large(origin)
        yield block


def _too_large(origin: Origin) -> UnreadableRecording:
    return origin.error(f"is larger than {MAX_BYTES // 2**20} MB unpacked; split it, or give ticks as Parquet")


@contextmanager
def _file_errors_named(origin: Origin) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise origin.error(f"cannot be opened ({error.strerror})") from error


@contextmanager
def _damage_named(origin: Origin, kind: str, advice: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise origin.error(f"is a damaged {kind} ({reason(error)}); {advice}") from error


def _zip_errors_named(origin: Origin) -> AbstractContextManager[None]:
    return _damage_named(origin, "or unusual zip", "unpack it or fetch it again")
