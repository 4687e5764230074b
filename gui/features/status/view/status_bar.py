"""The status bar: source, clock, speed, age of the last quote, candles, and faults."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from gui.features.replay.model.playback import WAITS_FOR_QUOTE, PlaybackModel, speed_label
from gui.features.status.model import StatusModel
from gui.widgets.short_label import ShortLabel
from gui.zones import DisplayZones, stamp_text, zone_name

SPACING = 10
"""Pixels between two labels, with room to spare."""


class DeskStatusBar(QStatusBar):
    """Shows the status of the symbol whose chart is in front; it never keeps its window wide."""

    def __init__(
        self,
        status: StatusModel,
        playback: PlaybackModel,
        zones: DisplayZones | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._status = status
        self._zones = zones or DisplayZones()
        self._playback = playback
        self._symbol = ""
        self.setSizeGripEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, self.sizePolicy().verticalPolicy())
        self.source = self._label("Symbol, detected format and name of the source", gives_way=True)
        self.clock = self._label("The time zone of the source; the desk converts to UTC")
        self.market_time = self._label("Market time of the newest quote")
        self.speed = self._label("Live, or market seconds per second")
        self.quote_age = self._label("Time since the window received the last quote")
        self.candles = self._label("Closed candles of this symbol")
        for label in (self.source, self.clock, self.market_time, self.speed, self.quote_age, self.candles):
            self.addWidget(label)
        self.trouble = self._label("What was left out or failed since the desk was opened", gives_way=True)
        self.addPermanentWidget(self.trouble)
        self.trouble.setObjectName("trouble")
        status.changed.connect(self.refresh)
        self._zones.changed.connect(self.refresh)
        playback.changed.connect(self.refresh)
        playback.changed.connect(self._end_waiting)
        self.messageChanged.connect(self._fit)

    def _label(self, tip: str, *, gives_way: bool = False) -> QLabel:
        label = ShortLabel() if gives_way else QLabel()
        label.setToolTip(tip)
        return label

    def _end_waiting(self) -> None:
        """The next quote comes: nothing waits for it any more."""
        if not self._playback.is_paused and self.currentMessage() == WAITS_FOR_QUOTE:
            self.clearMessage()

    def set_symbol(self, symbol: str) -> None:
        self._symbol = symbol
        self.refresh()

    def refresh(self) -> None:
        if not self._symbol:
            return
        status, symbol, now_s = self._status, self._symbol, self._status.now_s
        self.source.setText(status.source_text(symbol))
        self.clock.setText(status.clock_text(symbol))
        self._show_time()
        self.speed.setText(self._speed_text())
        self.quote_age.setText(status.quote_age_text(symbol, now_s))
        self.candles.setText(status.candles_text(symbol))
        self.trouble.setText(status.trouble_text())
        self.trouble.setVisible(bool(self.trouble.text()))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Of what does not fit the least important is hidden: half a time would be a wrong one."""
        if self.currentMessage():
            return
        labels = (self.market_time, self.speed, self.quote_age, self.clock, self.candles)
        beside = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        fixed = (each for each in beside if each not in labels and not each.isHidden())
        needed = (each.minimumSizeHint() if isinstance(each, ShortLabel) else each.sizeHint() for each in fixed)
        left = self.width() - sum(size.width() + SPACING for size in needed)
        for label in labels:
            left -= label.sizeHint().width() + SPACING
            if label.isHidden() is (left >= 0):
                label.setVisible(left >= 0)

    def _show_time(self) -> None:
        at, zone = self._status.market_time, self._zones.of(self._symbol)
        self.market_time.setText("" if at is None else f"{stamp_text(at, zone)} {zone_name(zone, at)}")
        self.market_time.setToolTip(f"Market time of the newest quote; {self._zones.words(self._symbol)}")

    def _speed_text(self) -> str:
        if not self._playback.is_played:
            return "live"
        if self._playback.has_ended:
            return "ended"
        return "paused" if self._playback.is_paused else speed_label(self._playback.speed)
