"""One symbol's chart: the read-out above, the candles below, the button back to the newest candle."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.corners import GAP, Corner, plot_corners
from gui.features.chart.view.navigation import ZOOM_PER_NOTCH
from gui.features.chart.view.plot import ChartPlot
from gui.features.chart.view.price_actions import PriceActions, copy_price
from gui.features.chart.view.readout import Readout
from gui.features.chart.view.strip import STRIP, HeatStrip
from gui.features.chart.view.timeframe_bar import TimeframeBar
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.view.menus import ChartDrawing
from gui.theme import Theme
from gui.widgets.staying_menu import StayingMenu

TEXT_INTERVAL_MS = 100
"""Text refreshes more slowly than curves: faster than this it cannot be read."""
BUTTON_INSET = 12
MIN_PLOT_HEIGHT = 130
"""Enough for a toast; messages take their height from the panels."""
STRIP_FROM_HEIGHT = 300
MIN_LOW_HEIGHT = 56
"""Of a plot in a column of charts, its time axis included."""


class ChartView(QWidget):
    """Paints a `ChartModel`; M1 has a signal history below.

    A right click lists the overlays and begins plans; a double click resets the view.

    `hovered` emits the row of the candle under the mouse, on the chart or on its signal history, None when there is
    none.
    """

    hovered = Signal(object)
    overlays_changed = Signal()

    def __init__(self, model: ChartModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.timeframe = model.timeframe
        self._readout = Readout(model.symbol, model.digits, theme, timeframe=model.timeframe)
        self._plot = ChartPlot(model, theme)
        self.strip = HeatStrip(model, lambda: self._plot.canvas.view_scale, theme)
        self._live_button = QPushButton("Live ▸", self._plot)
        self._live_button.setObjectName("liveButton")
        self._live_button.setToolTip("Back to the newest candle")
        self._live_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._live_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._live_button.hide()
        self._text_timer = QTimer(self, singleShot=True, interval=TEXT_INTERVAL_MS)
        self._is_outdated = False
        self._has_strip, self._is_low = model.timeframe is Timeframe.M1, False
        self._lay_out()
        self._show_strip()
        self.price_actions = PriceActions(
            *(self, model, lambda: self._plot.pressed_price or model.last_price, lambda: self._plot.pressed_alert)
        )
        self._drawing = ChartDrawing(self, theme)
        self.overlay_actions = self._make_overlay_actions()
        self._connect()
        self._show_readout()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._readout)
        self._plot.setMinimumHeight(MIN_PLOT_HEIGHT)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self.strip)
        self.setFocusProxy(self._plot)

    def _connect(self) -> None:
        self._text_timer.timeout.connect(self._read_again)
        self._plot.hovered.connect(self._hover)
        self.strip.hovered.connect(self._plot.point_at_row)
        self._plot.view_moved.connect(self.strip.follow_view)
        self._plot.follow_changed.connect(lambda is_following: self._live_button.setVisible(not is_following))
        self._plot.laid_out.connect(self._place_button)
        self._live_button.clicked.connect(lambda: self.follow_live(True))
        self._model.was_reset.connect(self._show_readout)
        for changed in (self._model.appended, self._model.live_changed):
            changed.connect(self._read_soon)

    def _make_overlay_actions(self) -> dict[str, QAction]:
        actions = {}
        for name, title in self.overlays:
            action = QAction(title, self, checkable=True, checked=True)
            action.toggled.connect(lambda is_visible, name=name: self.set_overlay_visible(name, is_visible))
            actions[name] = action
            self.addAction(action)
        return actions

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._drawing.open_menu(event):
            return
        menu = StayingMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._plot.pressed_alert = ""
        self.price_actions.refresh()
        menu.addActions(self.actions())
        menu.popup(event.globalPos())

    # -- what the user or the window asks for

    @property
    def drawings(self) -> Drawings:
        """What is drawn on the symbol, on all its time frames."""
        return self._model.drawings

    @property
    def overlays(self) -> tuple[tuple[str, str], ...]:
        """Name and title of everything that can be switched off."""
        return (*self._plot.canvas.overlays, STRIP) if self.timeframe is Timeframe.M1 else self._plot.canvas.overlays

    def set_overlay_visible(self, name: str, is_visible: bool) -> None:
        """Raises KeyError for a name that is no overlay's."""
        if name == STRIP[0]:
            self._has_strip = is_visible
            self._show_strip()
        else:
            self._plot.canvas.set_overlay_visible(name, is_visible)
        self.overlay_actions[name].setChecked(is_visible)
        self.overlays_changed.emit()

    def is_overlay_visible(self, name: str) -> bool:
        return self._has_strip if name == STRIP[0] else self._plot.canvas.is_overlay_visible(name)

    @property
    def is_following(self) -> bool:
        """Whether the newest candle stays in view."""
        return self._plot.camera.is_following

    def follow_live(self, is_following: bool) -> None:
        if is_following:
            self._forget_mark()
            self._plot.camera.follow()
        else:
            self._plot.camera.stop_following()
        self._plot.moved()

    def zoom(self, notches: float) -> None:
        """Zooms about the right edge by that many notches of the wheel; out where negative."""
        camera = self._plot.camera
        camera.zoom(ZOOM_PER_NOTCH**notches, camera.last)
        self._plot.moved()

    def pan(self, share: float) -> None:
        """Scrolls to later candles by a share of the visible width; to earlier ones where negative."""
        camera = self._plot.camera
        camera.pan(share * (camera.last - camera.first))
        self._plot.moved()

    def scale_price_automatically(self) -> None:
        """The candles in view decide the prices in view again."""
        self._plot.camera.auto_price()
        self._plot.moved()

    def reset_view(self) -> None:
        """The newest candles at the usual size, prices scaling by themselves."""
        self._forget_mark()
        self._plot.camera.reset()
        self._plot.moved()

    def show_candles(self, candles: int) -> None:
        """Shows that many of the newest candles, and follows."""
        self._plot.camera.show_candles(candles)
        self._plot.moved()

    def look_at_newest_setup(self) -> bool:
        """Brings the newest setup into view and points at its candle; False where there is none."""
        rows = self._model.verdicts.setups.index.values
        if not len(rows):
            return False
        self.look_at(int(rows[-1]))
        return True

    def look_at(self, row: int, *, is_marked: bool = False) -> None:
        """Brings the candle of a row into view and points at it; marked, it stays visible after the mouse has moved."""
        camera = self._plot.camera
        self._model.marked_row = row if is_marked else None
        camera.pan(row + (camera.last - camera.first) / 3.0 - camera.last)
        self._plot.moved()
        self._plot.point_at_row(row)

    def step_trade(self, steps: int) -> bool:
        """Goes to the closed trade that many after the chosen one, or to the newest; False where there is none."""
        marks, columns = self._model.trade_marks, self._model.columns
        mark = marks.beside(steps)
        if mark is None:
            return False
        self.look_at(columns.row_of(mark.entered_s), is_marked=True)
        marks.ask(mark.key)
        return True

    def look_away(self) -> None:
        """Points at no candle any more, and marks none."""
        self._forget_mark()
        self._plot.point_at_row(None)
        self._plot.moved()

    def _forget_mark(self) -> None:
        self._model.marked_row = None

    def copy_price(self) -> bool:
        """Copies the price at the crosshair, or the last one without a crosshair; False where there is none."""
        price = self._plot.crossed_price
        price = self._model.last_price if price is None else price
        if price is None:
            return False
        copy_price(price, self._model.digits)
        return True

    def set_theme(self, theme: Theme) -> None:
        for part in (self._readout, self._plot, self.strip, self._drawing):
            part.set_theme(theme)
        self._show_readout()

    def look_at_newest(self, opened_at: datetime | None) -> None:
        """Back to the newest candles, and to the one that opened at an instant, where it is given and is there."""
        self.follow_live(True)
        columns = self._model.columns
        row = columns.index_of(opened_at) if opened_at is not None else self._model.count
        if row < self._model.count and columns.opened_at(row) == opened_at:
            self._plot.point_at_row(row)

    def corners(self, size: QSize) -> list[Corner]:
        """Where something of a size covers no price, best first: the signal history, then corners of the plot."""
        at_plot = self._plot.mapTo(self, QPoint(0, 0))
        found = []
        if self.strip.isVisible() and size.height() <= self.strip.height():
            place = QRect(QPoint(GAP, self.strip.geometry().bottom() + 1 - size.height()), size)
            found.append(Corner("strip", place, 0))
        in_plot = plot_corners(self._model.columns, self._plot.canvas.view_scale, size)
        return found + [Corner(each.name, each.rect.translated(at_plot), each.candles) for each in in_plot]

    def set_small(self, is_small: bool) -> None:
        """A small chart has one row of text above it."""
        self._readout.set_small(is_small)

    def set_low(self, is_low: bool) -> None:
        """Whether the chart may be lower than usual, as one above others; its signal history needs room then."""
        self._is_low = is_low
        self._plot.setMinimumHeight(MIN_LOW_HEIGHT if is_low else MIN_PLOT_HEIGHT)
        self._show_strip()

    def _show_strip(self) -> None:
        is_high_enough = not self._is_low or self.height() >= STRIP_FROM_HEIGHT
        self.strip.setVisible(self._has_strip and is_high_enough)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_strip()

    def set_corner(self, corner: TimeframeBar | None) -> None:
        """Shows the time frames at the right end of the read-out."""
        self._readout.set_corner(corner)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._readout.zone = zone
        self._plot.set_zone(zone)
        self._show_readout()

    @property
    def plot(self) -> ChartPlot:
        """The painted part, for gestures and pictures."""
        return self._plot

    @property
    def snapshot_text(self) -> str:
        """What the read-out says."""
        return self._readout.text()

    # -- the read-out

    def _hover(self, row: int | None) -> None:
        self.strip.mark(row)
        self._show_readout()
        self.hovered.emit(row)

    def _read_soon(self) -> None:
        """Updates at once where the last update is old enough, else once it is."""
        if self._text_timer.isActive():
            self._is_outdated = True
        else:
            self._show_readout()

    def _read_again(self) -> None:
        if self._is_outdated:
            self._show_readout()

    def _show_readout(self) -> None:
        row = self._plot.hovered_row
        readout = self._model.snapshot_row(self._model.end - 1 if row is None else row)
        self._is_outdated = False
        if readout is not None:
            self._text_timer.start()
        self._readout.show_candle(readout)

    # -- the button

    def _place_button(self) -> None:
        plot, size = self._plot.canvas.plot, self._live_button.sizeHint()
        corner = QPoint(plot.width() - size.width() - BUTTON_INSET, plot.height() - size.height() - BUTTON_INSET)
        self._live_button.setGeometry(corner.x(), corner.y(), size.width(), size.height())
