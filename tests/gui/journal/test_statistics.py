"""Statistics of closed trades, in the window and in a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from engine.domain.fills import FillModel
from engine.statistics.grouping import Grouping
from gui.features.statistics.model.statistics import EVERY_RUN, GROUPING_TITLES, PRACTICE
from gui.features.trading.model.table import Tone
from tests.builders import MONDAY, closed_trade
from tests.gui.journal.looking import Looking


def trades(count: int, **changes: Any) -> list[Any]:
    return [
        closed_trade(
            f"plan-{ticket}", profit=1.0 if ticket % 2 else -0.5, ticket=ticket,
            entered_at=MONDAY + timedelta(minutes=ticket), exited_at=MONDAY + timedelta(minutes=ticket + 1),
            **({"fill_model": FillModel.PATHS} | changes)
        )
        for ticket in range(count)
    ]  # fmt: skip


def test_that_trades_of_this_run_are_counted_when_the_user_looks(looking: Looking) -> None:
    looking.keep(*trades(80), run="p1-")
    looking.keep(closed_trade(ticket=999), run="p0-")
    looking.count()
    looking.until(lambda: looking.model.statistics.table.rowCount() == 3)
    assert looking.rows() == [
        ["London", "60", "50 %"],
        ["New York", "20", "50 %"],
        ["All trades", "80", "50 %"],
    ]
    assert looking.statistics.summary.toolTip() == (
        "80 trades, mean +0.50 R net (too few days), 50 % won, +20.00\n"
        "One drawn path per candle; dependence on the path is not measured"
    )
    assert looking.statistics.fills.currentText() == "Fills: candle paths"


def test_that_trades_of_different_fills_are_never_counted_together(looking: Looking, tmp_path: Path) -> None:
    looking.keep(*trades(30), run="p1-")
    old = closed_trade(ticket=999, fill_model=None)
    looking.keep(*(msgspec.structs.replace(old, ticket=ticket) for ticket in range(900, 930)), run="p1-")
    looking.count()
    statistics, view = looking.model.statistics, looking.statistics
    looking.until(lambda: view.fills.count() == 2)
    assert [view.fills.itemText(place) for place in range(2)] == ["Fills: candle paths", "Fills: four-corner"]
    assert statistics.summary[0].startswith("30 trades")
    view.fills.setCurrentText("Fills: four-corner")
    looking.until(lambda: statistics.fills is FillModel.FOUR_CORNER)
    assert statistics.summary[1].endswith("overstates results")
    assert looking.rows()[-1][0] == "All trades. Four-corner fills: overstates results"
    assert {statistics.table.cell(0, column).tone for column in range(1, 9)} == {Tone.MUTED}
    statistics.export(tmp_path / "trades.csv")
    looking.until(lambda: (tmp_path / "trades.csv").exists())
    _, *rows = (tmp_path / "trades.csv").read_text(encoding="utf-8").splitlines()
    assert [",four-corner," in row for row in rows] == [True] * 30


def test_that_a_run_without_trades_says_where_those_of_earlier_runs_are(looking: Looking) -> None:
    """A user who practises from setup to setup begins a run with each of them."""
    looking.keep(*trades(3), run="p0-")
    looking.count()
    looking.until(lambda: looking.model.statistics.summary != ())
    assert looking.model.statistics.summary[0] == "This session has closed no trade yet; All practice has 3"
    looking.model.statistics.choose(run=PRACTICE)
    looking.until(lambda: looking.model.statistics.summary[0].startswith("3 trades"))


def browser(shown: list[Path], *, opens: bool = True) -> Callable[[Path], bool]:
    """What is asked to show pages, as it answers whether it can."""

    def open_page(path: Path) -> bool:
        shown.append(path)
        return opens

    return open_page


def test_that_a_report_that_no_program_shows_is_named_all_the_same(looking: Looking, tmp_path: Path) -> None:
    looking.count()
    shown: list[Path] = []
    looking.window.report.open_page = browser(shown, opens=False)
    looking.model.statistics.report(tmp_path / "report.html")
    looking.until(lambda: bool(shown))
    said = looking.window.statusBar().currentMessage()
    assert said == f"{tmp_path / 'report.html'} is saved; no program here shows it"


def test_that_a_report_about_no_trade_says_so(looking: Looking, tmp_path: Path) -> None:
    looking.count()
    shown: list[Path] = []
    looking.window.report.open_page = browser(shown)
    looking.model.statistics.report(tmp_path / "report.html")
    looking.until(lambda: bool(shown))
    page = shown[0].read_text(encoding="utf-8")
    assert "<title>Trades: this session</title>" in page
    assert "No trade was closed in this time" in page
    assert looking.model.statistics.progress is None


def test_that_small_groups_are_pale_and_say_so(looking: Looking) -> None:
    looking.keep(*trades(5), run="p1-")
    looking.count()
    table = looking.model.statistics.table
    looking.until(lambda: table.rowCount() == 2)
    assert table.words(0)[0] == "London (too few)"
    assert {table.cell(0, column).tone for column in range(table.columnCount())} == {Tone.MUTED}


def test_that_run_symbol_and_grouping_can_be_chosen(looking: Looking) -> None:
    looking.keep(*trades(20), run="p1-")
    looking.keep(closed_trade(ticket=999, symbol="BTCUSD", fill_model=FillModel.PATHS), run="p0-")
    looking.count()
    looking.until(lambda: looking.model.statistics.table.rowCount() == 2)
    view, rows = looking.statistics, looking.model.statistics.table.rowCount
    view.run.setCurrentText(PRACTICE)
    view.grouping.setCurrentText(next(title for title, by in GROUPING_TITLES.items() if by is Grouping.SYMBOL))
    looking.until(lambda: rows() == 3)
    assert [row[:2] for row in looking.rows()] == [["BTCUSD (too few)", "1"], ["XAUUSD", "20"], ["All trades", "21"]]
    view.symbol.setCurrentText("BTCUSD")
    looking.until(lambda: rows() == 2)
    view.run.setCurrentText("All live")
    looking.until(lambda: rows() == 0)


def test_that_a_report_is_written_and_shown_and_trades_are_exported(looking: Looking, tmp_path: Path) -> None:
    looking.keep(*trades(4), run="p1-")
    looking.count()
    looking.model.statistics.choose(run=EVERY_RUN)
    shown: list[Path] = []
    looking.window.report.open_page = browser(shown)
    looking.model.statistics.report(tmp_path / "new" / "report.html")
    looking.until(lambda: bool(shown))
    assert "account currency" in shown[0].read_text(encoding="utf-8")
    assert "Trades: everything, Mon 2 Mar 2026 08:01 to Mon 2 Mar 2026 08:04" in shown[0].read_text(encoding="utf-8")
    looking.model.statistics.export(tmp_path / "trades.csv")
    looking.until(lambda: (tmp_path / "trades.csv").exists())
    assert len((tmp_path / "trades.csv").read_text(encoding="utf-8").splitlines()) == 5
    looking.until(lambda: looking.model.statistics.progress is None)
    looking.model.statistics.report(tmp_path)
    looking.until(lambda: "cannot be written" in looking.window.statusBar().currentMessage())


def test_that_the_report_stands_in_the_file_menu_and_panels_list_the_journal(looking: Looking) -> None:
    assert "file.report" in [action.objectName() for action in looking.window.file_menu.actions()]
    assert "panel.journal" in [action.objectName() for action in looking.window.panels_menu.actions()]
