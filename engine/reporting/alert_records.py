"""Price alerts in words, and the sentences of their records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec

from engine.domain.price_alerts import (
    AtIndicator,
    AtLevel,
    AtLine,
    Crossing,
    IndicatorLevel,
    LineKind,
    OnConditions,
    PriceAlert,
    PriceAlertFired,
)
from engine.reporting.record_kinds import NOTES, RecordKind, count, who
from engine.reporting.record_subject import Payload
from engine.reporting.words import price

INDICATOR_TITLES: Final[Mapping[IndicatorLevel, str]] = {
    IndicatorLevel.VWAP: "VWAP",
    **{IndicatorLevel(f"vwap_up_{times}"): f"VWAP +{times} σ" for times in (1, 2, 3)},
    **{IndicatorLevel(f"vwap_down_{times}"): f"VWAP −{times} σ" for times in (1, 2, 3)},
    IndicatorLevel.MICRO_BAND_HIGH: "Micro band high",
    IndicatorLevel.MICRO_BAND_LOW: "Micro band low",
}
LINE_TITLES: Final[Mapping[LineKind, str]] = {
    LineKind.HORIZONTAL: "horizontal line",
    LineKind.TREND: "trend line",
    LineKind.RAY: "ray",
}
VERBS: Final[Mapping[Crossing, str]] = {
    Crossing.EITHER: "crosses",
    Crossing.UP: "crosses up",
    Crossing.DOWN: "crosses down",
}
T = TypeVar("T")
AWAY: Final = "passed while the desk was not running or had no quotes"
UNSAVED: Final = "not saved: it may come again after a restart"


def alert_words(alert: PriceAlert) -> str:
    """What an alert waits for: `Bid crosses up 2,010.00`."""
    match alert.cause:
        case AtLevel(level):
            target = price(level, alert.symbol)
        case AtLine(kind=LineKind.HORIZONTAL, first=first):
            target = f"the {LINE_TITLES[LineKind.HORIZONTAL]} at {price(first.price, alert.symbol)}"
        case AtLine(kind=kind):
            target = f"the {LINE_TITLES[kind]}"
        case AtIndicator(indicator):
            target = INDICATOR_TITLES[indicator]
        case OnConditions(side, missing):
            return f"{side.value} with {_missing(missing)}"
    return f"{alert.price_of.value.capitalize()} {VERBS[alert.crossing]} {target}"


def fired_words(fired: PriceAlertFired) -> str:
    """What happened, beside what the alert waited for: the user's note, the price, and what to know of it."""
    symbol, parts = fired.alert.symbol, [fired.alert.note]
    if fired.price is not None:
        parts.append(
            f"{AWAY}, now {price(fired.price, symbol)}" if fired.was_away else f"at {price(fired.price, symbol)}"
        )
    if fired.missing is not None:
        parts.append(f"{count(fired.missing, 'condition')} missing" if fired.missing else "all conditions met")
    parts.append("" if fired.is_saved else UNSAVED)
    return " · ".join(filter(None, parts))


def _missing(at_most: int) -> str:
    return f"at most {count(at_most, 'condition')} missing" if at_most else "all conditions met"


def _about(words: Callable[[PriceAlert, Payload], str]) -> Callable[[Payload], str]:
    def sentence(payload: Payload) -> str:
        return words(_read(payload["alert"], PriceAlert), payload)

    return sentence


def _fired(payload: Payload) -> str:
    fired = _read(payload, PriceAlertFired)
    return f"Price alert: {alert_words(fired.alert)} ({fired_words(fired)})"


def _changed(alert: PriceAlert, payload: Payload) -> str:
    was = _read(payload["was"], PriceAlert)
    if was.is_on and not alert.is_on:
        change = "switched off"
    elif alert_words(was) != alert_words(alert) or was.cause != alert.cause:
        change = f"changed from {alert_words(was)}"
    else:
        change = "active again" if was.fired_at != alert.fired_at or not was.is_on else "changed"
    return f"Price alert of {who(payload['by'])} {change}: {alert_words(alert)}"


def _read(value: object, kind: type[T]) -> T:
    """Raises ValueError where the record holds something else."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error


ALERT_RECORDS: Final[Mapping[str, RecordKind]] = {
    "price_alert_added": RecordKind(
        NOTES, _about(lambda alert, payload: f"Price alert added by {who(payload['by'])}: {alert_words(alert)}")
    ),
    "price_alert_changed": RecordKind(NOTES, _about(_changed)),
    "price_alert_removed": RecordKind(
        NOTES, _about(lambda alert, payload: f"Price alert removed by {who(payload['by'])}: {alert_words(alert)}")
    ),
    "price_alert_fired": RecordKind(NOTES, _fired),
}
