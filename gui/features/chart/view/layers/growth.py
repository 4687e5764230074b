"""What closed candles change in a chart that is painted already."""

from __future__ import annotations

from gui.features.chart.model.chart import ChartModel


class Growth:
    """Remembers how much of a model of M1 was painted: what becomes known later leaves earlier candles as they are."""

    def __init__(self, model: ChartModel) -> None:
        self._model = model
        findings = model.findings
        self._columns = (findings.swings.index, findings.breaks.start, findings.order_blocks.start)
        self.note()

    def note(self) -> None:
        """Everything is painted."""
        self.count = self._model.count
        self._counts = [(column, column.count) for column in self._columns]

    def first_row(self) -> int:
        """From where on candles look different: the newest one painted, or one that means something since."""
        starts = [int(column.values[count:].min()) for column, count in self._counts if column.count > count]
        return min([self.count - 1, *starts])
