"""The content of a recording, once it is unpacked: Parquet or Feather as a whole, or text."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Self

from engine.adapters.recorded.origin import Origin
from engine.errors import UnreadableRecording

_PARQUET_MAGIC = b"PAR1"
_FEATHER_MAGIC = b"ARROW1"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

MAX_LINE: Final = 130 * 2**20
"""Bytes of one line, and of blank lines one after the other: as many as JSON without line ends may have, and more."""

Unpacked = Callable[[], Generator[bytes]]


class _EndlessLine(Exception):
    """A line is longer than `MAX_LINE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A recording's bytes; `names` are those that may contain a symbol or a date, the outermost first.

    Parquet and Feather are held as a whole, None for others. Text is unpacked again, a block at a time, whenever it is
    read: ten years of it are never in memory at once.
    """

    origin: Origin
    names: tuple[str, ...]
    unpacked: Unpacked
    parquet: bytes | None = None
    feather: bytes | None = None

    @classmethod
    def of(cls, origin: Origin, names: tuple[str, ...], unpacked: Unpacked) -> Self:
        """Raises `UnreadableRecording` where the file is damaged or too large."""
        with closing(unpacked()) as blocks:
            first = next(blocks, b"")
            is_parquet, is_feather = first.startswith(_PARQUET_MAGIC), first.startswith(_FEATHER_MAGIC)
            whole = b"".join((first, *blocks)) if is_parquet or is_feather else None
        return cls(
            origin=origin,
            names=names,
            unpacked=unpacked,
            parquet=whole if is_parquet else None,
            feather=whole if is_feather else None,
        )

    def text(self) -> Iterator[bytes]:
        """UTF-8 without a mark and without blank lines at its end, in blocks of whole lines.

        Raises `UnreadableRecording` where it is damaged, too large or not text.
        """
        for number, block in enumerate(self._lines()):
            if (fault := _fault_in(block)) is not None:
                before = islice(self._lines(), number)
                raise self._not_text(_lines_of(before) + block.count(b"\n", 0, fault))
            yield block

    def check(self) -> None:
        """Raises `UnreadableRecording` where any of the text is damaged, too large or not text."""
        if self.parquet is None and self.feather is None:
            deque(self.text(), maxlen=0)

    def _lines(self) -> Iterator[bytes]:
        try:
            yield from _whole_lines(self._utf8())
        except _EndlessLine as error:
            raise self.origin.error(
                f"has a line, or blank lines, of more than {MAX_LINE // 2**20} MB, which no recording has"
            ) from error

    def _utf8(self) -> Iterator[bytes]:
        blocks = self.unpacked()
        first = next(blocks, b"")
        if first.startswith(_UTF16_MARKS):
            return self._transcoded(chain((first,), blocks))
        while first.startswith(_UTF8_MARK):  # joined files may have several
            first = first.removeprefix(_UTF8_MARK)
        return chain((first,), blocks)

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
        return self.origin.error("is not text; recordings are UTF-8 text, Parquet, Feather, or these in a zip", line)


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a line, without the blanks at the end.

    Raises `_EndlessLine` where so much would have to be held that no line is so long.
    """
    held: list[bytes] = []
    for block in blocks:
        held.append(block)
        if b"\n" not in block or block.isspace():
            if sum(map(len, held)) > MAX_LINE:
                raise _EndlessLine
            continue
        joined = b"".join(held)
        end = joined.rfind(b"\n", 0, len(joined.rstrip())) + 1
        if end:
            yield joined[:end]
        held = [joined[end:]]
    rest = b"".join(held)
    if written := len(rest.rstrip()):
        yield rest[: _line_end(rest, written)]


def _line_end(text: bytes, start: int) -> int:
    """Where the line that goes on at `start` ends; a tab there may be an empty cell."""
    end = text.find(b"\n", start)
    line = text[start:] if end < 0 else text[start:end]
    return start + len(line.rstrip(b"\r"))


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
