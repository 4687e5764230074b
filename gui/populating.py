"""Joins a running engine and a window: view-models, the doorway, the views."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engine.bootstrap import LiveDesk, PlayedDesk
from engine.domain.messages import PlaybackChanged
from gui.bridge import EngineBridge
from gui.desk_model import DeskModel
from gui.features.connection.model.connection import ConnectionModel
from gui.features.connection.panel import TerminalCheck
from gui.platform.sounds import play
from gui.platform.startup_trace import milestone
from gui.window import MainWindow


def populate_window(window: MainWindow, desk: PlayedDesk | LiveDesk) -> EngineBridge:
    """Fills the window for `desk`; the bridge that is returned already runs."""
    bridge = _join(window, desk)
    window.populate(bridge.desk)
    _connect(window, bridge.desk)
    window.begin_layouts()
    _mark_first_move(bridge.desk)
    bridge.start()
    return bridge


def _join(window: MainWindow, desk: PlayedDesk | LiveDesk) -> EngineBridge:
    model = DeskModel(desk.settings, desk.contracts)
    model.setParent(window)
    bridge = EngineBridge(desk.bus, model)
    bridge.setParent(window)
    model.commanded.connect(desk.engine.handle)
    model.settings.on_settings_changed(desk.settings_store.state())
    model.alerts.sounded.connect(play)
    if isinstance(desk, PlayedDesk):
        model.playback.set_span(desk.player.first_at, desk.player.last_at)
        model.playback.show(PlaybackChanged(desk.player.is_paused, desk.player.speed))
    else:
        model.playback.set_live()
    model.journal.open(desk.archive.pages())
    model.statistics.open(desk.archive.trades(desk.settings), lambda: desk.archive.run)
    for part in (model.journal, model.statistics, model.evidence):
        window.closed.connect(part.close)
    return bridge


def _mark_first_move(model: DeskModel) -> None:
    def watch_charts() -> None:
        for chart in model.charts.values():
            chart.live_changed.connect(lambda: milestone("moving"), Qt.ConnectionType.SingleShotConnection)

    model.opened.connect(watch_charts)


def _connect(window: MainWindow, model: DeskModel) -> None:
    terminal_check = TerminalCheck(lambda: model.settings.wanted)
    terminal_check.model.setParent(window)
    window.closed.connect(terminal_check.close)
    offer_connection(window, terminal_check.model)


def offer_connection(window: MainWindow, connection: ConnectionModel) -> None:
    """Puts a test of the way to a terminal onto its page of the settings; a choice that cannot work says why."""
    window.settings.add_extra("metatrader", lambda: _connection_check(connection))
    if connection.unavailable:
        window.desk.settings.unavailable["feeds.source"] = {"metatrader": connection.unavailable}


def _connection_check(model: ConnectionModel) -> QWidget:
    from gui.features.connection.view.connection_check import ConnectionCheck

    return ConnectionCheck(model)
