"""Practice journals as state: what was kept, and what the user does with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.domain.practice import PlayedFile, PracticeSession
from engine.domain.trade_facts import Annotation
from engine.practice.journals import KeptJournal, PracticeJournal, PracticeJournals, facts_of, name_fault
from engine.reporting.export import TRADE_COLUMNS, export, trade_rows
from engine.reporting.groups import mean_words
from engine.reporting.words import FILL_MODELS, MISSING, r
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.platform.background import Background
from gui.zones import date_time_text, zone_title

KEPT = 1
COLUMNS = (
    Column("Name", "The name you gave it", "Gold, London open, Tuesday"),
    Column("Saved, UTC", "When it was saved", "Wed 18 Feb 2026 08:31"),
    Column("Symbols", "Symbols traded", "XAUUSD, BTCUSD"),
    Column("Trades", "Closed trades on parts not seen before; in brackets those seen before", "123 (12)", True),
    Column("Mean R, net", "Mean result per trade after all costs, without those seen before", "+10.00 R", True),
    Column(
        "Mean R, 95 %", "Interval of the mean, resampled by trading day; none below 5 days", "+10.00 to +10.00 R", True
    ),
    Column("Fills", "How the orders were filled; each fill model has a line of its own", "candle paths"),
)


class JournalsTable(RowTable):
    """One row for each journal and fill model, the newest on top; those that cannot be read say why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._zone: tzinfo = UTC
        self._kept: tuple[KeptJournal, ...] = ()

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.retitle(KEPT, f"Saved, {zone_title(zone)}")
        self.show(self._kept)

    def show(self, kept: Sequence[KeptJournal]) -> None:
        """Replaces what was shown."""
        self._kept = tuple(kept)
        rows = [row for each in self._kept for row in self._rows(each)]
        self.replace(rows[::-1])

    def journal(self, row: int) -> KeptJournal:
        """The journal of a row."""
        path, _ = self.key(row)
        return next(each for each in self._kept if each.path == path)

    def _rows(self, kept: KeptJournal) -> list[tuple[tuple[str, int], list[Cell]]]:
        journal, score = kept.journal, kept.score
        if journal is None or score is None:
            return [((kept.path, 0), [Cell(kept.name, Tone.MUTED), Cell(kept.fault, Tone.WARNING), *[Cell("")] * 5])]
        at, symbols = Cell(date_time_text(journal.kept_at, self._zone)), Cell(", ".join(journal.symbols))
        rows = []
        for place, each in enumerate(score.by_fills):
            first, seen = each.first, each.seen.trades
            trades = f"{first.trades:,} ({seen:,})" if seen else f"{first.trades:,}"
            figures = [Cell(trades), Cell(r(first.mean_r)), Cell(mean_words(first)), Cell(FILL_MODELS[each.fills])]
            rows.append(((kept.path, place), [Cell(journal.name), at, symbols, *figures]))
        return rows or [((kept.path, 0), [Cell(journal.name), at, symbols, Cell("0"), *[Cell(MISSING)] * 3])]


class JournalsModel(QObject):
    """Reads and writes in the background. `changed` follows the list, `announced` carries a message for the user,
    `opened` the journal to continue in a window of its own, `was_kept` the session that was written."""

    changed = Signal()
    announced = Signal(str)
    opened = Signal(object)
    was_kept = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = JournalsTable(self)
        self.is_read = False
        self._journals: PracticeJournals | None = None
        self._background = Background(self, self._fail)

    def use_folder(self, directory: Path) -> None:
        """The data folder that they are kept in."""
        self._journals = PracticeJournals(directory)

    def close(self) -> None:
        """Waits for what is being written."""
        self._background.close()

    def refresh(self) -> None:
        """Reads the list again."""
        if (journals := self._journals) is not None:
            self._background.run(journals.listed, self._show)

    def fault_of(self, name: str) -> str:
        """Why no journal can be called so; empty where one can."""
        return name_fault(name)

    def keep(
        self,
        name: str,
        session: PracticeSession,
        files: Sequence[PlayedFile],
        seed: int,
        note_of: Callable[[str], Annotation | None],
    ) -> None:
        """Keeps a session under a name, with the notes on its trades."""
        journals = self._journals
        if journals is None:
            return
        notes = tuple(note for each in session.trades if (note := note_of(each.trade.trade_id)) is not None)
        journal = PracticeJournal(
            name=name, kept_at=datetime.now(UTC), files=tuple(files), seed=seed, session=session, notes=notes
        )

        def tell(_: Path) -> None:
            self.announced.emit(f"The practice journal {name} was saved: Tools, Practice, Journals")
            self.was_kept.emit(session)
            self.refresh()

        self._background.run(lambda: journals.keep(journal), tell)

    def open(self, row: int) -> None:
        """Continues a journal in a window of its own; says why where that is not possible."""
        kept = self.table.journal(row)
        if kept.journal is None:
            self.announced.emit(kept.fault)
        elif missing := kept.journal.missing_files:
            self.announced.emit(f"{', '.join(missing)} no longer exists: the trades can be exported but not replayed")
        else:
            self.opened.emit(kept)

    def delete(self, row: int) -> None:
        """Deletes a journal for good."""
        journals, kept = self._journals, self.table.journal(row)
        if journals is not None:
            self._background.run(lambda: journals.delete(Path(kept.path)), lambda _: self.refresh())

    def export(self, row: int, path: Path) -> None:
        """Writes the trades of a journal to a CSV or Parquet file."""
        journal = self.table.journal(row).journal
        if journal is not None:

            def write() -> bool:
                return export(path, TRADE_COLUMNS, trade_rows(facts_of(journal)), lambda _: False)

            self._background.run(write, lambda _: self.announced.emit(f"{path} was written"))

    def _show(self, kept: tuple[KeptJournal, ...]) -> None:
        self.is_read = True
        self.table.show(kept)
        self.changed.emit()

    def _fail(self, reason: str) -> None:
        self.announced.emit(reason)
        self.changed.emit()
