"""From a record of the journal to its candle, and what closed trades say together, in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.domain.fills import FillModel
from engine.domain.journal import JournalRecord
from engine.domain.market import Session
from engine.domain.messages import RecallCandle
from engine.domain.trade_facts import Annotation
from engine.persistence.journal_pages import JournalPages
from engine.persistence.trades import StoredTrades
from engine.statistics.grouping import Grouping
from engine.trading.plans.table import PlanChange
from gui.desk_model import DeskModel
from gui.features.journal.model.moments import find
from gui.features.journal.panel import OTHER_RUN
from gui.features.journal.view.journal import JournalPanel
from gui.features.statistics.model.statistics import EVERY_RUN, GROUPING_TITLES, PRACTICE
from gui.features.statistics.view.statistics import StatisticsView
from gui.features.trading.model.table import Tone
from gui.theme import DARK
from gui.window import MainWindow
from tests.builders import BITCOIN, MONDAY, candle, closed_trade
from tests.fakes import source
from tests.gui.chart.builders import quiet_hours
from tests.plans.stores import StoredDesk

MINUTES = 120


class Looking:
    """The whole window on gold and bitcoin, each with two hours of candles from Monday's start, and a store behind."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.store = StoredDesk()
        self.model = DeskModel()
        self.asked: list[object] = []
        self.model.commanded.connect(self.asked.append)
        self.window = MainWindow(DARK)
        qtbot.addWidget(self.window)
        self.model.setParent(self.window)
        self.window.furnish(self.model)
        self.model.open([source(), source(instrument=BITCOIN)])
        for chart in self.model.charts.values():
            chart.append(quiet_hours(MINUTES))
        self.window.resize(1280, 720)
        self.window.show()

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=5_000)

    def look_back(self, *records: tuple[str, str | None, int], known: int = 0) -> None:
        """Opens the journal on records of a kind, about a symbol, so many minutes after Monday's start; `known` were
        written before."""
        journal = self.model.journal
        journal.open(JournalPages(self.store.database, self.store.journal.flush))
        for kind, symbol, minute in records:
            at = MONDAY + timedelta(minutes=minute, seconds=30)
            self.store.journal.append(JournalRecord(at=at, kind=kind, symbol=symbol, plan_id="plan-1", payload={}))
        self.window.panels["journal"].toggleViewAction().trigger()
        self.until(lambda: journal.count == known + len(records))

    def choose(self, row: int) -> str:
        """Clicks a record; what is said of its place."""
        table = self.model.journal.table
        table.words(row)
        self.until(lambda: table.entry(row) is not None)
        self.model.journal.choose(row)
        return self.journal.details.place.text()

    @property
    def journal(self) -> JournalPanel:
        return self.window.panels.content("journal")

    @property
    def statistics(self) -> StatisticsView:
        return self.window.trading.tabs.findChild(StatisticsView)

    def keep(self, *trades: Any, run: str = "") -> None:
        for trade in trades:
            record = JournalRecord(at=trade.exited_at, kind="trade_closed")
            self.store.table.commit(PlanChange(plan=None, was=None, record=record, trade=trade, run=run))

    def count(self) -> None:
        """Opens the tab of statistics."""
        self.model.statistics.open(StoredTrades(self.store.database, lambda at: _session(at.hour)), lambda: "p1-")
        tabs = self.window.trading.tabs
        tabs.setCurrentIndex([tabs.tabText(place) for place in range(tabs.count())].index("Statistics"))

    def rows(self) -> list[list[str]]:
        table = self.model.statistics.table
        return [table.words(row)[:3] for row in range(table.rowCount())]

    def close(self) -> None:
        self.model.journal.close()
        self.model.statistics.close()
        self.store.close()


def _session(hour: int) -> Session:
    return Session.LONDON if hour < 9 else Session.NEW_YORK


@pytest.fixture
def looking(qtbot: QtBot) -> Iterator[Looking]:
    looking = Looking(qtbot)
    yield looking
    looking.close()


# -- from a record to its candle ------------------------------------------------------------------------------------


def test_that_a_record_brings_its_candle_to_the_front_and_marks_it(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30), ("halted", "BTCUSD", 7))
    words = looking.choose(0)
    assert words == "BTCUSD at Mon 2 Mar 2026 08:07 UTC is marked on the chart."
    assert looking.window.deck.front_symbol == "BTCUSD"
    chart, view = looking.model.charts["BTCUSD"], looking.window.deck.views[1]
    assert chart.marked_row == 7
    assert view.plot.camera.first <= 7 <= view.plot.camera.last
    looking.model.conditions["BTCUSD"].ask()
    assert looking.asked[-1] == RecallCandle("BTCUSD", MONDAY + timedelta(minutes=7))


def test_that_going_back_to_live_takes_the_mark_away(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30))
    looking.choose(0)
    looking.window.deck.views[0].follow_live(True)
    assert looking.model.charts["XAUUSD"].marked_row is None


def test_that_escape_takes_the_mark_away_too(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30))
    looking.choose(0)
    looking.window.live.trigger()
    assert looking.model.charts["XAUUSD"].marked_row is None
    looking.model.conditions["XAUUSD"].ask()
    assert looking.asked == []


def test_that_a_record_about_no_symbol_is_shown_on_the_chart_in_front(looking: Looking) -> None:
    looking.look_back(("halted", None, 30))
    assert looking.choose(0).startswith("XAUUSD at Mon 2 Mar 2026 08:30")


def test_that_a_moment_beyond_the_candles_is_told(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 500), ("halted", "EURUSD", 1))
    assert looking.choose(0) == "There is no chart of EURUSD here."
    assert looking.choose(1) == (
        "Mon 2 Mar 2026 16:20 UTC lies outside the candles of XAUUSD that are loaded: "
        "Mon 2 Mar 2026 08:00 to Mon 2 Mar 2026 09:59."
    )
    assert looking.model.charts["XAUUSD"].marked_row is None


def test_that_a_record_of_an_earlier_run_warns_that_the_market_may_be_another(looking: Looking) -> None:
    earlier = JournalRecord(at=MONDAY + timedelta(minutes=3), kind="halted", symbol="XAUUSD")
    looking.store.journal.append(earlier)
    looking.look_back(("halted", "XAUUSD", 30), known=1)
    assert looking.choose(1).startswith(OTHER_RUN)
    assert not looking.choose(0).startswith(OTHER_RUN)


def test_that_the_forming_candle_and_a_missing_minute_are_told_apart(looking: Looking) -> None:
    chart = looking.model.charts["XAUUSD"]
    chart.set_live(candle(MINUTES), None)
    zone = looking.model.zones.common
    assert find(looking.model.charts, "XAUUSD", MONDAY + timedelta(minutes=MINUTES), zone).row == MINUTES
    chart.append(quiet_hours(1, MINUTES + 5))
    gap = find(looking.model.charts, "XAUUSD", MONDAY + timedelta(minutes=MINUTES + 2), zone)
    assert (gap.row, "no candle" in gap.words) == (None, True)


def test_that_a_note_is_written_from_the_journal_as_well(looking: Looking) -> None:
    note = Annotation(trade_id="plan-1", at=MONDAY, note="late", tags=("fomo",))
    record = JournalRecord(at=MONDAY, kind="halted", symbol="XAUUSD", plan_id="plan-1", payload={})
    looking.store.table.annotate(note, record)
    looking.look_back(known=1)
    looking.choose(0)
    looking.until(lambda: looking.journal.details.note.text() == "[fomo] late")
    looking.journal.details.write.click()
    dialog = looking.window.trading.note_dialog
    assert dialog is not None
    assert (dialog.note.toPlainText(), dialog.tags.text()) == ("late", "fomo")
    dialog.close()


# -- statistics -----------------------------------------------------------------------------------------------------


def trades(count: int, **changes: Any) -> list[Any]:
    return [
        closed_trade(
            f"plan-{ticket}", profit=1.0 if ticket % 2 else -0.5, ticket=ticket,
            entered_at=MONDAY + timedelta(minutes=ticket), exited_at=MONDAY + timedelta(minutes=ticket + 1),
            **({"fill_model": FillModel.PATHS} | changes)
        )
        for ticket in range(count)
    ]  # fmt: skip


def test_that_trades_of_this_run_are_counted_when_somebody_looks(looking: Looking) -> None:
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
    """A person who practises from setup to setup begins a run with each of them."""
    looking.keep(*trades(3), run="p0-")
    looking.count()
    looking.until(lambda: looking.model.statistics.summary != ())
    assert looking.model.statistics.summary[0] == "This run has closed no trade yet; All practice has 3"
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
    assert "<title>Trades: this run</title>" in page
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
