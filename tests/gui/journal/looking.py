"""The whole window, in which the user looks back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pytestqt.qtbot import QtBot

from engine.domain.journal import JournalRecord
from engine.domain.market import Session
from engine.persistence.journal_pages import JournalPages
from engine.persistence.trades import StoredTrades
from engine.trading.plans.table import PlanChange
from gui.desk_model import DeskModel
from gui.features.journal.view.journal import JournalPanel
from gui.features.statistics.view.statistics import StatisticsView
from gui.theme import DARK
from gui.window import MainWindow
from tests.builders import BITCOIN, MONDAY
from tests.fakes import source
from tests.gui.chart.builders import quiet_hours
from tests.plans.stores import StoredDesk
from tests.whole import present

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
        self.window.populate(self.model)
        self.model.open([source(), source(instrument=BITCOIN)])
        for chart in self.model.charts.values():
            chart.append(quiet_hours(MINUTES))
        self.window.resize(1280, 720)
        self.window.show()

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so)

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
        panel = self.window.panels.content("journal")
        assert isinstance(panel, JournalPanel)
        return panel

    @property
    def statistics(self) -> StatisticsView:
        return present(self.window.trading.tabs.findChild(StatisticsView))

    def keep(self, *trades: Any, run: str = "") -> None:
        for trade in trades:
            record = JournalRecord(at=trade.exited_at, kind="trade_closed")
            self.store.table.commit(PlanChange(plan=None, was=None, record=record, trade=trade, run=run))

    def count(self) -> None:
        """Opens the tab of statistics."""
        self.model.statistics.open(StoredTrades(self.store.database, lambda at: _session(at.hour)), lambda: ("p1-",))
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
