"""Practice journals: sessions that the user kept under a name, apart from every account's history and statistics.

Each is one file in the folder `practice` of the data folder. Such files may come from anywhere: they are read as
hostile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from config.atomic_file import reason_of, remove_file, write_atomically
from config.file_lock import locked
from config.file_names import RESERVED
from config.plain_file import read_plain_file
from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.domain.practice import PlayedFile, PracticeSession
from engine.domain.trade_facts import Annotation, TradeFacts
from engine.domain.well_formed import EARLIEST, LATEST, fault_in, printable
from engine.errors import UnusableJournal
from engine.practice.score import PracticeScore, score_of

FOLDER: Final = "practice"
SUFFIX: Final = ".practice.json"
MAX_NAME: Final = 80
MAX_BYTES: Final = 32 * 1024 * 1024
MAX_TRADES: Final = 20_000
MAX_STRETCHES: Final = 20_000
MAX_TEXT: Final = 4_000
MAX_TICKET: Final = 2**53
"""A session that goes on counts on from its last ticket."""
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")
_SYMBOL: Final = re.compile(r"[^\x00-\x1f/\\]{1,64}")


class PracticeJournal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session as it was kept at `kept_at` (aware UTC), what it was played on, and the user's notes on its trades.

    Without `files` it was the demo market of `seed`.
    """

    format: Literal[1] = 1
    name: str
    kept_at: datetime
    files: tuple[PlayedFile, ...]
    seed: int
    session: PracticeSession
    notes: tuple[Annotation, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(sorted({each.trade.symbol for each in self.session.trades}))

    @property
    def missing_files(self) -> tuple[str, ...]:
        """What it was played on and is not there any more."""
        return tuple(file.path for file in self.files if not _is_there(file.path))


class KeptJournal(msgspec.Struct, frozen=True, kw_only=True):
    """A journal in the folder; `fault` says why it cannot be read, and then the rest is not known."""

    path: str
    name: str
    journal: PracticeJournal | None = None
    score: PracticeScore | None = None
    fault: str = ""


class PracticeJournals:
    """The journals in one data folder. Not for the event loop. Each raises `UnusableJournal` with what is wrong."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / FOLDER

    def listed(self) -> tuple[KeptJournal, ...]:
        """Every journal with its score, the newest first; those that cannot be read come last, with the reason."""
        try:
            paths = sorted(path for path in self._folder.glob(f"*{SUFFIX}") if path.is_file())
        except OSError as error:
            raise UnusableJournal(f"{self._folder} cannot be read: {reason_of(error)}") from error
        found = [_kept(path) for path in paths]
        readable = [(each.journal.kept_at, each) for each in found if each.journal is not None]
        readable.sort(key=lambda each: each[0], reverse=True)
        return (*(each for _, each in readable), *(each for each in found if each.journal is None))

    def keep(self, journal: PracticeJournal) -> Path:
        """Writes a journal under its name, which no other has."""
        if fault := name_fault(journal.name):
            raise UnusableJournal(fault)
        if fault := fault_of(journal):
            raise UnusableJournal(f"this session cannot be kept: {fault}")
        path = self._folder / f"{file_stem(journal.name)}{SUFFIX}"
        with locked(self._folder / FOLDER):
            if path.exists():
                raise UnusableJournal(f"there is a practice journal called {journal.name} already: choose another name")
            try:
                write_atomically(path, msgspec.json.encode(journal).decode())
            except OSError as error:
                raise UnusableJournal(f"{path} cannot be written: {reason_of(error)}") from error
        return path

    def delete(self, path: Path) -> None:
        """Removes a journal of this folder for good."""
        if path.parent != self._folder or not path.name.endswith(SUFFIX):
            raise UnusableJournal(f"{path} is no practice journal of this desk")
        try:
            remove_file(path)
        except OSError as error:
            raise UnusableJournal(f"{path} cannot be deleted: {reason_of(error)}") from error


def read_journal(path: Path) -> PracticeJournal:
    """The journal in a file. Raises `UnusableJournal`. Not for the event loop."""
    try:
        journal = msgspec.json.decode(read_plain_file(path, MAX_BYTES), type=PracticeJournal)
    except OSError as error:
        raise UnusableJournal(f"{path.name} cannot be read: {reason_of(error)}") from error
    except (ValueError, RecursionError) as error:
        raise UnusableJournal(f"{path.name} is no practice journal of this version: {error}") from error
    if fault := fault_of(journal) or name_fault(journal.name):
        raise UnusableJournal(f"{path.name} is damaged: {fault}")
    return journal


def facts_of(journal: PracticeJournal) -> tuple[TradeFacts, ...]:
    """The trades of a journal with the user's notes, for a file."""
    notes = {note.trade_id: note for note in journal.notes}
    found = []
    for each in journal.session.trades:
        note = notes.get(each.trade.trade_id)
        seen = ("seen before",) if each.is_seen else ()
        found.append(
            TradeFacts(
                trade=each.trade,
                run=f"practice {journal.name}",
                session=Session.OFF,
                created_by="manual" if each.is_by_hand else "",
                note="" if note is None else note.note,
                tags=(*(() if note is None else note.tags), *seen),
            )
        )
    return tuple(found)


# -- what is allowed --------------------------------------------------------------------------------------------------


def name_fault(name: str) -> str:
    """Why no journal can be called so; empty where one can."""
    if not name.strip() or name != printable(name).strip() or "\n" in name:
        return "a practice journal needs a name in one line"
    if len(name) > MAX_NAME:
        return f"the name has {len(name)} characters, max {MAX_NAME}"
    return ""


def file_stem(name: str) -> str:
    """A file name that every system takes: letters, digits, point, dash and underscore; a number for the rest of it."""
    plain = _PLAIN.sub("-", name).strip("-.") or "journal"
    if plain != name or plain.partition(".")[0].upper() in RESERVED:
        plain = f"{plain}-{_check_number(name):08x}"
    return plain


def _check_number(name: str) -> int:
    from zlib import crc32

    return crc32(name.encode())


def fault_of(journal: PracticeJournal) -> str:
    """What in a journal no session can have had; empty where all of it is possible."""
    session = journal.session
    if (fault := fault_in(journal)) is not None:
        return fault
    if len(session.trades) > MAX_TRADES or len(session.stretches) > MAX_STRETCHES or len(session.entries) > MAX_TRADES:
        return f"it has more than {MAX_TRADES:,} trades, orders or parts"
    if not session.stretches:
        return "nothing was played"
    if any(each.tzinfo is None for each in _instants(journal)):
        return "a time has no time zone"
    if odd := next((at for at in _instants(journal) if not EARLIEST <= at <= LATEST), None):
        return f"{odd.isoformat()} is an instant that no market has"
    if any(each.ends_at < each.begins_at for each in session.stretches):
        return "a part of the market ends before it begins"
    tickets = [(each.trade.ticket, each.trade.entered_at) for each in session.trades]
    if len(set(tickets)) < len(tickets):
        return "two of its trades are the same one"
    return next(filter(None, (_fault_of_trade(session, place) for place in range(len(session.trades)))), "") or next(
        (f"a note has more than {MAX_TEXT:,} characters" for note in journal.notes if len(note.note) > MAX_TEXT), ""
    )


def _instants(journal: PracticeJournal) -> Iterable[datetime]:
    session = journal.session
    yield journal.kept_at
    for stretch in session.stretches:
        yield from (stretch.begins_at, stretch.ends_at)
    for entry in session.entries:
        yield entry.at
    for one in session.trades:
        yield from (one.trade.entered_at, one.trade.exited_at)
    for note in journal.notes:
        yield note.at


def _fault_of_trade(session: PracticeSession, place: int) -> str:
    one = session.trades[place]
    trade, number = one.trade, place + 1
    if not 0 <= one.stretch < len(session.stretches):
        return f"trade {number} is of a part that was not played"
    if not _SYMBOL.fullmatch(trade.symbol):
        return f"trade {number} has no usable symbol"
    if trade.exited_at < trade.entered_at:
        return f"trade {number} ended before it began"
    if not 0 <= trade.ticket <= MAX_TICKET:
        return f"trade {number} has ticket {trade.ticket}; 0 to {MAX_TICKET} are allowed"
    if trade.volume_lots <= 0.0 or trade.entry <= 0.0 or trade.exit <= 0.0:
        return f"trade {number} has no volume or no price"
    if trade.fill_model not in (FillModel.TICKS, FillModel.PATHS, FillModel.WORST):
        return f"trade {number} has no fill model of a played market"
    return ""


def _is_there(path: str) -> bool:
    """No path that a system refuses is there."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _kept(path: Path) -> KeptJournal:
    name = path.name.removesuffix(SUFFIX)
    try:
        journal = read_journal(path)
    except UnusableJournal as error:
        return KeptJournal(path=str(path), name=name, fault=str(error))
    return KeptJournal(path=str(path), name=journal.name, journal=journal, score=score_of(journal.session))
