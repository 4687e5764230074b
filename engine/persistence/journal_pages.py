"""The journal for browsing: any record by its number, and the numbers that pass a filter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.domain.journal import JournalEntry, JournalFilter
from engine.domain.trade_facts import Annotation
from engine.persistence.annotations import read_annotation
from engine.persistence.database import Database
from engine.persistence.journal import JOURNAL_COLUMNS, entries_of, newest_in
from engine.persistence.rows import stamp
from engine.persistence.upkeep.archives import SYMBOLS, JournalArchives

STRETCH = 20_000
"""Records that are searched at a time: some tens of milliseconds."""

READ_TOGETHER = 500


class JournalPages:
    """Numbers run from 1 without a gap, in the order of writing. May be used from any thread, and raises
    `UnusableStore` once the store is closed; `flush` writes what has been noted until now.
    """

    def __init__(self, database: Database, flush: Callable[[], None], archives: JournalArchives | None = None) -> None:
        """`archives` hold the months that were put away, None where there are none."""
        self._database = database
        self._archives = archives
        self._flush = flush

    def newest(self) -> int:
        """The number of the newest record; 0 before the first."""
        self._flush()
        return newest_in(self._database)

    def entries(self, numbers: Iterable[int]) -> list[JournalEntry]:
        """The records of those numbers, as far as there are any, in the order of writing."""
        wanted = sorted(set(numbers))
        names = ", ".join(JOURNAL_COLUMNS)
        query = f"SELECT {names} FROM journal WHERE seq IN (SELECT value FROM json_each(?))"
        found = {row["seq"]: row for row in self._database.read(query, (json.dumps(wanted),))}
        if self._archives is not None and len(found) < len(wanted):
            missing = [number for number in wanted if number not in found]
            found |= {row["seq"]: row for row in self._archives.rows(JOURNAL_COLUMNS, missing)}
        return list(entries_of((found[number] for number in sorted(found)), self._database.faults))

    def each(self, numbers: Sequence[int]) -> Iterator[JournalEntry]:
        """The records of any number of numbers, in the order of these, read a few hundred at a time."""
        for first in range(0, len(numbers), READ_TOGETHER):
            together = numbers[first : first + READ_TOGETHER]
            by_number = {entry.seq: entry for entry in self.entries(together)}
            yield from (by_number[number] for number in together if number in by_number)

    def matching(self, wanted: JournalFilter, above: int, up_to: int) -> list[int]:
        """The numbers above `above` and up to `up_to` whose records pass, the newest first."""
        conditions, values = _conditions(wanted)
        found = self._database.read(
            f"SELECT seq FROM journal WHERE {' AND '.join(('seq > ? AND seq <= ?', *conditions))} ORDER BY seq DESC",
            (above, up_to, *values),
        )
        numbers = [row["seq"] for row in found]
        if self._archives is None or not (old := self._archives.matching(conditions, values, above, up_to)):
            return numbers
        return sorted(old.union(numbers), reverse=True)

    def symbols(self) -> list[str]:
        """Every symbol that records are about, in the order of the alphabet."""
        symbols = {text for row in self._database.read(SYMBOLS) if isinstance(text := row["symbol"], str)}
        return sorted(symbols if self._archives is None else symbols | self._archives.symbols())

    def run_began(self) -> int:
        """The number of the record with which the newest practice run began; 0 where there was none."""
        return newest_in(self._database, "practice_begun")

    def annotation(self, trade_id: str) -> Annotation | None:
        """What the user wrote about a trade."""
        return read_annotation(self._database, trade_id)


def _conditions(wanted: JournalFilter) -> tuple[list[str], list[object]]:
    kinds = sorted(wanted.kinds)
    text = _pattern(wanted.text)
    given: list[tuple[str, tuple[object, ...]]] = [
        ("symbol = ?", (wanted.symbol,) if wanted.symbol else ()),
        (f"kind IN ({', '.join('?' * len(kinds))})", tuple(kinds)),
        ("plan_id LIKE ? ESCAPE '!'", (_pattern(wanted.plan_id),) if wanted.plan_id else ()),
        ("at >= ?", (stamp(wanted.since),) if wanted.since else ()),
        ("at < ?", (stamp(wanted.until),) if wanted.until else ()),
        ("(payload LIKE ? ESCAPE '!' OR kind LIKE ? ESCAPE '!')", (text, text) if wanted.text.strip() else ()),
    ]
    return [condition for condition, values in given if values], [value for _, values in given for value in values]


def _pattern(text: str) -> str:
    """Anywhere within; a space also finds the underscore of machine names."""
    escaped = text.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped.replace(' ', '_')}%"
