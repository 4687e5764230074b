"""Price alerts as a table: what each waits for, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final

from PySide6.QtCore import QObject, Signal

from engine.domain.price_alerts import AlertState, PriceAlert
from engine.reporting.alert_records import alert_words
from engine.reporting.words import price
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.zones import row_text, zone_title

COLUMNS: Final = (
    Column("State", "Active, fired, expired or off", "Expired"),
    Column("Symbol", "Symbol whose price it watches", "XAUUSDc"),
    Column("Alert", "What it waits for", "SELL with at most 2 conditions missing"),
    Column("", "Switch the alert on or off; one that fired waits again", "Switch off"),
    Column("", "Change the alert", "Edit …"),
    Column("", "Remove the alert", "Remove"),
    Column("Note", "Your note, shown when it fires", "upper edge of the range"),
    Column("Fires", "Once, or every time, at most once per candle", "Every time"),
    Column("Fired, UTC", "Market time at which it fired last", "02-18 08:31:59"),
    Column("Price", "The price at which it fired last", "104,925.90", True),
    Column("Times", "Number of times it has fired", "1,000", True),
    Column("Expires, UTC", "Market time after which it no longer fires", "02-18 08:31:59"),
)
STATE, ALERT, SWITCH, EDIT, REMOVE, NOTE, FIRED, PRICE, TIMES, EXPIRES = 0, 2, 3, 4, 5, 6, 8, 9, 10, 11
SWITCH_ON, SWITCH_OFF = "Switch on", "Switch off"
TONES: Final = {
    AlertState.ACTIVE: Tone.PASSED,
    AlertState.FIRED: Tone.WARNING,
    AlertState.EXPIRED: Tone.MUTED,
    AlertState.OFF: Tone.MUTED,
}


class PriceAlertTable(RowTable):
    """One row per alert, the newest on top. `switched` carries the id of an alert and whether it is to be on,
    `edit_asked` and `removal_asked` an id, `chosen` an id whose chart the user wants to see."""

    switched = Signal(str, bool)
    edit_asked = Signal(str)
    removal_asked = Signal(str)
    chosen = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._zone: tzinfo = UTC

    def set_zone(self, zone: tzinfo, alerts: Iterable[PriceAlert], now: datetime | None) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.retitle(FIRED, f"Fired, {zone_title(zone)}")
        self.retitle(EXPIRES, f"Expires, {zone_title(zone)}")
        self.show_all(alerts, now)

    def show_all(self, alerts: Iterable[PriceAlert], now: datetime | None) -> None:
        self.replace([(alert.alert_id, self._row(alert, now)) for alert in alerts])

    def show(self, alert: PriceAlert, now: datetime | None) -> None:
        self.put(alert.alert_id, self._row(alert, now))

    def click(self, row: int, column: int) -> None:
        """A click on a cell: those that say so do something, any other shows the alert's chart."""
        key = self.key(row)
        if column == SWITCH:
            self.switched.emit(key, self.cell(row, column).text == SWITCH_ON)
        elif column == EDIT:
            self.edit_asked.emit(key)
        elif column == REMOVE:
            self.removal_asked.emit(key)
        else:
            self.chosen.emit(key)

    def _row(self, alert: PriceAlert, now: datetime | None) -> list[Cell]:
        state = state_of(alert, now)
        fired_price = "" if alert.fired_price is None else price(alert.fired_price, alert.symbol)
        return [
            Cell(state.value.capitalize(), TONES[state]),
            Cell(alert.symbol),
            Cell(alert_words(alert)),
            Cell(SWITCH_OFF if state is AlertState.ACTIVE else SWITCH_ON, Tone.ACTION),
            Cell("Edit …", Tone.ACTION),
            Cell("Remove", Tone.ACTION),
            Cell(alert.note),
            Cell("Every time" if alert.repeats else "Once"),
            Cell(self._time(alert.fired_at)),
            Cell(fired_price, amount=alert.fired_price),
            Cell(f"{alert.times_fired:,}" if alert.times_fired else "", amount=float(alert.times_fired)),
            Cell(self._time(alert.expires_at), Tone.MUTED if state is AlertState.EXPIRED else Tone.PLAIN),
        ]

    def _time(self, at: datetime | None) -> str:
        return "" if at is None else row_text(at, self._zone)


def state_of(alert: PriceAlert, now: datetime | None) -> AlertState:
    """What an alert is doing; before the market has a time, as when it was made."""
    return alert.state(now or alert.created_at)
