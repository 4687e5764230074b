"""The content of a recording, unpacked from zip or gzip, with a size limit."""

from __future__ import annotations

import codecs
import gzip
import lzma
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

from engine.adapters.recorded.origin import Origin, reason
from engine.errors import UnreadableRecording

MAX_BYTES = 512 * 1024 * 1024
BLOCK = 2 * 1024 * 1024
"""A reader sets aside as much memory as it is asked for, which Windows counts even if it stays empty."""
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_MAGIC = b"\x1f\x8b"
_PARQUET_MAGIC = b"PAR1"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DAMAGE = (OSError, EOFError, RuntimeError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)

Unpacked = Callable[[], Generator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A recording's bytes; `names` are those that may contain a symbol or a date, the outermost first.

    Parquet is held as a whole, None for text. Text is unpacked again, a block at a time, whenever it is read: ten years
    of it are never in memory at once.
    """

    origin: Origin
    names: tuple[str, ...]
    unpacked: Unpacked
    parquet: bytes | None

    def text(self) -> Iterator[bytes]:
        """UTF-8 without a mark and without blank lines at its end, in blocks of whole lines.

        Raises `UnreadableRecording` where it is damaged, too large or not text.
        """
        for number, block in enumerate(_whole_lines(self._utf8())):
            if (fault := _fault_in(block)) is not None:
                before = islice(_whole_lines(self._utf8()), number)
                raise self._not_text(_lines_of(before) + block.count(b"\n", 0, fault))
            yield block

    def check(self) -> None:
        """Raises `UnreadableRecording` where any of the text is damaged, too large or not text."""
        if self.parquet is None:
            deque(self.text(), maxlen=0)

    def _utf8(self) -> Iterator[bytes]:
        blocks = self.unpacked()
        first = next(blocks, b"")
        if first.startswith(_UTF16_MARKS):
            return self._transcoded(chain((first,), blocks))
        return chain((first.removeprefix(_UTF8_MARK),), blocks)

    def _transcoded(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        decoder, line = codecs.getincrementaldecoder("utf-16")(), 0
        for block in chain(blocks, (b"",)):
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                fault = max(0, error.start + len(block) - len(error.object))  # the decoder may still hold some bytes
                raise self._not_text(line + block.count(b"\n", 0, fault)) from error
            line += block.count(b"\n")
            yield text.encode()

    def _not_text(self, line: int) -> UnreadableRecording:
        return self.origin.error("is not text; recordings are UTF-8 text, Parquet, or a zip of one text file", line)


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a line, without the blanks at the end."""
    held: list[bytes] = []
    for block in blocks:
        held.append(block)
        if b"\n" not in block or block.isspace():
            continue
        joined = b"".join(held)
        end = joined.rfind(b"\n", 0, len(joined.rstrip())) + 1
        if end:
            yield joined[:end]
        held = [joined[end:]]
    if rest := b"".join(held).rstrip():
        yield rest


def _fault_in(block: bytes) -> int | None:
    """The first byte that is not text."""
    nul = block.find(b"\0")
    before = block if nul < 0 else block[:nul]
    if not before.isascii():
        try:
            before.decode()
        except UnicodeDecodeError as error:
            return error.start
    return None if nul < 0 else nul


def _lines_of(blocks: Iterable[bytes]) -> int:
    return sum(block.count(b"\n") for block in blocks)


# -- files ------------------------------------------------------------------------------------------------------------


def read_content(path: Path) -> Content:
    """What `path` holds; raises `UnreadableRecording` for what cannot be opened or is too large."""
    origin = Origin(file=str(path))
    magic = _magic(path, origin)
    if magic.startswith(_ZIP_MAGIC):
        with _zip_errors_named(origin), zipfile.ZipFile(path) as archive:
            member = _only_recording(archive, origin).filename
        inside = origin.member(member)
        return _content(inside, (path.name, member), partial(_unzipped, path, member, origin, inside))
    opened = _gunzipped if magic.startswith(_GZIP_MAGIC) else _plain
    return _content(origin, (path.name,), partial(opened, path, origin))


def _content(origin: Origin, names: tuple[str, ...], unpacked: Unpacked) -> Content:
    with closing(unpacked()) as blocks:
        first = next(blocks, b"")
        parquet = b"".join((first, *blocks)) if first.startswith(_PARQUET_MAGIC) else None
    return Content(origin=origin, names=names, unpacked=unpacked, parquet=parquet)


def _magic(path: Path, origin: Origin) -> bytes:
    if path.is_dir():
        raise origin.error("is a directory; give one recording file, of a desk's own recording one for each symbol")
    if not path.exists():
        raise origin.error("does not exist")
    if not path.is_file():
        raise origin.error("is not a regular file")
    with _file_errors_named(origin):
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(origin)
        with path.open("rb") as file:
            return file.read(4)


def _plain(path: Path, origin: Origin) -> Generator[bytes]:
    with _file_errors_named(origin), path.open("rb") as file:
        yield from _limited(file.read, origin)


def _gunzipped(path: Path, origin: Origin) -> Generator[bytes]:
    with _damage_named(origin, "gzip", "fetch it again"), gzip.open(path) as file:
        yield from _limited(file.read, origin)


def _unzipped(path: Path, member: str, origin: Origin, inside: Origin) -> Generator[bytes]:
    with _zip_errors_named(origin), zipfile.ZipFile(path) as archive, archive.open(member) as file:
        yield from _limited(file.read, inside)


def _only_recording(archive: zipfile.ZipFile, origin: Origin) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    recordings = [member for member in members if member.filename.lower().endswith((".csv", ".json"))] or members
    if len(recordings) != 1:
        raise origin.error(f"holds {len(recordings)} recordings; a zip must hold exactly one")
    if recordings[0].file_size > MAX_BYTES:
        raise _too_large(origin)
    return recordings[0]


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
