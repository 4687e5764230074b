"""The buttons of the player."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDateTime, QSignalBlocker, Qt, QTimeZone
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QDialogButtonBox, QFormLayout, QToolBar, QToolButton, QWidget

from gui.features.replay.model.playback import SPEEDS, PlaybackModel, speed_label
from gui.theme import Theme
from gui.theme.iconing import show_words
from gui.theme.icons import tinted_icon
from gui.widgets.actions import make_action
from gui.widgets.place import FittedDialog
from gui.widgets.spin_margins import give_margins
from gui.widgets.steady_width import keep_width
from gui.zones import DisplayZones, zone_title

PLAY_WORDS = ("Play", "Pause")


class PlaybackBar(QToolBar):
    """Play or pause, step a candle forth or back, speed. It waits for the engine's word before it shows a change."""

    def __init__(
        self, playback: PlaybackModel, zones: DisplayZones | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Player", parent)
        self._zones = zones or DisplayZones()
        self.setObjectName("player")
        self.setMovable(False)
        self._playback = playback
        self._icons: dict[str, QIcon] = {}
        self._is_narrow = False
        add, model = self._action, playback
        self.play = add("play", "Pause", "Pause or resume the market", model.toggle_pause, "Space")
        self.back = add("back", "Back", "Restart the newest candle, then pause", model.step_back, ",")
        self.step = add("step", "Step", "Play to the end of the next candle, then pause", model.step, ".")
        self.speed = self._make_speed_box()
        self.go_to = add("go_to", "Go to…", "Jump to a date and time", self.ask_where_to_go, "Ctrl+G")
        self._add_keys_alone()
        playback.changed.connect(self.refresh)
        self.refresh()

    def _action(self, verb: str, text: str, tip: str, act: Callable[[], object], key: str) -> QAction:
        action = make_action(self, f"replay.{verb}", text, tip, act, key=key)
        self.addAction(action)
        return action

    def _add_keys_alone(self) -> None:
        """Speeds by key, which the box shows."""
        for verb, text, act, key in (
            ("faster", "Faster", self._playback.faster, "]"),
            ("slower", "Slower", self._playback.slower, "["),
        ):
            action = make_action(self, f"replay.{verb}", text, f"{text}: the next of the speeds", act, key=key)
            QWidget.addAction(self, action)
            action.setVisible(False)

    def _make_speed_box(self) -> QComboBox:
        box = QComboBox()
        box.setToolTip("Market seconds per second")
        for speed in SPEEDS:
            box.addItem(speed_label(speed), speed)
        box.activated.connect(lambda index: self._playback.set_speed(box.itemData(index)))
        self.addWidget(box)
        return box

    def set_theme(self, theme: Theme) -> None:
        """The one icon that follows what the market does; the others are given by name."""
        self._icons = {words: tinted_icon(words.lower(), theme.text, "", theme.text_muted) for words in PLAY_WORDS}
        self.refresh()

    def set_narrow(self, is_narrow: bool) -> None:
        """Whether the icons of the buttons have to do."""
        for action in (self.play, self.back, self.step, self.go_to):
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setMinimumWidth(0)
                show_words(button, has_words=not is_narrow)
        self._is_narrow = is_narrow
        self.refresh()

    def _give_way(self) -> None:
        """A live market has no use for the bar, nor for its keys."""
        for action in self.actions():
            action.setEnabled(False)
        self.hide()
        self.toggleViewAction().setEnabled(False)

    def refresh(self) -> None:
        if not self._playback.is_played:
            self._give_way()
            return
        words = PLAY_WORDS[0] if self._playback.is_paused else PLAY_WORDS[1]
        self.play.setText(words)
        self.play.setIcon(self._icons.get(words, QIcon()))
        button = self.widgetForAction(self.play)
        if isinstance(button, QToolButton) and not self._is_narrow:
            keep_width(button, *PLAY_WORDS)
        for action in (self.play, self.step):
            action.setEnabled(not self._playback.has_ended)
        self.speed.setPlaceholderText(speed_label(self._playback.speed))
        with QSignalBlocker(self.speed):
            self.speed.setCurrentIndex(self.speed.findData(self._playback.speed))

    # -- jumping to a date --------------------------------------------------------------------------------------

    def ask_where_to_go(self) -> None:
        dialog = GoToDialog(self._playback, self._zones.common, self)
        dialog.accepted.connect(lambda: self._playback.seek(dialog.instant))
        dialog.open()


class GoToDialog(FittedDialog):
    """Asks for a date and time of a zone within what can be played."""

    def __init__(self, playback: PlaybackModel, zone: tzinfo = UTC, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._zone = zone
        self.edit = QDateTimeEdit()
        give_margins(self.edit)
        self.edit.setToolTip("The market restarts here: everything before becomes history")
        self.edit.setTimeZone(QTimeZone.utc())
        self.edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        if playback.first_at is not None:
            self.edit.setMinimumDateTime(_wall_clock(playback.first_at, zone))
        if playback.last_at is not None:
            self.edit.setMaximumDateTime(_wall_clock(playback.last_at, zone))
        if playback.position is not None:
            self.edit.setDateTime(_wall_clock(playback.position, zone))
        buttons = QDialogButtonBox()
        for words, role, tip in (
            ("Go", QDialogButtonBox.ButtonRole.AcceptRole, "Jumps to this time"),
            ("Cancel", QDialogButtonBox.ButtonRole.RejectRole, "Closes this without jumping"),
        ):
            buttons.addButton(words, role).setToolTip(tip)
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
