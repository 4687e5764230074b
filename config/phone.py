"""Settings for alerts sent to the user's phone. Addresses are secrets and are kept only in the key store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Literal

from annotated_types import Interval

from config.section import Section, TimeOfDay, setting

PhoneMode = Literal["on", "silent", "off"]
"""Whether alerts of a kind are sent to the phone, and whether they make a sound there."""


class PhoneSettings(Section):
    """When alerts are sent to the phone, and what they may contain."""

    enabled: bool = setting(
        False,
        "Send alerts",
        "Sends alerts to the saved addresses. Choose the kinds under Alerts.",
        synonyms=("Telegram", "ntfy", "Pushover", "Discord", "e-mail", "webhook"),
    )
    shows_money: bool = setting(
        False,
        "Money and volume",
        "Includes amounts of money, volume and the account in the message.",
        synonyms=("privacy", "profit", "lot size", "account number"),
    )
    chart_picture: bool = setting(
        False,
        "Chart picture",
        "Attaches an M1 chart of the last hour, without positions; with volume only if Money and volume is on.",
        synonyms=("screenshot", "snapshot", "image"),
    )
    quiet_hours: bool = setting(
        False,
        "Quiet hours",
        "Alerts arrive without sound between the two times below.",
        synonyms=("do not disturb", "silent", "mute", "night"),
    )
    quiet_from: TimeOfDay = setting(
        "22:00", "Quiet from", "Time on this computer's clock.", synonyms=("do not disturb", "night")
    )
    quiet_until: TimeOfDay = setting(
        "07:00", "Quiet until", "Time on this computer's clock.", synonyms=("do not disturb", "night")
    )
    urgent_rings: bool = setting(
        True,
        "Sound for urgent alerts",
        "Position at risk alerts make a sound in quiet hours too.",
        synonyms=("do not disturb", "critical alert", "emergency"),
    )

    orders: Literal["off", "telegram", "ntfy"] = setting(
        "off",
        "Commands from the phone",
        "Accepts halt, close only, reject a proposal and cancel a plan. None opens a position or relaxes a limit.",
        synonyms=("remote control", "kill switch", "Telegram bot", "halt"),
    )
    orders_user_id: Annotated[int, Interval(ge=0, le=2**52)] = setting(
        0,
        "Telegram user ID",
        "The only Telegram user whose commands are accepted; 0 means none.",
        synonyms=("user id", "chat id", "remote control"),
    )

    def contradictions(self) -> Iterator[str]:
        if self.orders == "telegram" and not self.orders_user_id:
            yield "orders is telegram but orders_user_id is 0; set it to your Telegram user ID"

    def is_quiet_at(self, now: time) -> bool:
        """Whether a time of day is in quiet hours. They may span midnight; two equal times mean no quiet hours."""
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        is_inside = begin <= now < end if begin <= end else now >= begin or now < end
        return self.quiet_hours and is_inside
