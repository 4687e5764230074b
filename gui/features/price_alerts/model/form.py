"""The form of a price alert: its fields as the user sees them, examined as the engine examines the alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Side
from engine.domain.messages.trading import CommandRefused
from engine.domain.price_alerts import (
    MAX_MISSING,
    NOTE_LENGTH,
    AddPriceAlert,
    AlertCause,
    AtIndicator,
    AtLevel,
    AtLine,
    ChangePriceAlert,
    Crossing,
    IndicatorLevel,
    OnConditions,
    PriceAlert,
    PriceOf,
)
from engine.domain.well_formed import one_line
from engine.price_alerts.checks import faults_of
from engine.reporting.alert_records import INDICATOR_TITLES, alert_words

LEVEL, INDICATOR, CONDITIONS, LINE = "Price level", "Indicator", "Conditions", "Drawn line"
CAUSES: Final = (LEVEL, INDICATOR, CONDITIONS)
"""What can be chosen; a drawn line is chosen on the chart."""
INDICATORS: Final = tuple(INDICATOR_TITLES.values())
SIDES: Final = tuple(side.value for side in Side)
PRICES: Final = {"Bid, as the chart": PriceOf.BID, "Ask": PriceOf.ASK}
DIRECTIONS: Final = {"Either way": Crossing.EITHER, "Up": Crossing.UP, "Down": Crossing.DOWN}
ONCE, EVERY_TIME = FIRES = ("Once", "Every time, at most once per candle")
NEVER, UNCHANGED = "Never", "Unchanged"
EXPIRIES: Final[Mapping[str, timedelta]] = {
    "15 minutes": timedelta(minutes=15),
    "1 hour": timedelta(hours=1),
    "4 hours": timedelta(hours=4),
    "8 hours": timedelta(hours=8),
    "1 day": timedelta(days=1),
    "1 week": timedelta(weeks=1),
    "30 days": timedelta(days=30),
}
MAX_NOTE, MISSING_LIMIT = NOTE_LENGTH, MAX_MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFields:
    """What the form shows, in its own words; prices in price units."""

    symbol: str
    cause: str = LEVEL
    level: float = 0.0
    indicator: str = INDICATORS[0]
    side: str = SIDES[0]
    max_missing: int = 1
    price_of: str = next(iter(PRICES))
    direction: str = next(iter(DIRECTIONS))
    fires: str = ONCE
    expiry: str = NEVER
    note: str = ""


class AlertForm(QObject):
    """The alert that is being written or changed, at most one at a time. `announced` says why none can be begun."""

    begun = Signal()
    changed = Signal()
    ended = Signal()
    commanded = Signal(object)
    announced = Signal(str)

    def __init__(self, now: Callable[[], datetime | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._digits: Mapping[str, int] = {}
        self._judged: Callable[[], Mapping[str, bool]] = dict
        self._price_of: Callable[[str], float | None] = lambda _: None
        self._changed: PriceAlert | None = None
        self._line: AtLine | None = None
        self._sent = ""
        self.fields: AlertFields | None = None
        self.refusal = ""

    def open(
        self,
        digits: Mapping[str, int],
        judged: Callable[[], Mapping[str, bool]],
        price_of: Callable[[str], float | None],
    ) -> None:
        """A market opens, of symbols with these decimals. `judged` returns whether each has rules, `price_of` the last
        price of one."""
        self._digits, self._judged, self._price_of = digits, judged, price_of

    # -- beginning and end

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._digits)

    @property
    def causes(self) -> Sequence[str]:
        """What can be chosen to wait for."""
        return CAUSES if self._line is None else (LINE, *CAUSES)

    @property
    def expiries(self) -> Sequence[str]:
        """What can be chosen; one that is set stays unless another is chosen."""
        has_one = self._changed is not None and self._changed.expires_at is not None
        return (NEVER, *EXPIRIES, *((UNCHANGED,) if has_one else ()))

    def begin(self, symbol: str, price: float | None = None, line: AtLine | None = None) -> None:
        """A new alert at a price, else at the last one; or on a drawn line."""
        if symbol not in self._digits or self._now() is None:
            self.announced.emit("An alert cannot be added until the market is open")
            return
        level = self._price_of(symbol) if price is None else price
        cause = LEVEL if line is None else LINE
        self._begin(AlertFields(symbol=symbol, cause=cause, level=round(level or 0.0, self._digits[symbol])), line)

    def begin_change(self, alert: PriceAlert) -> None:
        """Changes an alert that is kept."""
        line = alert.cause if isinstance(alert.cause, AtLine) else None
        self._begin(_fields_of(alert, self._price_of(alert.symbol) or 0.0), line, alert)

    def _begin(self, fields: AlertFields, line: AtLine | None, changed: PriceAlert | None = None) -> None:
        self._line, self._changed, self._sent, self.refusal = line, changed, "", ""
        self.fields = fields
        self.begun.emit()
        self.changed.emit()

    def end(self) -> None:
        """It was cancelled, or its alert is kept."""
        if self.fields is not None:
            self.fields, self._changed, self._line, self._sent = None, None, None, ""
            self.ended.emit()

    # -- the form

    @property
    def is_change(self) -> bool:
        return self._changed is not None

    @property
    def is_sent(self) -> bool:
        return bool(self._sent)

    @property
    def digits(self) -> int:
        """Decimals of prices of the symbol."""
        return self._digits.get("" if self.fields is None else self.fields.symbol, 2)

    def change(self, **fields: object) -> None:
        """Takes over fields of the form; another symbol has another price."""
        if self.fields is None:
            return
        before, self.refusal = self.fields, ""
        self.fields = replace(before, **fields)  # type: ignore[arg-type]  # the form names only fields that there are
        if self.fields.symbol != before.symbol:
            self._line = None
            cause = LEVEL if before.cause == LINE else before.cause
            level = round(self._price_of(self.fields.symbol) or 0.0, self.digits)
            self.fields = replace(self.fields, cause=cause, level=level)
        self.changed.emit()

    @property
    def summary(self) -> str:
        """What the alert would wait for."""
        alert = self._alert()
        return "" if alert is None else f"{alert.symbol}: {alert_words(alert)}"

    @property
    def faults(self) -> tuple[str, ...]:
        """What speaks against it, as sentences."""
        alert, now = self._alert(), self._now()
        if alert is None or now is None:
            return ()
        return tuple(faults_of(alert, now, self._judged()))

    def send(self) -> None:
        """Asks the engine to keep the alert."""
        alert = self._alert()
        if alert is None or self.faults or self._sent:
            return
        self._sent = alert.alert_id
        self.changed.emit()
        self.commanded.emit(AddPriceAlert(alert) if self._changed is None else ChangePriceAlert(alert))

    def on_kept(self, alert_id: str) -> None:
        """The engine keeps an alert: where it is this one, the form has done its work."""
        if alert_id == self._sent:
            self.end()

    def on_refused(self, event: CommandRefused) -> None:
        match event.command:
            case AddPriceAlert(alert) | ChangePriceAlert(alert) if alert.alert_id == self._sent:
                self._sent, self.refusal = "", event.reason
                self.changed.emit()

    def _alert(self) -> PriceAlert | None:
        fields, now = self.fields, self._now()
        if fields is None or now is None:
            return None
        return PriceAlert(
            alert_id=uuid4().hex if self._changed is None else self._changed.alert_id,
            symbol=fields.symbol,
            cause=self._cause(fields),
            created_at=now,
            price_of=PRICES[fields.price_of],
            crossing=DIRECTIONS[fields.direction],
            repeats=fields.fires == EVERY_TIME,
            expires_at=self._expiry(fields, now),
            note=one_line(fields.note),
        )

    def _cause(self, fields: AlertFields) -> AlertCause:
        if fields.cause == LINE and self._line is not None:
            return self._line
        if fields.cause == INDICATOR:
            return AtIndicator(_indicator(fields.indicator))
        if fields.cause == CONDITIONS:
            return OnConditions(Side(fields.side), fields.max_missing)
        return AtLevel(fields.level)

    def _expiry(self, fields: AlertFields, now: datetime) -> datetime | None:
        if fields.expiry == UNCHANGED and self._changed is not None:
            return self._changed.expires_at
        after = EXPIRIES.get(fields.expiry)
        return None if after is None else now + after


def _indicator(title: str) -> IndicatorLevel:
    return next(level for level, each in INDICATOR_TITLES.items() if each == title)


def _title(titles: Mapping[str, object], value: object) -> str:
    return next(title for title, each in titles.items() if each == value)


def _fields_of(alert: PriceAlert, price: float) -> AlertFields:
    fields = AlertFields(
        symbol=alert.symbol,
        level=price,
        price_of=_title(PRICES, alert.price_of),
        direction=_title(DIRECTIONS, alert.crossing),
        fires=EVERY_TIME if alert.repeats else ONCE,
        expiry=NEVER if alert.expires_at is None else UNCHANGED,
        note=alert.note,
    )
    match alert.cause:
        case AtLevel(level):
            return replace(fields, cause=LEVEL, level=level)
        case AtLine():
            return replace(fields, cause=LINE)
        case AtIndicator(indicator):
            return replace(fields, cause=INDICATOR, indicator=INDICATOR_TITLES[indicator])
        case OnConditions(side, missing):
            return replace(fields, cause=CONDITIONS, side=side.value, max_missing=missing)
