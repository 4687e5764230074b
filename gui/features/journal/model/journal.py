"""The journal as state: a filtered view that grows as the desk writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from engine.domain.journal import JournalEntry, JournalFilter
from engine.domain.trade_facts import Annotation
from engine.persistence.journal_pages import STRETCH, JournalPages
from engine.reporting.export import JOURNAL_COLUMNS, export, journal_rows
from engine.reporting.record_subject import candle_time_of, symbol_of
from engine.reporting.sentences import sentence
from gui.features.journal.model.table import JournalTable
from gui.features.journal.model.tree import Branch, tree_of
from gui.platform.background import Background, Progress
from gui.platform.writing import Writing

LOOK_EVERY_MS = 500


class Chosen(NamedTuple):
    """The record that the user looks at, and what was written about its trade; `is_of_this_run` says that the market
    on the charts is the one it belongs to."""

    entry: JournalEntry
    annotation: Annotation | None
    is_of_this_run: bool

    @property
    def words(self) -> str:
        return sentence(self.entry)

    def tree(self, zone: tzinfo) -> tuple[Branch, ...]:
        return tree_of(self.entry, zone)


class JournalModel(QObject):
    """Searches the journal from its newest record back, off the window's thread, and looks for new ones while it
    `is_watched`.

    `changed` is emitted when filter, count or progress have; `chosen_changed` when another record is looked at;
    `candle_requested` carries the symbol (may be empty) and the instant that the user wants to see on a chart,
    `placed` where that is, `note_asked` the record whose plan the user wants to annotate.
    """

    changed = Signal()
    chosen_changed = Signal()
    candle_requested = Signal(str, object)
    placed = Signal(str)
    note_asked = Signal(object)
    announced = Signal(str)

    def __init__(self, now: Callable[[], datetime | None], parent: QObject | None = None) -> None:
        """`now` returns market time, None before the first quote."""
        super().__init__(parent)
        self._now = now
        self.table = JournalTable(self)
        self.filter = JournalFilter()
        self.is_run_only = False
        self.symbols: tuple[str, ...] = ()
        self.chosen: Chosen | None = None
        self.zone: tzinfo = UTC
        self._pages: JournalPages | None = None
        self._reading, self._writing = Background(self), Writing(self)
        self._writing.changed.connect(self.changed)
        self._writing.announced.connect(self.announced)
        self._newest = self._searched_down_to = self._run_began = 0
        self._search = 0
        self._is_looking = self._has_looked = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self.table.wanted.connect(self._read)

    def open(self, pages: JournalPages) -> None:
        """The journal of the desk; what it holds until now is of earlier runs."""
        self._pages = pages
        self._run_began = pages.newest()

    def close(self) -> None:
        """Ends what is being read or written."""
        self._timer.stop()
        self._reading.close()
        self._writing.close()

    def set_zone(self, zone: tzinfo) -> None:
        self.zone = zone
        self.table.set_zone(zone)
        self.chosen_changed.emit()

    @property
    def now(self) -> datetime | None:
        return self._now()

    @property
    def is_watched(self) -> bool:
        return self._timer.isActive()

    def watch(self, is_watched: bool) -> None:
        """Whether the user looks: only then the journal is read."""
        if is_watched and self._pages is not None:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    # -- filter and search

    @property
    def count(self) -> int:
        """Records found until now."""
        return self.table.rowCount()

    @property
    def searched(self) -> float:
        """Share of the journal that has been searched, 1.0 where all of it is."""
        reach = self._newest - self._floor
        return 1.0 if reach <= 0 else (self._newest - max(self._floor, self._searched_down_to)) / reach

    def set_filter(self, wanted: JournalFilter, *, is_run_only: bool) -> None:
        """Shows what passes, of this run alone where asked."""
        if (wanted, is_run_only) != (self.filter, self.is_run_only):
            self.filter, self.is_run_only = wanted, is_run_only
            self._begin_search()

    @property
    def _floor(self) -> int:
        return self._run_began if self.is_run_only else 0

    def _begin_search(self) -> None:
        self._search += 1
        if self.filter.is_open:
            self._searched_down_to = self._floor
            self.table.begin(range(self._newest, self._floor, -1))
        else:
            self._searched_down_to = self._newest
            self.table.begin([])
            self._search_on()
        self.changed.emit()

    def _search_on(self) -> None:
        """One stretch further back: between two stretches what is looked at is read."""
        pages, search, up_to = self._pages, self._search, self._searched_down_to
        above, wanted = max(self._floor, up_to - STRETCH), self.filter
        if pages is None or up_to <= self._floor:
            return

        def add_found(numbers: list[int]) -> None:
            if search == self._search:
                self._searched_down_to = above
                self.table.lengthen(numbers)
                self.changed.emit()
                self._search_on()

        self._reading.run(lambda: pages.matching(wanted, above, up_to), add_found, self.announced.emit)

    # -- what is new

    def look(self) -> None:
        """Looks for records that have been written since."""
        if self._pages is None or self._is_looking:
            return
        self._is_looking = True
        pages, wanted, known, search = self._pages, self.filter, self._newest, self._search

        def found() -> _News:
            newest = pages.newest()
            numbers = range(newest, known, -1) if wanted.is_open else pages.matching(wanted, known, newest)
            return _News(newest, numbers, pages.run_began() - 1, tuple(pages.symbols()))

        self._reading.run(found, lambda news: self._add_news(news, search), self._fail_to_look)

    def _add_news(self, news: _News, search: int) -> None:
        self._is_looking = False
        was, began = self._newest, max(news.run_began, self._run_began)
        is_other_run = began != self._run_began and self.is_run_only
        self.symbols, self._newest, self._run_began = news.symbols, news.newest, began
        is_first, self._has_looked = not self._has_looked, True
        if is_first or is_other_run or search != self._search:
            self._begin_search()
        elif news.newest != was:
            self.table.grow(news.numbers[::-1])
            self.changed.emit()

    def _fail_to_look(self, reason: str) -> None:
        self._is_looking = False
        self.announced.emit(reason)

    def _read(self, numbers: list[int]) -> None:
        if (pages := self._pages) is not None:
            self._reading.run(
                lambda: pages.entries(numbers),
                lambda entries: self._fill(numbers, entries),
                lambda _: self.table.forgive(numbers),
            )

    def _fill(self, numbers: list[int], entries: list[JournalEntry]) -> None:
        self.table.fill(entries)
        if len(entries) < len(numbers):
            self.table.lack(set(numbers).difference(entry.seq for entry in entries))

    # -- one record

    def choose(self, row: int) -> None:
        """Looks at the record in a row, and shows its moment on the chart."""
        entry, pages = self.table.entry(row), self._pages
        if entry is None or pages is None:
            return
        self._show_chosen(entry, None)
        self.candle_requested.emit(symbol_of(entry) or "", candle_time_of(entry))
        if entry.plan_id:
            plan_id = entry.plan_id
            self._reading.run(lambda: pages.annotation(plan_id), lambda found: self._show_chosen(entry, found))

    def ask_note(self) -> None:
        """The user wants to write about the plan of the record that is looked at."""
        if self.chosen is not None and self.chosen.entry.plan_id:
            self.note_asked.emit(self.chosen)

    def on_annotation(self, annotation: Annotation) -> None:
        """The user has written about a trade."""
        if self.chosen is not None and self.chosen.entry.plan_id == annotation.trade_id:
            self._show_chosen(self.chosen.entry, annotation)

    def _show_chosen(self, entry: JournalEntry, annotation: Annotation | None) -> None:
        self.chosen = Chosen(entry, annotation, entry.seq > self._run_began)
        self.chosen_changed.emit()

    # -- export

    @property
    def progress(self) -> Progress | None:
        """How far an export is; None where there is none."""
        return self._writing.progress

    def export(self, path: Path) -> None:
        """Writes the records that are found to a file whose suffix names its form; one export at a time."""
        pages = self._pages
        if pages is None:
            return
        newer, older = self.table.numbers()

        def write(progress: Progress) -> bool:
            entries = pages.each([*reversed(newer), *older])
            return export(path, JOURNAL_COLUMNS, journal_rows(entries), progress.report)

        self._writing.begin(path, write, steps=self.count)


class _News(NamedTuple):
    newest: int
    numbers: Sequence[int]
    run_began: int
    symbols: tuple[str, ...]
