"""Alert settings: where alerts of each kind are shown (window, desktop, phone), and their sound."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval, Unit

from config.phone import PhoneMode
from config.section import Names, Section, setting
from config.symbol_names import begins_with


class AlertRule(Section):
    """What is done about one kind of alert."""

    toast: bool = setting(
        True,
        "In the window",
        "Shows a small card on the charts, where it covers no price.",
        synonyms=("popup", "pop-up"),
    )
    notification: bool = setting(
        False,
        "On the desktop",
        "Notifies on the desktop while another program is in front.",
        synonyms=("push notification", "popup"),
    )
    sound: bool = setting(False, "Sound", "Plays the sound of this kind.", synonyms=("audio", "beep", "mute"))
    phone: PhoneMode = setting(
        "off",
        "On the phone",
        "Sends alerts of this kind to your phone: on (with sound), silent, or off. Addresses are set under Phone.",
        synonyms=("push notification", "Telegram", "ntfy", "Pushover", "Discord", "e-mail", "mobile"),
    )
    silent_symbols: Names = setting(
        (),
        "Not for",
        "Symbols without this alert, by prefix or by the market they stand for.",
        synonyms=("mute", "exclude", "ignore"),
    )

    def is_silent_for(self, symbol: str, stands_for: str = "") -> bool:
        """Whether this kind is off for `symbol`; upper and lower case are the same."""
        return any(begins_with(prefix, symbol, stands_for) for prefix in self.silent_symbols)


LOUD = AlertRule(toast=True, notification=True, sound=True, phone="on")


class AlertsSettings(Section):
    """One rule for each kind, under the name of the kind."""

    quiet_above_speed: Annotated[float, Interval(ge=1, le=1000), Unit("times")] = setting(
        20.0,
        "Quiet above",
        "Above this playback speed only blocked trading, a lost feed and positions at risk make alerts.",
        synonyms=("replay speed", "mute"),
    )
    feed_lost_seconds: Annotated[float, Interval(ge=1, le=3600), Unit("s")] = setting(
        15.0,
        "Feed lost after",
        "Time without a quote that makes an alert.",
        synonyms=("disconnected", "connection lost"),
    )
    event_minutes: Annotated[int, Interval(ge=1, le=240), Unit("min")] = setting(
        10,
        "Before news",
        "How long before an economic event the alert comes.",
        synonyms=("economic calendar", "news", "lead time"),
    )
    event_impact: Literal["high", "medium", "low"] = setting(
        "high",
        "Min impact",
        "The lowest impact that raises an alert.",
        synonyms=("economic calendar", "news", "importance"),
    )
    setup: AlertRule = setting(AlertRule(), "Setup", "A candle passed all four layers.")
    a_plus: AlertRule = setting(LOUD, "A+ setup", "A candle passed all layers with an A+ score.")
    one_gate_away: AlertRule = setting(
        AlertRule(), "1 condition missing", "All conditions of a setup but one are met.", synonyms=("near miss",)
    )
    approval_waiting: AlertRule = setting(
        AlertRule(toast=False, notification=True, sound=True, phone="on"),
        "Approval waiting",
        "A proposal waits for your answer.",
        synonyms=("confirmation",),
    )
    fill: AlertRule = setting(LOUD, "Fill", "An order became a position.", synonyms=("entry", "executed order"))
    exit: AlertRule = setting(LOUD, "Exit", "A position was closed.", synonyms=("close", "closed position"))
    denial: AlertRule = setting(
        AlertRule(sound=True),
        "Denial or rejection",
        "The risk check denied an entry, or the broker rejected an order.",
        synonyms=("rejected order", "blocked entry"),
    )
    economic_event: AlertRule = setting(
        AlertRule(notification=True),
        "Economic event",
        "News for a currency of your symbols is due soon.",
        synonyms=("economic calendar", "news", "NFP", "CPI", "FOMC"),
    )
    price_alert: AlertRule = setting(
        LOUD,
        "Price alert",
        "An alert of yours fired: on a level, a drawn line, VWAP or the conditions of a side.",
        synonyms=("level", "price level", "trend line", "VWAP touch"),
    )
    position_at_risk: AlertRule = setting(
        LOUD,
        "Position at risk",
        "The broker refused to close a position or to move its stop, or a position has no stop.",
    )
    feed_lost: AlertRule = setting(
        LOUD,
        "Feed lost",
        "There are no prices, or the broker cannot be reached.",
        synonyms=("disconnected", "connection lost"),
    )
    lock: AlertRule = setting(
        LOUD,
        "Trading blocked",
        "The desk was halted, reduced its authority or has an unresolved order, or others trade on the account.",
        synonyms=("halt", "kill switch"),
    )
