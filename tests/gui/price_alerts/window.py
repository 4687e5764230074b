"""A window in front of the engine's own price alerts: what the user asks for is kept, and announced in the window."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.bus import Bus
from engine.domain.messages.engine import Command, Event
from engine.domain.price_alerts import PriceAlert, PriceAlertCommand
from gui.bridge import EngineBridge
from gui.features.chart.view.plot import ChartPlot
from gui.features.price_alerts.model.price_alerts import PriceAlertsModel
from gui.features.price_alerts.view.dialog import PriceAlertDialog
from gui.features.price_alerts.view.table import PriceAlertPanel
from tests.builders import quote
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.price_alerts.desks import AlertDesk

GOLD = "XAUUSD"


class AlertWindow(DeskWindow):
    """Gold at 2000; `engine` has its alerts, which hear every command of the window at once."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self.engine = AlertDesk()
        self._bus = Bus()
        self._bridge = EngineBridge(self._bus, self.desk)
        self._bridge.setParent(self.window)
        self._shown = 0
        self.desk.commanded.connect(self._obey)
        self.tick(18_000.0, 2000.0)

    def _obey(self, command: Command) -> None:
        if isinstance(command, PriceAlertCommand):
            self.engine.do(command)
            self.show()

    def show(self) -> None:
        """Brings what the engine has said since to the window."""
        events, self._shown = self.engine.announced[self._shown :], len(self.engine.announced)
        for event in events:
            self._announce(event)

    def _announce(self, event: Event) -> None:
        self._bus.publish(event)
        self._bridge.drain()

    def tick(self, seconds: float, bid: float) -> None:
        """A quote that many seconds after Monday's start reaches the engine and the window."""
        found = quote(seconds, bid=bid)
        self.engine.quote(found)
        self.desk.trading.on_quote(found)
        self.desk.charts[GOLD].set_live(None, found)
        self.show()
        self.desk.price_alerts.refresh()

    @property
    def alerts(self) -> PriceAlertsModel:
        return self.desk.price_alerts

    @property
    def kept(self) -> list[PriceAlert]:
        """What the store of the engine has."""
        return list(self.engine.archive.price_alerts.alerts())

    def rows(self, *columns: int) -> list[tuple[str, ...]]:
        """The table, or some of its columns."""
        table = self.alerts.table
        words = [table.words(row) for row in range(table.rowCount())]
        return [tuple(row[column] for column in columns or range(len(row))) for row in words]

    @property
    def panel(self) -> PriceAlertPanel:
        """The panel in front."""
        self.window.panels.bring("priceAlerts")
        flush()
        panel: PriceAlertPanel = self.window.panels.content("priceAlerts")
        return panel

    @property
    def dialog(self) -> PriceAlertDialog:
        """The form, which has to be open."""
        dialog = self.window.price_alerts.dialog
        assert dialog is not None
        flush()
        return dialog

    # -- hands

    @property
    def plot(self) -> ChartPlot:
        return self.window.deck.views[0].plot

    def point(self, price: float) -> QPoint:
        """A place on the chart at that price."""
        return QPoint(200, round(float(self.plot.canvas.view_scale.y(price))))

    def drag(self, start: float, end: float) -> None:
        viewport = self.plot.viewport()
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=self.point(start))
        QTest.mouseMove(viewport, self.point((start + end) / 2))
        QTest.mouseMove(viewport, self.point(end))
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=self.point(end))

    def click_cell(self, row: int, column: int) -> None:
        """As soon as the table takes clicks on rows that appeared a moment ago."""
        table = self.panel.table
        time.sleep(0.001)
        table.acted.emit(row, column)

    def type(self, keys: str, **_: Any) -> None:
        """Types into what has the keyboard in the form."""
        focus = self.dialog.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, keys)
