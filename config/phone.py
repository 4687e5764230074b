"""Settings for alerts sent to the user's phone. Addresses are secrets and are kept only in the key store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated, Final, Literal

from annotated_types import Interval

from config.section import Section, TimeOfDay, setting

_MINUTE: Final = timedelta(minutes=1)

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

    def is_quiet_at(self, now: datetime) -> bool:
        """Whether a local time is in quiet hours. They may span midnight; two equal times mean no quiet hours.

        In the hour that comes twice when summer time ends they begin the first time, and end the second time: they are
        not interrupted. `now` is aware, or a time of this computer's clock.
        """
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        if not self.quiet_hours or begin == end:
            return False
        at = now.time()
        if begin <= at < end if begin < end else at >= begin or at < end:
            return True
        if not _comes_twice(now, at):
            return False
        if now.fold:
            return at < begin and _comes_twice(now, begin)
        last = (datetime.combine(now.date(), end) - _MINUTE).time()
        return at >= end and _comes_twice(now, last)


def _comes_twice(day: datetime, at: time) -> bool:
    """Whether the clock shows a time twice on that day; those of one that it leaves out are in reverse order."""
    first, second = (datetime.combine(day.date(), at.replace(fold=fold), day.tzinfo) for fold in (0, 1))
    return first.timestamp() < second.timestamp()
