"""Files for other programs: whole or not at all, and harmless to open."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine.domain.journal import JournalEntry
from engine.errors import UnwritableExport
from engine.reporting.export import CHUNK, JOURNAL_COLUMNS, TRADE_COLUMNS, export, journal_rows, trade_rows
from tests.builders import MONDAY
from tests.statistics.trades import facts


def never(_: int) -> bool:
    return False


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(count: int = 1, **payload: Any) -> list[JournalEntry]:
    return [
        JournalEntry(seq=seq, at=MONDAY, kind="halted", symbol=None, plan_id=None, settings="", payload=payload)
        for seq in range(1, count + 1)
    ]


def test_that_trades_become_a_table_with_all_that_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    trade = facts(1.0, signals=("OB_RETEST", "SESSION_MOMENTUM"), score=6.5, tags=("news",), note="line\nbreak, comma")
    assert export(path, TRADE_COLUMNS, trade_rows([trade]), never)
    (row,) = read_csv(path)
    assert (row["net_profit"], row["r"], row["score"], row["held_s"]) == ("1.0", "2.0", "6.5", "300.0")
    assert (row["signals"], row["tags"], row["note"]) == ("OB_RETEST; SESSION_MOMENTUM", "news", "line\nbreak, comma")
    assert (row["entered_at"], row["trading_day"]) == ("2026-03-02T08:00:00+00:00", "2026-03-02")


def test_that_parquet_keeps_types(tmp_path: Path) -> None:
    path = tmp_path / "trades.parquet"
    assert export(path, TRADE_COLUMNS, trade_rows([facts(r=None, score=None, tags=("a", "b"))]), never)
    table = pq.read_table(path)
    (row,) = table.to_pylist()
    assert (row["entered_at"], row["r"], row["tags"]) == (MONDAY, None, ["a", "b"])
    assert str(table.schema.field("exited_at").type) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize("note", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_that_a_note_is_no_formula_to_a_spreadsheet(tmp_path: Path, note: str) -> None:
    path = tmp_path / "trades.csv"
    export(path, TRADE_COLUMNS, trade_rows([facts(note=note, tags=(note,))]), never)
    (row,) = read_csv(path)
    assert (row["note"], row["tags"]) == (f"'{note}", f"'{note}")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_that_the_journal_becomes_a_table_with_a_sentence_for_each_record(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"journal{suffix}"
    assert export(path, JOURNAL_COLUMNS, journal_rows(entries(2, by="person", reason="<news>")), never)
    rows = read_csv(path) if suffix == ".csv" else pq.read_table(path).to_pylist()
    assert [row["what"] for row in rows] == ["HALT by the user: <news>"] * 2
    assert json.loads(rows[1]["payload"]) == {"by": "person", "reason": "<news>"}


def test_that_an_export_shows_how_far_it_is_and_leaves_nothing_behind_when_it_is_stopped(tmp_path: Path) -> None:
    path, reported = tmp_path / "journal.csv", []
    path.write_text("what was there before")

    def stop_at_the_second(done: int) -> bool:
        reported.append(done)
        return done > CHUNK

    assert not export(path, JOURNAL_COLUMNS, journal_rows(entries(5 * CHUNK)), stop_at_the_second)
    assert reported == [CHUNK, 2 * CHUNK]
    assert path.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_name_without_a_form_and_a_place_without_a_way_are_reported(tmp_path: Path) -> None:
    with pytest.raises(UnwritableExport, match=r"must end in \.csv or \.parquet"):
        export(tmp_path / "trades.xls", TRADE_COLUMNS, [], never)
    with pytest.raises(UnwritableExport, match="cannot be written"):
        export(tmp_path / "nowhere" / "trades.csv", TRADE_COLUMNS, [], never)


def test_that_a_device_is_no_file_to_export_to(tmp_path: Path) -> None:
    with pytest.raises(UnwritableExport, match="Windows reserves the name AUX for a device"):
        export(tmp_path / "aux.csv", TRADE_COLUMNS, [], never)
    assert list(tmp_path.iterdir()) == []


def test_that_no_rows_give_a_table_with_its_heads(tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        assert export(tmp_path / name, TRADE_COLUMNS, [], never)
    assert (tmp_path / "a.csv").read_text().startswith("trade_id,ticket,symbol")
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0
