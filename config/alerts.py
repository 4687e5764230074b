"""Settings of the alerts: for each kind whether it is seen in the window, seen on the desktop, and heard."""

from __future__ import annotations

from config.section import Names, Section, setting
from config.symbol_names import begins_with


class AlertRule(Section):
    """What is done about one kind of alert."""

    toast: bool = setting(True, title="In the window", about="Shows a small card below the prices.")
    notification: bool = setting(
        False, title="On the desktop", about="Notifies on the desktop while another program is in front."
    )
    sound: bool = setting(False, title="Sound", about="Plays the sound of this kind.")
    silent_symbols: Names = setting(
        (), title="Not for", about="Symbols without this alert, by prefix or by the market they stand for."
    )

    def is_silent_for(self, symbol: str, stands_for: str = "") -> bool:
        """Whether this kind is off for `symbol`; upper and lower case are the same."""
        return any(begins_with(prefix, symbol, stands_for) for prefix in self.silent_symbols)


LOUD = AlertRule(toast=True, notification=True, sound=True)


class AlertsSettings(Section):
    """One rule for each kind, under the name of the kind."""

    quiet_above_speed: float = setting(
        20.0,
        ge=1,
        le=1000,
        unit="times",
        title="Quiet above",
        about="Above this playback speed only blocked trading, a lost feed and positions at risk make alerts.",
    )
    feed_lost_seconds: float = setting(
        15.0, ge=1, le=3600, unit="s", title="Feed lost after", about="Time without a quote that makes an alert."
    )
    setup: AlertRule = setting(AlertRule(), title="Setup", about="A candle passed all four layers.")
    a_plus: AlertRule = setting(LOUD, title="A+ setup", about="A candle passed all layers with an A+ score.")
    one_gate_away: AlertRule = setting(
        AlertRule(), title="1 condition missing", about="All conditions of a setup but one are met."
    )
    approval_waiting: AlertRule = setting(
        AlertRule(toast=False, notification=True, sound=True),
        title="Approval waiting",
        about="A proposal waits for your answer.",
    )
    fill: AlertRule = setting(LOUD, title="Fill", about="An order became a position.")
    exit: AlertRule = setting(LOUD, title="Exit", about="A position was closed.")
    denial: AlertRule = setting(AlertRule(sound=True), title="Denial", about="An entry was denied, or failed.")
    position_at_risk: AlertRule = setting(
        LOUD,
        title="Position at risk",
        about="The broker refused to close a position or to move its stop, or a position has no stop.",
    )
    feed_lost: AlertRule = setting(
        LOUD, title="Feed lost", about="There are no prices, or the broker cannot be reached."
    )
    lock: AlertRule = setting(
        LOUD,
        title="Trading blocked",
        about="The desk was halted, reduced its authority or has an unresolved order, or others trade on the account.",
    )
