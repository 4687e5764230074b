"""The journal as a table of any length: only visible rows are read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.domain.journal import JournalEntry
from engine.reporting.record_subject import symbol_of
from engine.reporting.sentences import ALL_KINDS, WARNINGS, sentence
from gui.features.trading.model.table import NOWHERE, Cell, Column, Index, RowTable, Tone
from gui.zones import stamp_text, zone_title

COLUMNS = (
    Column("Time, UTC", "Market time at which it happened; a played market repeats itself", "2026-02-18 08:31:59"),
    Column("Symbol", "What it is about", "XAUUSDc"),
    Column("What happened", "What happened; select a record to see its details", "m" * 54),
    Column("Group", "What kind of record it is", "Orders and positions"),
    Column("Plan", "Name of the plan it belongs to", "scanner-p12-0123456789abcdef"),
    Column("No.", "Number in the journal, in the order of writing", "1,000,000", True),
    Column("Account", "The account that the record is about, if any", "demo account 12345678 at Broker"),
)
TIME = 0
PAGE = 100
"""Records that are read together."""
MAX_KEPT = 300
"""More than any screen shows; what is scrolled back to later is read again, some milliseconds a page."""

_WAITING = Cell("…", Tone.MUTED)
_LACKING = (Cell(""), Cell(""), Cell("Archive file missing or unreadable", Tone.MUTED), Cell(""), Cell(""))
_GROUP_OF = {kind: group for group, kinds in ALL_KINDS.items() for kind in kinds}


class JournalTable(RowTable):
    """The newest record on top. `wanted` emits the numbers of records that are looked at and not read yet."""

    can_arrange = False
    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._older: range | list[int] = []
        self._newer: list[int] = []
        self._entries: OrderedDict[int, JournalEntry] = OrderedDict()
        self._lines: dict[int, list[Cell]] = {}
        self._zone: tzinfo = UTC
        self._missing: set[int] = set()
        self._asked: set[int] = set()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._ask)

    # -- which records

    def begin(self, numbers: Sequence[int]) -> None:
        """Shows the records of these numbers instead, the newest first."""
        self.beginResetModel()
        self._older, self._newer = numbers if isinstance(numbers, range) else list(numbers), []
        self._missing.clear()
        self._asked.clear()
        self.endResetModel()

    def lengthen(self, numbers: Sequence[int]) -> None:
        """Older records that were found as well, the newest of them first; not after a range."""
        if numbers and isinstance(self._older, list):
            end = self.rowCount()
            self.beginInsertRows(NOWHERE, end, end + len(numbers) - 1)
            self._older.extend(numbers)
            self.endInsertRows()

    def grow(self, numbers: Sequence[int]) -> None:
        """Newer records, the oldest of them first."""
        if numbers:
            self.beginInsertRows(NOWHERE, 0, len(numbers) - 1)
            self._newer.extend(numbers)
            self.endInsertRows()

    def number(self, row: int) -> int:
        """The number of the record in a row."""
        fresh = len(self._newer)
        return self._newer[fresh - 1 - row] if row < fresh else self._older[row - fresh]

    def numbers(self) -> tuple[Sequence[int], Sequence[int]]:
        """The newer ones, the oldest first, and the older ones, the newest first; safe for another thread."""
        return self._newer[:], self._older[:]

    # -- what they say

    def entry(self, row: int) -> JournalEntry | None:
        """The record in a row; None while it is not read."""
        return self._entries.get(self.number(row))

    def fill(self, entries: Iterable[JournalEntry]) -> None:
        """Records that have been read."""
        for entry in entries:
            self._entries[entry.seq] = entry
            self._asked.discard(entry.seq)
        while len(self._entries) > MAX_KEPT:
            number, _ = self._entries.popitem(last=False)
            self._lines.pop(number, None)
        if len(self._lines) > 2 * MAX_KEPT:
            self._lines.clear()
        self._repaint()

    def lack(self, numbers: Iterable[int]) -> None:
        """Records that are not there: they were in an archive file that is missing or cannot be read."""
        for number in numbers:
            self._asked.discard(number)
            self._lines[number] = [*_LACKING, Cell(f"{number:,}", Tone.MUTED), Cell("")]
        self._repaint()

    def forgive(self, numbers: Iterable[int]) -> None:
        """Records that could not be read may be asked for again."""
        self._asked.difference_update(numbers)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self._lines.clear()
        self.retitle(TIME, f"Time, {zone_title(zone)}")
        self._repaint()

    def cell(self, row: int, column: int) -> Cell:
        number = self.number(row)
        line = self._lines.get(number) or self._line(row, number)
        return _WAITING if line is None else line[column]

    def key(self, row: int) -> Any:
        return self.number(row)

    def words(self, row: int) -> list[str]:
        return [self.cell(row, column).text for column in range(len(COLUMNS))]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._newer) + len(self._older)

    def _line(self, row: int, number: int) -> list[Cell] | None:
        entry = self._entries.get(number)
        if entry is None:
            self._want(row)
            return None
        line = self._lines[number] = [
            Cell(stamp_text(entry.at, self._zone)),
            Cell(symbol_of(entry) or ""),
            Cell(sentence(entry), _tone(entry)),
            Cell(_GROUP_OF.get(entry.kind, "Other"), Tone.MUTED),
            Cell(entry.plan_id or "", Tone.MUTED),
            Cell(f"{number:,}", Tone.MUTED),
            Cell(entry.account or "", Tone.MUTED),
        ]
        return line

    # -- what is looked at and not read yet

    @property
    def is_reading(self) -> bool:
        """Whether something that is looked at is not read yet."""
        return bool(self._missing or self._asked)

    def _want(self, row: int) -> None:
        first = row - row % PAGE
        page = {self.number(each) for each in range(first, min(first + PAGE, self.rowCount()))}
        self._missing |= page - self._asked - self._entries.keys()
        if self._missing:
            self._timer.start()

    def _ask(self) -> None:
        numbers, self._missing = sorted(self._missing), set()
        self._asked.update(numbers)
        if numbers:
            self.wanted.emit(numbers)

    def _repaint(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(COLUMNS) - 1))


def _tone(entry: JournalEntry) -> Tone:
    if entry.kind in WARNINGS:
        return Tone.WARNING
    details = entry.payload.get("told")
    trade = details.get("trade") if isinstance(details, dict) else entry.payload.get("trade")
    if entry.kind in ("plan_closed", "trade_closed") and isinstance(trade, dict):
        net = sum(part for name in ("profit", "commission", "swap") if isinstance(part := trade.get(name), float))
        return Tone.GAIN if net > 0.0 else Tone.LOSS if net < 0.0 else Tone.PLAIN
    return Tone.PLAIN
