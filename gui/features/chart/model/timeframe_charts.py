"""All charts of one symbol by time frame."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo

from PySide6.QtCore import QObject

from config.settings import SymbolRules
from engine.domain.market import DayRoll, Instrument
from gui.clock_zones import NEW_YORK, ShiftedZone
from gui.features.chart.model.arrangement import CONTEXT, Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.opening_times import FROM_17_TO_MIDNIGHT_S
from gui.features.chart.model.timeframe_chart import TimeframeChart

FROM_17_TO_MIDNIGHT = timedelta(seconds=FROM_17_TO_MIDNIGHT_S)


class TimeframeCharts(QObject):
    """M1, and the charts made of it. Without rules of its own a symbol has the default ones."""

    def __init__(
        self, m1: ChartModel, instrument: Instrument, rules: SymbolRules | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.m1, self._day_roll = m1, instrument.day_roll
        chosen = rules or SymbolRules()
        self.context = {each: TimeframeChart(m1, instrument, each, chosen, self) for each in CONTEXT}

    def of(self, timeframe: Timeframe) -> ChartModel:
        return self.context.get(timeframe, self.m1)

    @property
    def day_zone(self) -> tzinfo:
        """The clock on which the trading day begins at midnight."""
        return UTC if self._day_roll is DayRoll.UTC_MIDNIGHT else ShiftedZone(NEW_YORK, FROM_17_TO_MIDNIGHT)

    def use_rules(self, rules: SymbolRules | None) -> None:
        for chart in self.context.values():
            chart.use_rules(rules or SymbolRules())

    def follow(self, shown: tuple[Timeframe, ...]) -> None:
        """Opens the charts that are shown and closes the others."""
        for timeframe, chart in self.context.items():
            if timeframe in shown:
                chart.open()
            else:
                chart.close()
