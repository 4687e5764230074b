"""From an alert to what is sent to the phone: with or without sound, without money unless the user allows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.phone import PhoneMode, PhoneSettings
from engine.adapters.phone.service import PhoneMessage
from gui.features.alerts.model.kinds import Alert, AlertKind

TEST_TITLE, TEST_TEXT = "Test: alerts reach this phone", "This is only a test."
PAPER = "Paper"


def message_of(
    alert: Alert,
    mode: PhoneMode,
    settings: PhoneSettings,
    *,
    local: datetime,
    now_s: float,
    is_paper: bool,
    picture: Callable[[], bytes] | None = None,
) -> PhoneMessage:
    """The message of an alert whose kind is on or silent.

    `local` is the time of this computer's clock, `now_s` monotonic seconds; `is_paper` marks what happens on a paper
    account, so that nobody takes it for real money.
    """
    rings_anyway = settings.urgent_rings and alert.kind is AlertKind.POSITION_AT_RISK
    is_silent = mode == "silent" or (settings.is_quiet_at(local) and not rings_anyway)
    return PhoneMessage(
        title=f"{PAPER} · {alert.title}" if is_paper else alert.title,
        text=alert.words if settings.shows_money else alert.safe_words,
        is_silent=is_silent,
        sent_at_s=now_s,
        picture=picture,
    )


def trial_message(now_s: float) -> PhoneMessage:
    """The message of the test button; it arrives with sound."""
    return PhoneMessage(title=TEST_TITLE, text=TEST_TEXT, sent_at_s=now_s)
