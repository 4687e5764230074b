"""The judgement of one symbol, as state: of the newest candle, or of the one the user points at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from config.settings import SymbolRules
from engine.domain.judgement import Explanation
from engine.domain.messages.engine import CandleRecalled, ExplainLive, RecallCandle
from gui.features.chart.model.chart import ChartModel
from gui.features.conditions.model.summary import ConditionsSummary, read


class ConditionsModel(QObject):
    """Asks the engine and shows its answers; a symbol without rules is watched without trading.

    What it wants to know is asked once a frame, so that of many candles passed over only the newest is looked up.
    """

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, chart: ChartModel, rules: SymbolRules | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chart = chart
        self._rules = rules
        self.symbol = chart.symbol
        self._live: Explanation | None = None
        self._recalled: Explanation | None = None
        self._pointed: datetime | None = None
        self.is_approving = False
        """Whether a proposal of the symbol awaits approval: then the newest candle is shown, wherever the mouse is."""
        self._is_current = False
        self._wants_live = False
        self._wants_recall = False
        self._summary: ConditionsSummary | None = None

    @property
    def has_rules(self) -> bool:
        return self._rules is not None

    def use_rules(self, rules: SymbolRules | None) -> None:
        """Other rules are in force for the symbol; without any, nothing of it is judged."""
        if rules == self._rules:
            return
        self._rules = rules
        if rules is None:
            self._live = self._recalled = None
        self.refresh_live()
        self._show()

    @property
    def is_live(self) -> bool:
        """Whether the newest candle is shown, at this moment."""
        return self._recalled is None

    @property
    def summary(self) -> ConditionsSummary | None:
        """What the panel says; None before the first judgement."""
        explanation = self._recalled or self._live
        if self._summary is None and explanation is not None and self._rules is not None:
            self._summary = read(explanation, self._rules.confluence_scoring, self._chart.digits)
        return self._summary

    @property
    def silence(self) -> str:
        """Why nothing is judged; empty where something is."""
        if self._rules is None:
            return f"no rules for {self.symbol}: chart only, no trading; add rules in the settings"
        if self._live or self._recalled:
            return ""
        if not self._is_current:
            return "reading history"
        return "waiting for the first closed candle: press Play if the market is paused"

    def clear(self) -> None:
        """Forgets everything, as before a market that restarts."""
        self._live = self._recalled = self._pointed = None
        self._is_current = self._wants_live = self._wants_recall = False
        self._show()

    # -- what the user looks at

    def point_at(self, row: int | None) -> None:
        """Shows the candle of a row of the chart; the forming one and None are live."""
        if row is None or not 0 <= row < self._chart.count:
            self.return_to_live()
            return
        self._pointed = self._chart.columns.opened_at(row)
        self._wants_recall = not self.is_approving

    def return_to_live(self) -> None:
        self._pointed = None
        self._show_newest()

    def follow_proposal(self, is_approving: bool) -> None:
        """A proposal of the symbol awaits approval, or no longer does: then the mouse is followed again."""
        if is_approving == self.is_approving:
            return
        self.is_approving = is_approving
        self._wants_recall = not is_approving and self._pointed is not None
        if is_approving:
            self._show_newest()
        self.changed.emit()

    def _show_newest(self) -> None:
        self._wants_recall = False
        if self._recalled is not None:
            self._recalled = None
            self.refresh_live()
            self._show()

    # -- what the engine is asked, and what it says

    def begin(self) -> None:
        """History is read: from now on the newest candle is a live one."""
        self._is_current = True
        self.refresh_live()

    def refresh_live(self) -> None:
        """The candle, the quote or the time has moved on: ask again at the end of the frame."""
        self._wants_live = self._is_current and self.has_rules

    def ask(self) -> None:
        """Asks for what is wanted; to be called once a frame."""
        if self._wants_recall and self._pointed is not None:
            self._wants_recall = False
            self.commanded.emit(RecallCandle(self.symbol, self._pointed))
        if self._wants_live:
            self._wants_live = False
            self.commanded.emit(ExplainLive(self.symbol))

    def show_live(self, explanation: Explanation) -> None:
        if explanation != self._live:
            self._live = explanation
            if self.is_live:
                self._show()

    def show_recalled(self, recalled: CandleRecalled) -> None:
        """Shows a past candle, unless the user points elsewhere now."""
        is_wanted = recalled.candle.snapshot.candle.opened_at == self._pointed and not self.is_approving
        if is_wanted and recalled.explanation is not None:
            self._recalled = recalled.explanation
            self._show()

    def _show(self) -> None:
        self._summary = None
        self.changed.emit()
