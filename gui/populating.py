"""Joins a running engine and a window: view-models, the doorway, the views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engine.bootstrap import LiveDesk, PlayedDesk
from engine.domain.messages.engine import PlaybackChanged
from engine.exchange_desk import PaperDesk
from gui.bridge import EngineBridge
from gui.desk_model import DeskModel
from gui.features.connection.model.connection import ConnectionModel
from gui.features.connection.panel import TerminalCheck
from gui.features.phone.panel import PhoneAlerts
from gui.platform.sounds import play
from gui.platform.startup_trace import milestone
from gui.window import MainWindow

if TYPE_CHECKING:
    from gui.features.phone.model.phone import PhoneModel
    from gui.features.settings.model.form import SettingsForm
    from gui.features.settings.model.what_if import WhatIfModel


def populate_window(
    window: MainWindow, desk: PlayedDesk | LiveDesk | PaperDesk, directory: Path | None = None
) -> EngineBridge:
    """Fills the window for `desk`; the bridge that is returned already runs.

    `directory` is the data folder, where drawings are kept and whose recordings settings are studied on; without one
    there are no studies, and drawings end with the window.
    """
    bridge = _join(window, desk)
    window.populate(bridge.desk)
    window.watchlist.source = desk.symbols
    window.closed.connect(window.pictures.close)
    _connect(window, bridge.desk, is_paper=not isinstance(desk, LiveDesk))
    if directory is not None:
        _offer_studies(window, bridge.desk, directory)
        bridge.desk.kept_drawings.begin(directory)
        window.closed.connect(bridge.desk.kept_drawings.close)
    window.begin_layouts()
    _mark_first_move(bridge.desk)
    bridge.start()
    return bridge


def _join(window: MainWindow, desk: PlayedDesk | LiveDesk | PaperDesk) -> EngineBridge:
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
        model.practice.set_live()
        model.watchlist.symbols.use_settings_list()
    model.journal.open(desk.archive.pages())
    model.statistics.open(desk.archive.trades(desk.settings), _runs_of(desk))
    for part in (model.journal, model.statistics, model.drift, model.evidence):
        window.closed.connect(part.close)
    return bridge


def _runs_of(desk: PlayedDesk | LiveDesk | PaperDesk) -> Callable[[], Collection[str]]:
    """The runs of the session in the store."""
    if isinstance(desk, PlayedDesk):
        return lambda: desk.practice.recorder.runs
    return lambda: (desk.archive.run,)


def _mark_first_move(model: DeskModel) -> None:
    def watch_charts() -> None:
        for chart in model.charts.values():
            chart.live_changed.connect(lambda: milestone("moving"), Qt.ConnectionType.SingleShotConnection)

    model.opened.connect(watch_charts)


def _connect(window: MainWindow, model: DeskModel, *, is_paper: bool) -> None:
    terminal_check = TerminalCheck(lambda: model.settings.wanted)
    terminal_check.model.setParent(window)
    window.closed.connect(terminal_check.close)
    offer_connection(window, terminal_check.model)
    phone = window.phone = PhoneAlerts(
        *(model.alerts, lambda: model.settings.wanted, model.charts, model.zones), is_paper=is_paper, parent=window
    )
    window.closed.connect(phone.close)
    window.settings.add_extra("phone", lambda: _phone_page(phone.model))


def _offer_studies(window: MainWindow, model: DeskModel, directory: Path) -> None:
    """Offers comparisons in the settings dialog and measurements in the condition panel."""

    def make_what_if(form: SettingsForm) -> WhatIfModel:
        from gui.features.settings.model.what_if import WhatIfModel

        symbols = sorted(model.charts, key=lambda symbol: symbol != model.front)
        sources = {symbol: model.sources[symbol] for symbol in symbols}
        what_if = WhatIfModel(form, model.settings, directory, sources)
        what_if.lab_wanted.connect(window.lab.wanted)
        return what_if

    window.settings.offer_what_if(make_what_if)
    window.closed.connect(window.settings.close)
    model.check_worth.begin(directory)
    window.closed.connect(model.check_worth.close)


def offer_connection(window: MainWindow, connection: ConnectionModel) -> None:
    """Puts a test of the way to a terminal onto its page of the settings; a choice that cannot work says why."""
    window.settings.add_extra("metatrader", lambda: _connection_check(connection))
    if connection.unavailable:
        window.desk.settings.unavailable["feeds.source"] = {"metatrader": connection.unavailable}


def _phone_page(model: PhoneModel) -> QWidget:
    from gui.features.phone.view.phone_page import PhonePage

    return PhonePage(model)


def _connection_check(model: ConnectionModel) -> QWidget:
    from gui.features.connection.view.connection_check import ConnectionCheck

    return ConnectionCheck(model)
