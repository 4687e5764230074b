"""One graphics item for the whole chart, axes included, which repaints no more than has changed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.overlay_styles import Styles
from gui.features.chart.view.axes import TIME_AXIS_HEIGHT, PriceAxis, TimeAxis
from gui.features.chart.view.camera import Camera
from gui.features.chart.view.crosshair import CROSSHAIR, Crosshair
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.live import LAST_PRICE, LIVE_OVERLAYS, SPREAD, LivePicture
from gui.features.chart.view.layers.still import StillPicture
from gui.features.chart.view.scale import Scale
from gui.features.drawing.view.drawing_layer import HeldDrawing
from gui.features.drawing.view.shape import Shape
from gui.theme import Theme


class Canvas(QGraphicsItem):
    """Paints in pixels from the window's top left corner.

    A tick repaints the strip of the forming candle, the line of the last price and its tags; the crosshair its lines
    and tags; anything else the whole. `exposed` is what Qt wants painted, set by the window before it paints.
    Parts are asked for at the viewport, because a scene joins the parts of an item into one large rectangle.
    """

    def __init__(self, model: ChartModel, camera: Camera, theme: Theme, viewport: QWidget) -> None:
        super().__init__()
        self._viewport = viewport
        self._model, self._camera = model, camera
        self.price_axis, self.time_axis = PriceAxis(model, theme), TimeAxis(model, theme)
        self._still = StillPicture(model, theme, self.price_axis, self.time_axis)
        self._live = LivePicture(theme, self._still, self.price_axis)
        self.crosshair = Crosshair(theme, self.price_axis, self.time_axis)
        self._held = HeldDrawing(model, theme)
        self.exposed: QRegion | None = None
        self._size, self._ratio = QRect(0, 0, 1, 1), 1.0
        self._axis_width = self.price_axis.width()
        self._frame: Frame | None = None
        self._live_areas: list[QRect] = []
        self._cross_areas: list[QRect] = []
        self._tag_areas: list[QRect] = []
        self._held_areas: list[QRect] = []

    def set_theme(self, theme: Theme) -> None:
        self.time_axis.set_theme(theme)
        self._still.set_theme(theme)
        self._held.set_theme(theme)
        self._style_live()
        self.refresh()

    @property
    def styles(self) -> Styles:
        """How overlays are drawn that are not drawn as shipped."""
        return self._still.styles

    def set_styles(self, styles: Styles) -> None:
        """Draws overlays by these styles, all others as shipped."""
        self._still.set_styles(styles)
        self._style_live()
        self.refresh()

    def _style_live(self) -> None:
        for part in (self.price_axis, self._live):
            part.set_theme(self._still.theme_of(SPREAD))
        self.crosshair.set_theme(self._still.theme_of(CROSSHAIR[0]))

    @property
    def overlays(self) -> tuple[tuple[str, str], ...]:
        """Name and title of everything that can be switched off, from the back to the front."""
        layers = tuple((layer.name, layer.title) for layer in (*self._still.layers, *self._still.above_candles))
        return (*layers, *LIVE_OVERLAYS, CROSSHAIR)

    def set_overlay_visible(self, name: str, is_visible: bool) -> None:
        """Raises KeyError for a name that is no overlay's."""
        if name not in dict(self.overlays):
            raise KeyError(f"no overlay is called {name!r}; there are {', '.join(dict(self.overlays))}")
        (self._still.hidden.discard if is_visible else self._still.hidden.add)(name)
        hidden = self._still.hidden
        self.price_axis.shows_last, self.price_axis.shows_spread = LAST_PRICE not in hidden, SPREAD not in hidden
        self.crosshair.is_shown = CROSSHAIR[0] not in hidden
        self.refresh()

    def is_overlay_visible(self, name: str) -> bool:
        return name not in self._still.hidden

    # -- geometry

    def boundingRect(self) -> QRectF:
        return QRectF(self._size)

    @property
    def plot(self) -> QRect:
        """The area of the candles, without the axes."""
        return QRect(
            *(0, 0, max(1, self._size.width() - self._axis_width), max(1, self._size.height() - TIME_AXIS_HEIGHT))
        )

    @property
    def view_scale(self) -> Scale:
        """The scale of the view as the camera has it now, its left edge moved to the nearest whole pixel.

        So candles move together when the view scrolls, none of them a pixel more or less than the others.
        """
        camera, plot = self._camera, self.plot
        span = camera.last - camera.first
        first = round(camera.first * plot.width() / span) * span / plot.width()
        return Scale(*(first, first + span, camera.low, camera.high, plot.width(), plot.height(), self._ratio))

    def resize(self, width: int, height: int, ratio: float) -> None:
        self.prepareGeometryChange()
        self._size, self._ratio = QRect(0, 0, width, height), ratio
        self.refresh()

    def fit_price_axis(self) -> bool:
        """Fits the axis to the longest price; True where that changed the plot's width."""
        width = self.price_axis.width()
        is_changed, self._axis_width = width != self._axis_width, width
        return is_changed

    # -- what has to be painted again

    def refresh(self) -> None:
        """The whole picture, at the next paint."""
        self._still.forget()
        self.follow_view()

    def follow_view(self) -> None:
        """The camera moved, or candles were added: what was painted may still do."""
        self._frame = None
        self.update()

    def drop(self) -> None:
        """Gives the memory of what was painted back, while the chart is hidden."""
        self._still.drop()
        self.refresh()

    def refresh_live(self) -> None:
        """What moved with a tick, where it was and where it is."""
        if self._frame is None:
            return
        before, self._live_areas = self._live_areas, self._live.areas(self._frame, self._axis_width)
        self._update(before, self._live_areas)

    def refresh_tags(self) -> None:
        """The tags of open positions say something else."""
        if self._frame is None:
            return
        before, self._tag_areas = self._tag_areas, self._live.tag_areas(self._frame)
        self._update(before, self._tag_areas)

    def tag_at(self, point: QPoint) -> Hashable | None:
        """The key of the position whose tag is at a point."""
        tag = None if self._frame is None else self._live.tags.tag_at(self._frame, point)
        return None if tag is None else tag.key

    def level_name_at(self, point: QPoint) -> str:
        """What the name of a level at the right edge says that is at a point; empty where there is none."""
        return "" if self._frame is None else self._frame.labels.edge_words_at(point.x(), point.y())

    def refresh_held(self) -> None:
        """The drawing in hand is another one."""
        if self._frame is None:
            return
        before, self._held_areas = self._held_areas, self._held.areas(self._frame)
        self._update(before, self._held_areas)

    @property
    def drawing_shapes(self) -> Sequence[Shape]:
        """The drawings that were painted last, from the back to the front."""
        return self._still.drawings.shapes

    def move_cross(self, point: QPoint | None, row: int | None = None, price: float | None = None) -> None:
        """Moves the crosshair to a point of the plot, its lines to a row and a price, or takes it away."""
        self.crosshair.point, self.crosshair.row, self.crosshair.price = point, row, price
        if self._frame is None:
            return
        before, self._cross_areas = self._cross_areas, self.crosshair.areas(self._frame, self._axis_width)
        self._update(before, self._cross_areas)

    def _update(self, before: list[QRect], after: list[QRect]) -> None:
        region = QRegion()
        for area in (*before, *after):
            region += area
        self._viewport.update(region)

    # -- painting

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        if self._frame is None:
            self._frame = self._still.paint(self.view_scale, self._size)
            self._live_areas = self._live.areas(self._frame, self._axis_width)
            self._tag_areas = self._live.tag_areas(self._frame)
            self._held_areas = self._held.areas(self._frame)
            self._cross_areas = self.crosshair.areas(self._frame, self._axis_width)
        self._paint_still(painter)
        self._live.paint(painter, self._frame, self._axis_width)
        self._held.paint(painter, self._frame)
        self.crosshair.paint(painter, self._frame, self._axis_width)

    def _paint_still(self, painter: QPainter) -> None:
        pixmap = self._still.pixmap
        if self._ratio != 1.0 or self.exposed is None:
            painter.drawPixmap(QPoint(0, 0), pixmap)
            return
        for area in self.exposed:  # type: ignore[attr-defined]  # the stubs leave its iterator out
            painter.setClipRect(area)  # one plain rectangle at a time: copying under many is ten times slower
            painter.drawPixmap(area, pixmap, area)
        painter.setClipping(False)
