"""The live chart."""

from gui.views.chart.chart_view import ChartView

__all__ = ["ChartView"]
