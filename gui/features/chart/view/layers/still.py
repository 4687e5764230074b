"""What stays the same between two closed candles, painted once per change of the view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.overlay_styles import AS_SHIPPED, STYLINGS, Styles
from gui.features.chart.view.axes import PriceAxis, TimeAxis
from gui.features.chart.view.corners import candles_within
from gui.features.chart.view.layers.alert_layer import AlertLayer
from gui.features.chart.view.layers.candle_layer import CandleLayer
from gui.features.chart.view.layers.event_layer import EventLayer
from gui.features.chart.view.layers.finding_layers import OrderBlockLayer, StructureLayer, SweepLayer, SwingLayer
from gui.features.chart.view.layers.frame import Frame, Layer
from gui.features.chart.view.layers.ground_layers import EmptyLayer, GridLayer, SessionLayer, VolumeLayer
from gui.features.chart.view.layers.labels import LabelBoard, NoLabels, Occupied, lettering
from gui.features.chart.view.layers.level_layers import (
    DayLevelLayer,
    EqualLevelLayer,
    PriorDayLevelLayer,
    PriorSessionLevelLayer,
    PriorWeekLevelLayer,
)
from gui.features.chart.view.layers.selected_candle_layer import SelectedCandleLayer
from gui.features.chart.view.layers.setup_layer import SetupLayer
from gui.features.chart.view.layers.trade_layer import TradeLayer
from gui.features.chart.view.layers.trade_mark_layer import TradeMarkLayer
from gui.features.chart.view.layers.vwap_layers import AnchorLayer, MicroBandLayer, SigmaLayer, VwapLayer
from gui.features.chart.view.scale import Scale
from gui.features.chart.view.styling import chosen_colour
from gui.features.chart.view.ticks import price_ticks, time_ticks
from gui.features.drawing.view.drawing_layer import DrawingLayer
from gui.theme import Theme, colour
from gui.theme.styled import with_colours

OF_M1 = frozenset(
    layer.name
    for layer in (
        *(MicroBandLayer, SigmaLayer, DayLevelLayer, PriorSessionLevelLayer, EqualLevelLayer),
        *(StructureLayer, AnchorLayer, SweepLayer, SetupLayer),
    )
)
"""What the strategy reads on M1 is not shown on longer time frames."""


LAYERS: tuple[type[Layer], ...] = (
    *(SessionLayer, GridLayer, SelectedCandleLayer, VolumeLayer, MicroBandLayer, SigmaLayer, OrderBlockLayer),
    *(DayLevelLayer, PriorDayLevelLayer, PriorWeekLevelLayer, PriorSessionLevelLayer, EqualLevelLayer),
    *(StructureLayer, AnchorLayer, VwapLayer, SwingLayer, SweepLayer, SetupLayer, AlertLayer, TradeLayer),
)
"""Below the candles, from the back to the front."""


class StillPicture:
    """Layers, axes and words of one view, kept in a pixmap."""

    def __init__(self, model: ChartModel, theme: Theme, price_axis: PriceAxis, time_axis: TimeAxis) -> None:
        self._model = model
        self._price_axis, self._time_axis = price_axis, time_axis
        self.hidden: set[str] = set()
        self.styles: Styles = {}
        self._lettering = lettering(11)
        self.pixmap = QPixmap()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Layers hold only their colours: they are replaced by new ones."""
        self.theme = theme
        self._ground = colour(theme.background)
        self.candles, self._empty = CandleLayer(theme), EmptyLayer(theme)
        self.volume = VolumeLayer(self.theme_of(VolumeLayer.name))
        kinds = (kind for kind in LAYERS if self._model.timeframe is Timeframe.M1 or kind.name not in OF_M1)
        self.layers: tuple[Layer, ...] = tuple(self._made(kind) for kind in kinds)
        self.drawings = DrawingLayer(theme)
        self.above_candles: tuple[Layer, ...] = (self.drawings, self._made(TradeMarkLayer), self._made(EventLayer))

    def set_styles(self, styles: Styles) -> None:
        """Draws overlays by these styles."""
        self.styles = styles
        self.set_theme(self.theme)

    def theme_of(self, overlay: str) -> Theme:
        """The theme with the colours that were chosen for an overlay, those of other surfaces adjusted to these."""
        style, theme = self.styles.get(overlay, AS_SHIPPED), self.theme
        roles = STYLINGS[overlay].roles if style.colours and overlay in STYLINGS else ()
        return with_colours(theme, {role: shade for role in roles if (shade := chosen_colour(style, theme, role))})

    def _made(self, kind: type[Layer]) -> Layer:
        if kind is VolumeLayer:
            return self.volume
        layer = kind(self.theme_of(kind.name))
        if kind.name in self.styles and STYLINGS[kind.name].has_width:
            layer.width = self.styles[kind.name].width  # type: ignore[attr-defined]
        return layer

    def paint(self, scale: Scale, size: QRect) -> Frame:
        """Repaints the view; returns what was in it."""
        if self.pixmap.size() != size.size() * scale.ratio:
            self.pixmap = QPixmap(size.size() * scale.ratio)
            self.pixmap.setDevicePixelRatio(scale.ratio)
        frame = self._frame(scale)
        painter = QPainter(self.pixmap)
        painter.fillRect(size, self._ground)
        painter.setClipRect(0, 0, scale.width, scale.height)
        self._paint_plot(painter, frame)
        painter.setClipping(False)
        self._price_axis.paint(painter, frame, size.width() - scale.width)
        self._time_axis.paint(painter, frame, size.width() - scale.width)
        painter.end()
        return frame

    def _paint_plot(self, painter: QPainter, frame: Frame) -> None:
        if not frame.model.end:
            self._empty.paint(painter, frame)
            return
        self._paint_layers(painter, frame, self.layers)
        self.candles.paint(painter, frame)
        self._paint_layers(painter, frame, self.above_candles)
        frame.labels.paint(painter)

    def _paint_layers(self, painter: QPainter, frame: Frame, layers: Iterable[Layer]) -> None:
        for layer in layers:
            if layer.name in self.hidden:
                continue
            style = self.styles.get(layer.name)
            if style is None:
                layer.paint(painter, frame)
                continue
            painter.setOpacity(style.opacity / 100.0)
            layer.paint(painter, frame if style.has_labels else replace(frame, labels=NoLabels(frame.labels)))
            painter.setOpacity(1.0)

    def _frame(self, scale: Scale) -> Frame:
        model = self._model
        first, last = scale.rows(model.count)
        is_priced = model.end > 0
        return Frame(
            model=model,
            scale=scale,
            first=first,
            last=last,
            labels=LabelBoard(self._lettering, self._ground, QSize(scale.width, scale.height), self._occupancy(scale)),
            price_ticks=price_ticks(scale, model.digits) if is_priced else np.empty(0),
            time_ticks=time_ticks(
                *(model.columns.time.values[first : last + 1], first, scale.step, self._time_axis.zone),
                candle_s=model.timeframe.seconds,
            ),
        )

    def _occupancy(self, scale: Scale) -> Occupied:
        return lambda *place: candles_within(self._model.columns, scale, *place) > 0
