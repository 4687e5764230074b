"""Settings of the alerts that are sent to the user's phone; addresses are secrets, in the key store only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Literal

from annotated_types import Interval

from config.section import Section, TimeOfDay, setting

PhoneMode = Literal["on", "silent", "off"]
"""Whether an alert of a kind is sent to the phone, and whether it rings there."""


class PhoneSettings(Section):
    """When alerts are sent to the phone, and what they may contain."""

    enabled: bool = setting(
        False,
        "Send alerts",
        "Sends alerts to the addresses in the key store; which kinds is set under Alerts.",
        synonyms=("Telegram", "ntfy", "Pushover", "Discord", "e-mail", "webhook"),
    )
    shows_money: bool = setting(
        False,
        "Money and volume",
        "Sends the whole text of an alert, with amounts of money, volume and account.",
        synonyms=("privacy", "profit", "lot size", "account number"),
    )
    chart_picture: bool = setting(
        False,
        "Chart picture",
        "Adds a picture of the last hour on M1; without positions, and without volume unless Money and volume is on.",
        synonyms=("screenshot", "snapshot", "image"),
    )
    quiet_hours: bool = setting(
        False,
        "Quiet hours",
        "Between the two times below alerts arrive without sound.",
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
        "Urgent rings",
        "A position at risk rings in quiet hours too.",
        synonyms=("do not disturb", "critical alert", "emergency"),
    )

    orders: Literal["off", "telegram", "ntfy"] = setting(
        "off",
        "Orders from the phone",
        "From where to accept: halt, close only, reject a proposal, cancel a plan. Nothing can be entered or relaxed.",
        synonyms=("remote control", "kill switch", "Telegram bot", "halt"),
    )
    orders_user_id: Annotated[int, Interval(ge=0, le=2**52)] = setting(
        0,
        "Telegram user",
        "Number of the one Telegram user whose orders count; 0 is nobody.",
        synonyms=("user id", "chat id", "remote control"),
    )

    def contradictions(self) -> Iterator[str]:
        if self.orders == "telegram" and not self.orders_user_id:
            yield "orders is telegram without orders_user_id; allowed is the number of your Telegram user"

    def is_quiet_at(self, now: time) -> bool:
        """Whether a time of the day lies in quiet hours; they may span midnight, and two equal times are none."""
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        is_inside = begin <= now < end if begin <= end else now >= begin or now < end
        return self.quiet_hours and is_inside
