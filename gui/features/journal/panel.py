"""Puts into the window what the user looks back at: journal, statistics, and the way from a record to the charts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog, QMenu, QWidget

from gui.desk_model import DeskModel
from gui.features.chart.view.deck import ChartDeck
from gui.features.journal.model.moments import find
from gui.features.journal.view.journal import JournalPanel
from gui.features.statistics.view.statistics import StatisticsView
from gui.features.trading.panel import TradingRoom
from gui.theme import Theme
from gui.widgets.actions import make_action
from gui.widgets.late import Late

OTHER_RUN = "The record is of an earlier run: the chart may show another market.  "


class Window(Protocol):
    """What is needed of the window."""

    file_menu: QMenu

    @property
    def theme(self) -> Theme: ...

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...

    def tabifyDockWidget(self, first: QDockWidget, second: QDockWidget) -> None: ...

    def say(self, words: str) -> None: ...


class HistoryRoom:
    """`journal` is a panel of its own, `statistics` a tab beside the closed trades.

    A record that is clicked brings its moment to the front of `deck`.
    """

    def __init__(self, window: Window, desk: DeskModel, deck: ChartDeck, trading: TradingRoom) -> None:
        self._window, self._desk, self._deck = window, desk, deck
        self._journal = Late(self._make_journal)
        self._statistics = Late(lambda: StatisticsView(desk.statistics, window.theme))
        self.open_page: Callable[[Path], bool] = _open_in_browser
        trading.tabs.addTab(self._statistics, "Statistics")
        dock = window.add_panel("journal", "Journal", self._journal, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.tabifyDockWidget(trading.dock, dock)
        window.file_menu.addAction(
            make_action(
                self._statistics,
                "file.report",
                "Report …",
                "Writes a page about the trades in Statistics, and opens it",
                self.ask_report,
            )
        )
        desk.journal.moment_asked.connect(self.show_moment)
        desk.journal.told.connect(window.say)
        desk.statistics.told.connect(window.say)
        desk.statistics.written.connect(self._show_page)
        desk.zones.changed.connect(self._show_zone)

    @property
    def journal(self) -> JournalPanel:
        return self._journal.part

    @property
    def statistics(self) -> StatisticsView:
        return self._statistics.part

    def _make_journal(self) -> JournalPanel:
        panel = JournalPanel(self._desk.journal, self._window.theme)
        panel.note_wanted.connect(self._write)
        panel.set_zone(self._desk.zones.common)
        return panel

    def show_moment(self, symbol: str, at: datetime) -> None:
        """Marks the candle of `symbol`, or of the chart in front where it is empty; says where it is."""
        symbol = symbol or self._deck.front_symbol
        place = find(self._desk.charts, symbol, at, self._desk.zones.of(symbol))
        words = place.words
        if place.row is not None and symbol in self._deck.symbols:
            number, focus = self._deck.symbols.index(symbol), QApplication.focusWidget()
            self._deck.show_symbol(number)
            self._deck.views[number].look_at(place.row, is_marked=True)
            if focus is not None:
                focus.setFocus()  # the user goes on through the records
            chosen = self._desk.journal.chosen
            words = f"{OTHER_RUN}{words}" if chosen is not None and not chosen.is_of_this_run else words
        self.journal.details.show_place(words)

    def ask_report(self) -> None:
        """Asks where the page shall be written."""
        dialog = QFileDialog(self._statistics, "Save report", str(Path.home() / "report.html"), "Web page (*.html)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._desk.statistics.report(Path(name)))
        dialog.open()

    def _show_page(self, path: Path) -> None:
        self._window.say(f"{path} is saved" if self.open_page(path) else f"{path} is saved; no program here shows it")

    def _show_zone(self) -> None:
        if self._journal.is_made:
            self.journal.set_zone(self._desk.zones.common)

    def _write(self, plan_id: str, title: str) -> None:
        chosen, notes = self._desk.journal.chosen, self._desk.trading.notes
        if chosen is not None and chosen.annotation is not None:
            notes.learn(chosen.annotation)
        notes.begin(plan_id, title)


def _open_in_browser(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
