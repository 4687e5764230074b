"""Practice journals: kept under a name, read as hostile, and continued as if they had never ended."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.domain.messages.trading import TradesRecalled
from engine.domain.practice import PlayedFile, PracticeEntry, PracticeSession
from engine.domain.trade_facts import Annotation
from engine.errors import UnusableJournal
from engine.practice.journals import (
    FOLDER,
    SUFFIX,
    PracticeJournal,
    PracticeJournals,
    facts_of,
    fault_of,
    file_stem,
    read_journal,
)
from engine.reporting.export import TRADE_COLUMNS, export, trade_rows
from tests.builders import MONDAY
from tests.engine.test_practice import practice
from tests.engine.test_practice_score import one, part

KEPT_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def journal(name: str = "Gold on Monday", **changes: Any) -> PracticeJournal:
    trades = (one(1, 0.5), one(40, -1.0, is_seen=True))
    session = PracticeSession(
        starting_balance=100.0,
        balance=99.5,
        stretches=(part(0, 90),),
        trades=trades,
        entries=(PracticeEntry("XAUUSD", MONDAY),),
    )
    note = Annotation(trade_id=trades[0].trade.trade_id, at=MONDAY, note="too early", tags=("fomo",))
    fields: dict[str, Any] = {"kept_at": KEPT_AT, "files": (), "seed": 7, "session": session, "notes": (note,)}
    return PracticeJournal(name=name, **(fields | changes))


@pytest.fixture
def journals(tmp_path: Path) -> PracticeJournals:
    return PracticeJournals(tmp_path)


def test_that_a_kept_journal_is_listed_with_its_score_and_reads_as_it_was(journals: PracticeJournals) -> None:
    path = journals.keep(journal())
    (kept,) = journals.listed()
    assert (kept.name, kept.journal, kept.fault) == ("Gold on Monday", journal(), "")
    assert kept.score is not None
    assert [(each.first.trades, each.seen.trades) for each in kept.score.by_fills] == [(1, 1)]
    assert read_journal(path) == journal()
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def test_that_a_name_is_taken_once_and_a_journal_is_never_overwritten(journals: PracticeJournals) -> None:
    path = journals.keep(journal())
    before = path.read_bytes()
    with pytest.raises(UnusableJournal, match="called Gold on Monday already: choose another name"):
        journals.keep(journal(kept_at=KEPT_AT + timedelta(days=1)))
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 81, " padded "])
def test_that_a_name_that_cannot_stand_in_a_list_is_refused(journals: PracticeJournals, name: str) -> None:
    with pytest.raises(UnusableJournal):
        journals.keep(journal(name))


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_that_any_name_gives_a_file_name_of_its_own_within_the_folder(first: str, second: str) -> None:
    stems = [file_stem(name) for name in (first, second)]
    assert all(stem and set(stem) <= set("-._") | {*map(chr, range(128))} for stem in stems)
    assert all("/" not in stem and "\\" not in stem and stem.strip(".") for stem in stems)
    assert (stems[0] == stems[1]) == (first == second)


def test_that_the_newest_stands_first_and_deleting_takes_only_its_own_file(
    journals: PracticeJournals, tmp_path: Path
) -> None:
    first = journals.keep(journal("first"))
    journals.keep(journal("second", kept_at=KEPT_AT + timedelta(days=1)))
    assert [each.name for each in journals.listed()] == ["second", "first"]
    elsewhere = tmp_path / f"other{SUFFIX}"
    elsewhere.write_text("{}")
    with pytest.raises(UnusableJournal, match="no practice journal of this desk"):
        journals.delete(elsewhere)
    journals.delete(first)
    assert [each.name for each in journals.listed()] == ["second"]


# -- hostile files ------------------------------------------------------------------------------------------------


def damaged(**changes: Any) -> bytes:
    fields = json.loads(msgspec.json.encode(journal()))
    for place, value in changes.items():
        *way, last = place.split("__")
        at = fields
        for step in way:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no practice journal of this version"),
        (b"\xff\xfe\x00", "no practice journal of this version"),
        (b"[" * 5000, "no practice journal of this version"),
        (damaged(format=2), "no practice journal of this version"),
        (damaged(extra=1), "no practice journal of this version"),
        (damaged(kept_at="2026-05-01T12:00:00"), "a time has no time zone"),
        (damaged(session__trades__0__stretch=5), "trade 1 is of a part that was not played"),
        (damaged(session__trades__0__trade__symbol="../../etc"), "trade 1 has no usable symbol"),
        (damaged(session__trades__0__trade__volume_lots=0.0), "trade 1 has no volume or no price"),
        (damaged(session__trades__0__trade__entry=1e300), "entry is 1e"),
        (damaged(session__trades__0__trade__fill_model=None), "no fill model of a played market"),
        (damaged(session__trades__0__trade__exited_at="2020-01-01T00:00:00Z"), "ended before it began"),
        (damaged(session__stretches=[]), "nothing was played"),
        (damaged(session__stretches__0__begins_at="0001-01-01T00:00:00Z"), "an instant that no market has"),
        (damaged(kept_at="9999-12-31T23:00:00-12:00"), "an instant that no market has"),
        (damaged(session__trades__0__trade__ticket=2**63 - 1), "trade 1 has ticket 9223372036854775807"),
        (damaged(name="x\ny"), "needs a name in one line"),
    ],
)
def test_that_a_damaged_journal_is_listed_with_the_reason_and_the_others_stay(
    journals: PracticeJournals, tmp_path: Path, content: bytes, reason: str
) -> None:
    journals.keep(journal())
    (tmp_path / FOLDER / f"bad{SUFFIX}").write_bytes(content)
    good, bad = journals.listed()
    assert (good.fault, bad.journal) == ("", None)
    assert reason in bad.fault


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40), st.integers(0, 2000))
def test_that_no_file_gets_past_the_reader_with_anything_but_a_journal(tmp_path: Path, noise: bytes, at: int) -> None:
    whole = damaged()
    path = tmp_path / f"noise{SUFFIX}"
    path.write_bytes(whole[: at % len(whole)] + noise + whole[at % len(whole) :])
    with suppress(UnusableJournal):
        assert fault_of(read_journal(path)) == ""


def test_that_a_recording_under_an_impossible_name_is_missing() -> None:
    files = tuple(PlayedFile(path=path) for path in ("a" * 5_000, "a\0b"))
    assert journal(files=files).missing_files == ("a" * 5_000, "a\0b")


# -- what is done with them ---------------------------------------------------------------------------------------


def test_that_a_journal_exports_its_trades_with_notes_and_what_was_seen_before(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    export(path, TRADE_COLUMNS, trade_rows(facts_of(journal())), lambda _: False)
    head, first, second = path.read_text().splitlines()
    assert "mean_r" not in head
    assert "too early" in first
    assert "fomo" in first
    assert "seen before" in second


def test_that_a_continued_session_goes_on_with_its_account_trades_notes_and_seen_parts() -> None:
    kept = journal()
    desk = practice()
    desk.practice.leave(True)
    (note,) = desk.practice.resume(kept.session, kept.notes)
    desk.jump_on(30)
    assert desk.session.balance == 99.5
    assert [each.trade.r for each in desk.session.trades] == [0.5, -1.0]
    assert [trade.r for event in desk.of(TradesRecalled) for trade in event.trades] == [0.5, -1.0]
    facts = desk.archive.trades(desk.settings).read()
    assert [(each.note, each.run in desk.practice.recorder.runs) for each in facts] == [("too early", True), ("", True)]
    assert note.trade_id == desk.session.trades[0].trade.trade_id
    desk.buy("again", 30 * 60 + 700)
    desk.jump(6000)
    assert [each.is_seen for each in desk.session.trades] == [False, True, True]
    tickets = [each.trade.ticket for each in desk.session.trades]
    assert len(set(tickets)) == 3
