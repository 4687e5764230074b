"""The charts of one symbol: a time frame in front, others beside it or all in a grid."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from gui.features.chart.model.arrangement import Arrangement, Timeframe
from gui.features.chart.model.timeframe_charts import TimeframeCharts
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.crosshair_link import CrosshairLink
from gui.features.chart.view.timeframes.bar import TimeframeBar
from gui.theme import Theme
from gui.zones import date_time_text, zone_name

FRONT_SHARE, BESIDE_SHARE = 65, 35


class TimeframeBoard(QWidget):
    """Holds the view of M1, which shows what the strategy reads, and makes others once they are shown.

    `arranged` follows a change of the arrangement, `style_asked` carries an overlay whose style is wanted. Overlays are
    shown and hidden on all charts of the symbol.
    """

    arranged = Signal()
    style_asked = Signal(str)

    def __init__(self, m1: ChartView, charts: TimeframeCharts, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.m1, self._charts, self._theme = m1, charts, theme
        self._zone: tzinfo = charts.day_zone
        self._views: dict[Timeframe, ChartView] = {Timeframe.M1: m1}
        self.arrangement = Arrangement()
        self.bar = TimeframeBar(self.arrange)
        self._link = CrosshairLink(lambda: self.shown_views)
        self._link.add(m1)
        m1.overlays_changed.connect(lambda: self._copy_overlays(m1))
        m1.style_asked.connect(self.style_asked)
        self._columns: tuple[QSplitter, ...] = ()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setFocusProxy(m1)
        self._fill()

    # -- what is shown

    @property
    def front_view(self) -> ChartView:
        return self._views[self.arrangement.front]

    @property
    def shown_views(self) -> tuple[ChartView, ...]:
        """The charts that are shown, the one in front first."""
        return tuple(self._views[each] for each in self.arrangement.shown if each in self._views)

    @property
    def caption(self) -> str:
        """Symbol, time frames and when the newest candle opened: `XAUUSD · M1, H1 · Thu 26 Feb 2026 15:00 UTC`."""
        m1, names = self._charts.m1, ", ".join(self.arrangement.shown)
        opened = m1.opening_of(m1.end - 1)
        if opened is None:
            return f"{m1.symbol} · {names}"
        at = datetime.fromtimestamp(opened, UTC)
        return f"{m1.symbol} · {names} · {date_time_text(at, self._zone)} {zone_name(self._zone, at)}"

    def arrange(self, arrangement: Arrangement) -> None:
        """Shows these charts; a new chart in front shows the same time, and gets the focus."""
        if arrangement == self.arrangement:
            self.bar.show_arrangement(arrangement)
            return
        focus = QApplication.focusWidget()
        has_keyboard = focus is not None and self.isAncestorOf(focus)
        place = self.front_view.plot.last_in_view
        is_other_front = arrangement.front is not self.arrangement.front
        self.arrangement = arrangement
        self._charts.follow(arrangement.shown)
        self._fill()
        if is_other_front and place is not None:
            self.front_view.plot.show_until(place)
        if has_keyboard:
            self.front_view.setFocus()
        self.arranged.emit()

    def show_m1(self) -> None:
        """Brings M1 in front unless it is shown already."""
        if Timeframe.M1 not in self.arrangement.shown:
            self.bar.bring(Timeframe.M1)

    def _fill(self) -> None:
        self.setUpdatesEnabled(False)
        before, self._columns = self._columns, tuple(self._column(each) for each in self.arrangement.columns)
        for column in self._columns:
            self._splitter.addWidget(column)
        for timeframe, view in self._views.items():
            if timeframe in self.arrangement.shown:
                view.show()
            else:
                view.hide()
                view.setParent(self)  # the column that it stood in goes
        for old in before:
            old.setParent(None)
            old.deleteLater()
        count = len(self._columns)
        is_even = self.arrangement.is_grid or count == 1
        self._splitter.setSizes([1000] * count if is_even else [10 * FRONT_SHARE, 10 * BESIDE_SHARE])
        self._place_bar()
        self.setFocusProxy(self.front_view)
        self.setUpdatesEnabled(True)

    def _column(self, timeframes: tuple[Timeframe, ...]) -> QSplitter:
        column = QSplitter(Qt.Orientation.Vertical)
        column.setChildrenCollapsible(False)
        for timeframe in timeframes:
            view = self._view(timeframe)
            view.set_small(timeframe is not self.arrangement.front)
            view.set_low(len(timeframes) > 1)
            column.addWidget(view)
        column.setSizes([1000] * len(timeframes))
        return column

    def _view(self, timeframe: Timeframe) -> ChartView:
        view = self._views.get(timeframe)
        if view is None:
            view = self._views[timeframe] = ChartView(self._charts.of(timeframe), self._theme, self)
            view.set_zone(self._zone_of(timeframe))
            self._copy_overlays(self.m1, view)
            view.overlays_changed.connect(lambda: self._copy_overlays(view))
            view.style_asked.connect(self.style_asked)
            self._link.add(view)
        return view

    def _place_bar(self) -> None:
        for view in self._views.values():
            view.set_corner(self.bar if view is self.front_view else None)
        self.bar.show_arrangement(self.arrangement)

    # -- what all charts share

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for view in self._views.values():
            view.set_theme(theme)

    def set_zone(self, zone: tzinfo) -> None:
        self._zone = zone
        for timeframe, view in self._views.items():
            view.set_zone(self._zone_of(timeframe))

    def _zone_of(self, timeframe: Timeframe) -> tzinfo:
        """Days carry the date of the trading day, as on the broker's server."""
        return self._charts.day_zone if timeframe is Timeframe.D1 else self._zone

    def _copy_overlays(self, source: ChartView, *targets: ChartView) -> None:
        wanted = {name: source.is_overlay_visible(name) for name, _ in source.overlays}
        for view in targets or self._views.values():
            for name, _ in view.overlays:
                if name in wanted and view.is_overlay_visible(name) != wanted[name]:
                    view.set_overlay_visible(name, wanted[name])
            view.set_styles(source.styles)
