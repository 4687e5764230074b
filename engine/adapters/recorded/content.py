"""The bytes of a recording, out of its zip or gzip, with a limit on what they may grow to."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.recorded.origin import Origin, reason
from engine.errors import UnreadableRecording

MAX_BYTES = 512 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
"""A reader sets aside as much memory as it is asked for, which Windows counts even if it stays empty."""
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_MAGIC = b"\x1f\x8b"
_PARQUET_MAGIC = b"PAR1"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DAMAGE = (OSError, EOFError, RuntimeError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Unpacked bytes; `names` are those that may tell a symbol or a date, the outermost first."""

    origin: Origin
    names: tuple[str, ...]
    body: bytes

    @property
    def is_parquet(self) -> bool:
        return self.body.startswith(_PARQUET_MAGIC)

    @property
    def text(self) -> bytes:
        """The body as UTF-8 without a mark; raises `UnreadableRecording` where it is not text."""
        if self.body.startswith(_UTF16_MARKS):
            return self._decoded("utf-16").encode()
        body = self.body.removeprefix(_UTF8_MARK)
        if b"\0" in body:
            raise self._not_text(body.index(b"\0"))
        if not body.isascii():
            self._decoded("utf-8")
        return body

    def _decoded(self, encoding: str) -> str:
        try:
            return self.body.decode(encoding)
        except UnicodeDecodeError as error:
            raise self._not_text(error.start) from error

    def _not_text(self, offset: int) -> UnreadableRecording:
        line = self.body.count(b"\n", 0, offset)
        return self.origin.error("is not text; recordings are UTF-8 text, Parquet, or a zip of one text file", line)


def read_content(path: Path) -> Content:
    """The unpacked bytes of `path`; raises `UnreadableRecording` for what cannot be read or is too large."""
    origin = Origin(file=str(path))
    body = _file_body(path, origin)
    if body.startswith(_ZIP_MAGIC):
        return _unzipped(path, origin)
    if body.startswith(_GZIP_MAGIC):
        body = _gunzipped(path, origin)
    if not body.strip():
        raise origin.error("is empty; a recording needs at least one full candle")
    return Content(origin=origin, names=(path.name,), body=body)


def _file_body(path: Path, origin: Origin) -> bytes:
    if path.is_dir():
        raise origin.error("is a directory; give one recording file, of a desk's own recording one for each symbol")
    if not path.exists():
        raise origin.error("does not exist")
    if not path.is_file():
        raise origin.error("is not a regular file")
    try:
        with path.open("rb") as file:
            return _limited(file.read, origin)
    except OSError as error:
        raise origin.error(f"cannot be opened ({error.strerror})") from error


def _unzipped(path: Path, origin: Origin) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _only_recording(archive, origin)
            inside = origin.member(member.filename)
            with archive.open(member) as file:
                body = _limited(file.read, inside)
    except _DAMAGE as error:
        raise origin.error(f"is a damaged or unusual zip ({reason(error)}); unpack it or fetch it again") from error
    if not body.strip():
        raise inside.error("is empty; a recording needs at least one full candle")
    return Content(origin=inside, names=(path.name, member.filename), body=body)


def _only_recording(archive: zipfile.ZipFile, origin: Origin) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    recordings = [member for member in members if member.filename.lower().endswith((".csv", ".json"))] or members
    if len(recordings) != 1:
        raise origin.error(f"holds {len(recordings)} recordings; a zip must hold exactly one")
    if recordings[0].file_size > MAX_BYTES:
        raise _too_large(origin)
    return recordings[0]


def _gunzipped(path: Path, origin: Origin) -> bytes:
    try:
        with gzip.open(path) as file:
            return _limited(file.read, origin)
    except _DAMAGE as error:
        raise origin.error(f"is a damaged gzip ({reason(error)}); fetch it again") from error


def _limited(read: Callable[[int], bytes], origin: Origin) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := read(_PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise _too_large(origin)
    return b"".join(pieces)


def _too_large(origin: Origin) -> UnreadableRecording:
    return origin.error(f"is larger than {MAX_BYTES // 2**20} MB unpacked; split it, or give ticks as Parquet")
