"""What stays the same between two closed candles, painted once per change of the view."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

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
from gui.features.chart.view.layers.frame import Frame, LabelledLayer, Layer
from gui.features.chart.view.layers.ground_layers import EmptyLayer, GridLayer, SessionLayer, VolumeLayer
from gui.features.chart.view.layers.growth import Growth
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
from gui.features.chart.view.layers.vwap_layers import BAND_SPACING, AnchorLayer, MicroBandLayer, SigmaLayer, VwapLayer
from gui.features.chart.view.layers.wide_picture import REACH, RESERVE, WidePicture
from gui.features.chart.view.scale import Scale
from gui.features.chart.view.styles.styling import chosen_colour
from gui.features.chart.view.ticks import TimeTick, price_ticks, time_ticks
from gui.features.drawing.view.drawing_layer import DrawingLayer
from gui.theme import Theme, colour
from gui.theme.styled import with_colours

L = TypeVar("L", bound=Layer)

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
        self._wide, self._growth = WidePicture(), Growth(model)
        self._painted: tuple[object, ...] = ()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Layers hold only their colours: they are replaced by new ones."""
        self.forget()
        self.theme = theme
        self._ground = colour(theme.background)
        self.candles, self._empty = CandleLayer(theme), EmptyLayer(theme)
        self.volume = VolumeLayer(self.theme_of(VolumeLayer.name))
        kinds = (kind for kind in LAYERS if self._model.timeframe is Timeframe.M1 or kind.name not in OF_M1)
        self.layers: tuple[Layer, ...] = tuple(self._made(kind) for kind in kinds)
        self._labelled = [layer for layer in self.layers if isinstance(layer, LabelledLayer)]
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
        self.volume.measure(frame)
        before, self._painted = self._painted, self._look(frame)
        if before != self._painted:
            self._paint_wide(frame, 0)
        elif not self._wide.has(frame, self._growth.count):
            self._paint_wide(frame, RESERVE - REACH)
        elif frame.model.count > self._growth.count:
            self._paint_newest(frame)
        self._growth.note()
        self._wide.copy_to(self.pixmap, scale)
        painter = QPainter(self.pixmap)
        painter.setClipRect(0, 0, scale.width, scale.height)
        self._paint_above(painter, frame)
        painter.setClipping(False)
        self._price_axis.paint(painter, frame, size.width() - scale.width)
        self._time_axis.paint(painter, frame, size.width() - scale.width)
        painter.end()
        return frame

    def drop(self) -> None:
        """Gives the memory of the pictures back."""
        self.forget()
        self.pixmap, self._wide = QPixmap(), WidePicture()

    def forget(self) -> None:
        """What was painted is not right any more."""
        self._painted = ()
        self._wide.forget()

    # -- what scrolls

    def _look(self, frame: Frame) -> tuple[object, ...]:
        """Equal for views of which each shows what the other does, only further left or right."""
        scale, model = frame.scale, frame.model
        stays = not scale.ratio.is_integer() or model.alerts.lines or model.alerts.wish is not None
        return (
            *(scale.step, scale.low, scale.high, scale.width, scale.height, scale.ratio),
            *(model.marked_row, self.volume.tallest, frozenset(self.hidden), model.end > 0),
            *(scale.first if stays else None, model.count if model.timeframe is not Timeframe.M1 else None),
        )

    def _paint_wide(self, frame: Frame, reserve: int) -> None:
        """Paints what is below the labels, up to so many pixels beyond the edges of the view."""
        first, last = frame.scale.widened(reserve + REACH).rows(frame.model.count)
        wide = replace(frame, scale=frame.scale.widened(RESERVE), first=first, last=last, margin=RESERVE)
        beyond = [tick for tick in self._time_ticks(wide) if not frame.first <= tick.index <= frame.last]
        wide = replace(wide, time_ticks=[*beyond, *frame.time_ticks])
        painter = self._wide.begin(wide, reserve)
        self._paint_below(painter, wide)
        painter.end()

    def _paint_newest(self, frame: Frame) -> None:
        """Paints what candles have changed that closed since the wide picture was painted."""
        painted = self._wide.frame
        assert painted is not None
        scale = painted.scale
        changed = self._growth.first_row() - max(scale.stride, int(BAND_SPACING / scale.step))
        ticks = [tick for tick in painted.time_ticks if tick.index < self._growth.count]
        ticks += [tick for tick in frame.time_ticks if tick.index >= self._growth.count]
        left = max(0, int(scale.whole_x(changed)) - REACH)
        first = max(0, changed - math.ceil(2 * REACH / scale.step))
        last = scale.rows(frame.model.count)[1]
        wide = replace(frame, scale=scale, first=first, last=last, time_ticks=ticks, margin=RESERVE)
        painter = self._wide.begin_part(wide, left)
        self._paint_below(painter, wide)
        painter.end()

    # -- layers

    def _paint_below(self, painter: QPainter, frame: Frame) -> None:
        painter.fillRect(0, 0, frame.scale.width, frame.scale.height + 1, self._ground)
        if not frame.model.end:
            return
        for layer in self._shown(self.layers):
            painter.setOpacity(self._opacity(layer))
            layer.paint(painter, frame)
        painter.setOpacity(1.0)
        self.candles.paint(painter, frame)

    def _paint_above(self, painter: QPainter, frame: Frame) -> None:
        """Words of all layers, and the layers that are above the candles."""
        if not frame.model.end:
            self._empty.paint(painter, frame)
            return
        for layer in self._shown(self._labelled):
            layer.label(self._labels_for(layer, frame))
        for above in self._shown(self.above_candles):
            painter.setOpacity(self._opacity(above))
            above.paint(painter, self._labels_for(above, frame))
        painter.setOpacity(1.0)
        frame.labels.paint(painter)

    def _shown(self, layers: Iterable[L]) -> list[L]:
        return [layer for layer in layers if layer.name not in self.hidden]

    def _opacity(self, layer: Layer) -> float:
        return self.styles.get(layer.name, AS_SHIPPED).opacity / 100.0

    def _labels_for(self, layer: Layer, frame: Frame) -> Frame:
        has_labels = self.styles.get(layer.name, AS_SHIPPED).has_labels
        return frame if has_labels else replace(frame, labels=NoLabels(frame.labels))

    def _time_ticks(self, frame: Frame) -> list[TimeTick]:
        """From the row before the first one on, which may begin a day or an hour too."""
        first, model = max(0, frame.first - 1), frame.model
        times = model.columns.time.values[first : frame.last + 1]
        return time_ticks(times, first, frame.scale.step, self._time_axis.zone, candle_s=model.timeframe.seconds)

    def _frame(self, scale: Scale) -> Frame:
        model = self._model
        first, last = scale.rows(model.count)
        is_priced = model.end > 0
        frame = Frame(
            model=model,
            scale=scale,
            first=first,
            last=last,
            labels=LabelBoard(self._lettering, self._ground, QSize(scale.width, scale.height), self._occupancy(scale)),
            price_ticks=price_ticks(scale, model.digits) if is_priced else np.empty(0),
            time_ticks=[],
        )
        return replace(frame, time_ticks=self._time_ticks(frame))

    def _occupancy(self, scale: Scale) -> Occupied:
        return lambda *place: candles_within(self._model.columns, scale, *place) > 0
