"""Buttons and timeline of the player."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDateTime, QSignalBlocker, Qt, QTimeZone
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSlider,
    QToolBar,
    QWidget,
)

from gui.viewmodels.playback import SPEEDS, PlaybackModel, speed_label
from gui.viewmodels.zones import DisplayZones, zone_title

TIMELINE_STEPS = 10_000


class PlaybackBar(QToolBar):
    """Play or pause, step one candle, speed, timeline. It waits for the engine's word before it shows a change."""

    def __init__(
        self, playback: PlaybackModel, zones: DisplayZones | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Player", parent)
        self._zones = zones or DisplayZones()
        self.setObjectName("player")
        self._playback = playback
        self.play = self._action("❚❚ Pause", "Hold the market, or let it go on (Space)", "Space", playback.toggle_pause)
        self.step = self._action("▶| Step", "Play to the end of the next candle, then hold (.)", ".", playback.step)
        self.speed = self._make_speed_box()
        self.timeline = self._make_timeline()
        self.go_to = self._action("Go to…", "Wind to a date and time (Ctrl+G)", "Ctrl+G", self.ask_where_to_go)
        playback.changed.connect(self.refresh)
        self.refresh()

    def _action(self, text: str, tip: str, key: str, slot: object) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def _make_speed_box(self) -> QComboBox:
        box = QComboBox()
        box.setToolTip("Market seconds per second")
        for speed in SPEEDS:
            box.addItem(speed_label(speed), speed)
        box.activated.connect(lambda index: self._playback.set_speed(box.itemData(index)))
        self.addWidget(box)
        return box

    def _make_timeline(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, TIMELINE_STEPS)
        slider.setFixedWidth(180)
        slider.setToolTip("Where the recording is; drag to wind")
        slider.sliderReleased.connect(lambda: self._playback.seek_fraction(slider.value() / TIMELINE_STEPS))
        self._timeline_action = self.addWidget(slider)
        return slider

    def refresh(self) -> None:
        self.play.setText("▶ Play" if self._playback.is_paused else "❚❚ Pause")
        for action in (self.play, self.step):
            action.setEnabled(not self._playback.has_ended)
        with QSignalBlocker(self.speed):
            self.speed.setCurrentIndex(self.speed.findData(self._playback.speed))
        self.refresh_position()

    def refresh_position(self) -> None:
        fraction = self._playback.fraction
        self._timeline_action.setVisible(self._playback.last_at is not None)
        if fraction is not None and not self.timeline.isSliderDown():
            with QSignalBlocker(self.timeline):
                self.timeline.setValue(round(fraction * TIMELINE_STEPS))

    # -- winding to a date --------------------------------------------------------------------------------------

    def ask_where_to_go(self) -> None:
        dialog = GoToDialog(self._playback, self._zones.common, self)
        dialog.accepted.connect(lambda: self._playback.seek(dialog.instant))
        dialog.open()


class GoToDialog(QDialog):
    """Asks for a date and time of a zone within what can be played."""

    def __init__(self, playback: PlaybackModel, zone: tzinfo = UTC, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._zone = zone
        self.edit = QDateTimeEdit()
        self.edit.setTimeZone(QTimeZone.utc())
        self.edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        if playback.first_at is not None:
            self.edit.setMinimumDateTime(_wall_clock(playback.first_at, zone))
        if playback.last_at is not None:
            self.edit.setMaximumDateTime(_wall_clock(playback.last_at, zone))
        if playback.position is not None:
            self.edit.setDateTime(_wall_clock(playback.position, zone))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(f"Date and time ({zone_title(zone)})", self.edit)
        form.addRow(buttons)

    @property
    def instant(self) -> datetime:
        wall = datetime.fromtimestamp(self.edit.dateTime().toSecsSinceEpoch(), UTC)
        return wall.replace(tzinfo=self._zone).astimezone(UTC)


def _wall_clock(instant: datetime, zone: tzinfo) -> QDateTime:
    """What the zone's clock shows; the field counts it as UTC, since Qt does not know every zone of the desk."""
    wall = instant.astimezone(zone).replace(tzinfo=UTC)
    return QDateTime.fromSecsSinceEpoch(int(wall.timestamp()), QTimeZone.utc())
