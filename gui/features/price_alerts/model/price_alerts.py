"""The price alerts that the engine keeps, for the table and the charts, and what the user asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Source
from engine.domain.messages.engine import Event
from engine.domain.messages.trading import CommandRefused
from engine.domain.price_alerts import (
    AlertState,
    AtLevel,
    AtLine,
    LineKind,
    MovePriceAlert,
    PriceAlert,
    PriceAlertChanged,
    PriceAlertCommand,
    PriceAlertFired,
    PriceAlertRemoved,
    PriceAlertsListed,
    RemovePriceAlert,
    SwitchPriceAlert,
)
from engine.reporting.alert_records import VERBS, alert_words
from gui.features.chart.model.chart import ChartModel
from gui.features.price_alerts.model.drawn import DrawnAlerts
from gui.features.price_alerts.model.form import AlertForm
from gui.features.price_alerts.model.lines import AlertLine
from gui.features.price_alerts.model.table import PriceAlertTable, state_of
from gui.features.trading.model.levels import DRAG_MARK


class PriceAlertsModel(QObject):
    """Nothing changes here before the engine says so. `place_asked` carries the symbol whose chart the user wants."""

    commanded = Signal(object)
    announced = Signal(str)
    place_asked = Signal(str)

    def __init__(self, now: Callable[[], datetime | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._alerts: dict[str, PriceAlert] = {}
        self._charts: dict[str, ChartModel] = {}
        self._states: dict[str, AlertState] = {}
        self.front: Callable[[], str] = str
        """Returns the symbol of the chart in front, for an alert that is begun without one."""
        self.form = AlertForm(now, self)
        self.table = PriceAlertTable(self)
        self.drawn = DrawnAlerts(self)
        for speaker in (self.form, self.drawn):
            speaker.commanded.connect(self.commanded)
        self.form.announced.connect(self.announced)
        self.table.switched.connect(lambda key, is_on: self.commanded.emit(SwitchPriceAlert(key, is_on)))
        self.table.removal_asked.connect(self.remove)
        self.table.edit_asked.connect(self.edit)
        self.table.chosen.connect(lambda key: self.place_asked.emit(self._alerts[key].symbol))

    @property
    def alerts(self) -> Mapping[str, PriceAlert]:
        """By id, the oldest first."""
        return self._alerts

    def open(self, sources: Sequence[Source], judged: Callable[[], Mapping[str, bool]]) -> None:
        """A market opens; `judged` returns whether each of its symbols has rules."""
        digits = {source.symbol: source.instrument.digits for source in sources}
        self.form.open(digits, judged, self._price_of)

    def draw_on(self, chart: ChartModel) -> None:
        """Shows the alerts of a symbol on its chart from now on."""
        self._charts[chart.symbol] = chart
        lines = chart.alerts
        lines.dropped.connect(lambda alert_id, price: self._ask(MovePriceAlert(alert_id, AtLevel(price))))
        lines.asked.connect(partial(self.form.begin, chart.symbol))
        lines.edit_asked.connect(self.edit)
        lines.removal_asked.connect(self.remove)
        chart.drawings.alert_asked.connect(partial(self._begin_on_drawing, chart.symbol))
        self.drawn.follow(chart.symbol, chart.drawings)

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self.table.set_zone(zone, self._alerts.values(), self._now())

    # -- what the user asks for

    def begin(self) -> None:
        """Opens the form of a new alert at the last price of the symbol in front."""
        self.form.begin(self.front())

    def edit(self, alert_id: str) -> None:
        """Opens the form of an alert that is kept."""
        if (alert := self._alerts.get(alert_id)) is not None:
            self.form.begin_change(alert)

    def remove(self, alert_id: str) -> None:
        self._ask(RemovePriceAlert(alert_id))

    def _begin_on_drawing(self, symbol: str, drawing_id: str) -> None:
        line = self.drawn.line_of(symbol, drawing_id)
        if line is None:
            self.announced.emit("An alert needs a horizontal line, a trend line or a ray that is not vertical")
        else:
            self.form.begin(symbol, None, line)

    def _ask(self, command: PriceAlertCommand) -> None:
        self.commanded.emit(command)

    def _price_of(self, symbol: str) -> float | None:
        chart = self._charts.get(symbol)
        return None if chart is None else chart.last_price

    # -- what the engine says

    def on_event(self, event: Event) -> None:
        """Applies what the engine says of alerts; ignores any other event."""
        match event:
            case PriceAlertsListed(alerts):
                self._alerts = {alert.alert_id: alert for alert in alerts}
                self.table.show_all(alerts, self._now())
                self._draw_all()
            case PriceAlertChanged(alert) | PriceAlertFired(alert=alert):
                self._keep(alert)
                self.form.on_kept(alert.alert_id)
            case PriceAlertRemoved(alert):
                self._alerts.pop(alert.alert_id, None)
                self.table.remove(alert.alert_id)
                self._draw(alert.symbol)
            case CommandRefused(command) if isinstance(command, PriceAlertCommand):
                self.form.on_refused(event)
                for chart in self._charts.values():
                    chart.alerts.refuse()

    def refresh(self) -> None:
        """What has expired since shows so."""
        now = self._now()
        for alert in tuple(self._alerts.values()):
            if alert.expires_at is not None and self._states.get(alert.alert_id) is not state_of(alert, now):
                self._keep(alert)

    def _keep(self, alert: PriceAlert) -> None:
        self._alerts[alert.alert_id] = alert
        self._states[alert.alert_id] = state_of(alert, self._now())
        self.table.show(alert, self._now())
        self._draw(alert.symbol)

    def _draw_all(self) -> None:
        for symbol in self._charts:
            self._draw(symbol)

    def _draw(self, symbol: str) -> None:
        if (chart := self._charts.get(symbol)) is not None:
            mine = [alert for alert in self._alerts.values() if alert.symbol == symbol]
            active = [alert for alert in mine if state_of(alert, self._now()) is AlertState.ACTIVE]
            causes = (alert.cause for alert in active)
            sloping = (
                cause.drawing for cause in causes if isinstance(cause, AtLine) and cause.kind is not LineKind.HORIZONTAL
            )
            chart.alerts.show(_lines(active), sloping)
            self.drawn.use(symbol, mine)


def _lines(alerts: Sequence[PriceAlert]) -> Iterator[AlertLine]:
    """Those that stand at one price."""
    for alert in alerts:
        match alert.cause:
            case AtLevel(level):
                yield AlertLine(alert.alert_id, level, label_of(alert))
            case AtLine(kind=LineKind.HORIZONTAL, first=first):
                yield AlertLine(alert.alert_id, first.price, label_of(alert), is_draggable=False)


def label_of(alert: PriceAlert) -> str:
    """What stands at the right end of an alert's line; that of a drawing has its price beside it already."""
    if isinstance(alert.cause, AtLine):
        return f"Alert {VERBS[alert.crossing]}"
    return f"{DRAG_MARK} Alert {alert_words(alert).partition(' ')[2]}"
