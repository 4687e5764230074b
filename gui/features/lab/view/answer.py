"""The answer of a study: the verdict as a sentence, then figures, pictures and tables in tabs."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from gui.features.lab.model.answer import AnswerModel
from gui.features.lab.model.chart import DayCandles
from gui.features.lab.model.page import Page, Tab, Table
from gui.features.lab.model.study import Study
from gui.features.lab.view.compare import ComparisonView
from gui.features.lab.view.tab import TabView
from gui.features.trading.model.table import Tone
from gui.theme import Theme
from gui.widgets.controls import make_words
from gui.widgets.late import Late
from gui.widgets.restyle import restyle
from gui.widgets.short_label import ShortLabel

ICONS = {Tone.PASSED: "✓", Tone.FAILED: "✗", Tone.WARNING: "!", Tone.MUTED: "–", Tone.PLAIN: "•"}


class AnswerPage(QWidget):
    """`replay_wanted` carries the instant of a setup that the user wants to see in a replay; `changed` says that
    another tab or row is chosen."""

    replay_wanted = Signal(object)
    changed = Signal()

    def __init__(self, answers: AnswerModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labAnswer")
        self._answers, self._theme = answers, theme
        self.study: Study | None = None
        self.page: Page | None = None
        self.title, self.subject = make_words("labTitle", wraps=False), ShortLabel()
        self.subject.setObjectName("labSubject")
        self.mark, self.word = QLabel(), make_words("labWord", wraps=False)
        self.sentence = make_words("labSentence", is_selectable=True)
        self.notes = make_words("labNotes", is_selectable=True)
        self.verdict = QFrame()
        self.verdict.setObjectName("labVerdict")
        self.mark.setObjectName("labMark")
        self.tabs = QTabWidget()
        self.tabs.setObjectName("labTabs")
        self.tabs.setDocumentMode(True)
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _: self.changed.emit())
        answers.candles_read.connect(self._show_candles)
        answers.candles_failed.connect(self._show_no_candles)

    def _lay_out(self) -> None:
        said = QHBoxLayout(self.verdict)
        said.setContentsMargins(14, 9, 14, 9)
        said.setSpacing(10)
        said.addWidget(self.mark)
        said.addWidget(self.word)
        said.addWidget(self.sentence, 1)
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        head.setSpacing(6)
        for part in (self.title, self.subject, self.verdict, self.notes):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_page(self, study: Study, page: Page) -> None:
        """Another answer; its first tab is in front."""
        assert study.record is not None
        self._clear()
        self.study, self.page = study, page
        self.title.setText(study.title)
        self.subject.setText(f"{study.record.request.subject}  ·  {study.record.request.settings_words}")
        self.mark.setText(ICONS.get(page.headline.tone, "•"))
        self.word.setText(page.headline.word)
        self.sentence.setText(page.headline.sentence)
        self.notes.setText("\n".join(f"! {note}" for note in page.notes))
        self.notes.setVisible(bool(page.notes))
        for part in (self.verdict, self.mark, self.word):
            restyle(part, "tone", page.headline.tone.name.lower())
        for tab in page.tabs:
            self.tabs.addTab(Late(partial(self._make_tab, study, tab)), tab.title)
        self.tabs.show()
        self.changed.emit()

    def _make_tab(self, study: Study, tab: Tab) -> TabView:
        """When the user first looks at it: all of them together would hold up the window."""
        view = TabView(tab, self._theme)
        view.acted.connect(self._act)
        if view.table is not None:
            view.table.selectionModel().selectionChanged.connect(lambda *_: self.changed.emit())
        if tab.comparison is not None:
            comparison = ComparisonView(tab.comparison, self._theme)
            symbol = tab.comparison.symbol
            comparison.day_wanted.connect(lambda day: self._answers.show_day(study, symbol, day))
            comparison.opened.connect(self.replay_wanted)
            view.content.addWidget(comparison, 1)
            comparison.ask()
        return view

    def _clear(self) -> None:
        self.page = None
        self.tabs.hide()  # else each tab that is removed shows, and so makes, the next one
        while (view := self.tabs.widget(0)) is not None:
            self.tabs.removeTab(0)
            view.deleteLater()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for tab in self.findChildren(TabView):
            tab.set_theme(theme)
        if (comparison := self._comparison()) is not None:
            comparison.set_theme(theme)

    # -- what the window asks ---------------------------------------------------------------------------------------

    @property
    def table(self) -> Table | None:
        """The one of the tab in front, else the first of the answer."""
        if self.page is None or self.tabs.currentIndex() < 0:
            return None
        tabs = [self.page.tabs[self.tabs.currentIndex()], *self.page.tabs]
        return next((tab.table for tab in tabs if tab.table is not None), None)

    @property
    def shown(self) -> TabView | None:
        """The tab in front, if it was made."""
        late = self.tabs.currentWidget()
        return late.part if isinstance(late, Late) and late.is_made else None

    @property
    def row(self) -> Hashable | None:
        """The key of the row that the user has chosen in the tab in front, if its settings can be kept."""
        view = self.shown
        if self.page is None or view is None or view.table is None or view.rows is None:
            return None
        index = view.table.currentIndex()
        key = view.rows.key(index.row()) if index.isValid() else None
        return key if key in self.page.choices else None

    # -- a comparison -----------------------------------------------------------------------------------------------

    def _comparison(self) -> ComparisonView | None:
        return self.tabs.findChild(ComparisonView)

    def _act(self, key: object) -> None:
        """A row of a comparison: its mark on the chart. A cell of a heat map: the row of its configuration."""
        if self.page is not None and isinstance(key, Hashable) and key in self.page.choices:
            self.tabs.setCurrentIndex(next(place for place, tab in enumerate(self.page.tabs) if tab.table is not None))
            if self.shown is not None and self.shown.table is not None:
                self.shown.table.choose(key)
        comparison = self._comparison()
        if comparison is not None and isinstance(key, datetime):
            self.tabs.setCurrentIndex(0)
            comparison.look_at(key)

    def _show_candles(self, candles: DayCandles) -> None:
        if (comparison := self._comparison()) is not None:
            comparison.show_candles(candles)

    def _show_no_candles(self, day: str, reason: str) -> None:
        if (comparison := self._comparison()) is not None:
            comparison.show_fault(day, reason)
