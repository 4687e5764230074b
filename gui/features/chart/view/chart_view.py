"""One symbol's chart: the read-out above, the candles below, the button back to the newest candle."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.overlay_styles import Styles
from gui.features.chart.view.chart_moves import ChartMoves
from gui.features.chart.view.plot import ChartPlot
from gui.features.chart.view.price_actions import PriceActions, copy_price
from gui.features.chart.view.readout import Readout
from gui.features.chart.view.strip import STRIP, HeatStrip
from gui.features.chart.view.timeframes.bar import TimeframeBar
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.view.menus import ChartDrawing
from gui.theme import Theme
from gui.widgets.keyboard_line import KeyboardLine
from gui.widgets.staying_menu import StayingMenu

TEXT_INTERVAL_MS = 100
"""Text refreshes more slowly than curves: faster than this it cannot be read."""
BUTTON_INSET = 12
MIN_PLOT_HEIGHT = 130
"""Enough for a toast; messages take their height from the panels."""
STRIP_FROM_HEIGHT = 300
MIN_LOW_HEIGHT = 56
"""Of a plot in a column of charts, its time axis included."""


class ChartView(ChartMoves):
    """Paints a `ChartModel`; M1 has a signal history below.

    A right click lists the overlays and begins plans; a double click resets the view.

    `style_asked` carries an overlay whose style is wanted, empty for any. `hovered` emits the row of the candle under
    the mouse, on the chart or on its signal history, None when there is none.
    """

    hovered = Signal(object)
    overlays_changed = Signal()
    style_asked = Signal(str)

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
        layout.addWidget(KeyboardLine(self._plot))
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

    def ask_menu(self) -> None:
        """Opens the menu of the chart as the menu key does, at the crosshair of the keyboard."""
        crosshair, scale = self._plot.canvas.crosshair, self._plot.canvas.view_scale
        point = self._plot.canvas.plot.center()
        if crosshair.row is not None and crosshair.price is not None:
            point = QPoint(int(scale.x(crosshair.row)), int(scale.y(crosshair.price)))
        at = self._plot.viewport().mapToGlobal(point)
        self.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, self.mapFromGlobal(at), at))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._drawing.open_menu(event):
            return
        menu = StayingMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._plot.pressed_alert, self._plot.pressed_price = "", self._plot.crossed_price
        self.price_actions.refresh()
        mark = self._plot.marks.mark_at(self._plot.viewport().mapFromGlobal(event.globalPos()))
        overlay = "" if mark is None else mark.overlay
        words = f"Style of {dict(self.overlays)[overlay]} …" if overlay else "Overlay styles …"
        menu.addAction(words).triggered.connect(lambda: self.style_asked.emit(overlay))
        overlays = StayingMenu("Overlays", menu)
        overlays.addActions(list(self.overlay_actions.values()))
        menu.addActions([action for action in self.actions() if action not in overlays.actions()])
        menu.addMenu(overlays)
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
    def styles(self) -> Styles:
        """How overlays are drawn that are not drawn as shipped."""
        return self._plot.canvas.styles

    def set_styles(self, styles: Styles) -> None:
        """Overlay styles, which all charts of the symbol share."""
        if styles != self._plot.canvas.styles:
            self._plot.canvas.set_styles(dict(styles))
            self.overlays_changed.emit()

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
