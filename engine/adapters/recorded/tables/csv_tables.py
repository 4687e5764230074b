"""CSV as a table, read a block of lines at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.tables.csv_layout import SAMPLE_BYTES, CsvLayout, layout_of
from engine.adapters.recorded.tables.rows import is_number, is_text
from engine.adapters.recorded.tables.tables import Table


def csv_table(content: Content) -> Table:
    """The table of a text; raises `UnreadableRecording` for two columns of one name."""
    layout = layout_of(_beginning(content), content.origin)
    origin = replace(content.origin, first=1 + layout.head)

    def load(numbers: Sequence[str], texts: Sequence[str]) -> Iterator[Any]:
        rows = 0
        for block in _rows_of(content, layout.head):
            table = _Csv(layout, numbers, texts, origin.from_row(rows)).parsed(block)
            yield table
            rows += table.num_rows

    return Table(
        origin=origin,
        file_names=content.names,
        names=layout.names,
        has_header=layout.has_header,
        first_line=layout.first_line,
        load=load,
        sample=layout.sample,
        decimal=layout.decimal,
    )


def _beginning(content: Content) -> str:
    """Whole lines, about as many as a layout is seen from."""
    held, blocks = b"", content.text()
    while len(held) < SAMPLE_BYTES and (block := next(blocks, b"")):
        held += block
    end = held.rfind(b"\n", 0, SAMPLE_BYTES) + 1 if len(held) > SAMPLE_BYTES else len(held)
    return held[: end or SAMPLE_BYTES].decode(errors="replace")


def _rows_of(content: Content, head: int) -> Iterator[bytes]:
    """The text without the lines before its first row."""
    for block in content.text():
        while head and block:
            block = block.partition(b"\n")[2]
            head -= 1
        if block:
            yield block


@dataclass(frozen=True, slots=True)
class _Csv:
    """How the lines of a file are read: `numbers` as floats, `texts` as they are spelt."""

    layout: CsvLayout
    numbers: Sequence[str]
    texts: Sequence[str]
    origin: Origin

    def parsed(self, block: bytes) -> Any:
        """The wanted columns of those lines. One of `numbers` that holds anything else is text.

        Raises `UnreadableRecording` naming the first line without all columns.
        """
        import pyarrow as pa

        try:
            return self._arrow(block, dict.fromkeys(self.numbers, pa.float64()))
        except pa.ArrowException:
            return self._as_spelt(block)

    def _as_spelt(self, block: bytes) -> Any:
        import pyarrow as pa

        faults: list[tuple[int, int]] = []
        width = len(self.layout.names)

        def remember(row: Any) -> str:
            faults.append((row.number, row.actual_columns))
            return "error"

        try:
            found = self._arrow(block, {}, remember)
            kinds = {name: found.column(name).type for name in self.numbers}
            odd = [name for name, kind in kinds.items() if not (is_number(kind) or is_text(kind))]
            return self._arrow(block, dict.fromkeys(odd, pa.string()), remember) if odd else found
        except pa.ArrowException as error:
            if not faults:
                raise self.origin.error(f"is not a table of {width} columns ({reason(error)})") from error
            row, columns = faults[0]
            raise self.origin.error(f"has {columns} columns where {width} are expected", row - 1) from error

    def _arrow(self, block: bytes, kinds: dict[str, Any], invalid_row_handler: Any = None) -> Any:
        import pyarrow as pa
        from pyarrow import csv

        return csv.read_csv(
            pa.BufferReader(block),
            # Rows are numbered only when one thread reads them.
            csv.ReadOptions(use_threads=invalid_row_handler is None, column_names=list(self.layout.names)),
            csv.ParseOptions(
                delimiter=self.layout.delimiter,
                quote_char='"' if self.layout.has_quotes else False,
                ignore_empty_lines=False,
                invalid_row_handler=invalid_row_handler,
            ),
            csv.ConvertOptions(
                include_columns=[*self.numbers, *self.texts],
                column_types=dict.fromkeys(self.texts, pa.string()) | kinds,
                decimal_point=self.layout.decimal,
            ),
        )
