"""Why the server's clock cannot be relied on, and what the user can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine.adapters.mt5.conditions import Condition, LinkState

CLOCK_WAITS: Final = Condition(
    LinkState.CLOCK_UNSURE,
    "The server's clock is not known yet: no fresh price has come.",
    "Wait for the next quote; at the weekend only crypto has any.",
)
CLOCK_REPEATS: Final = Condition(
    LinkState.CLOCK_UNSURE,
    "The server's clock went back and shows an hour for the second time: its times are ambiguous.",
    "Wait until the hour is over; open positions are managed meanwhile.",
)


def clock_wrong(residual: timedelta) -> Condition:
    seconds = residual.total_seconds()
    return Condition(
        LinkState.CLOCK_UNSURE,
        f"This computer's clock and the server's differ by {abs(seconds):.0f} s beside whole quarter hours.",
        "Let the operating system set the clock from the internet.",
    )


def clock_set(by: timedelta) -> Condition:
    """The computer's clock was set, ahead or back where `by` is negative."""
    way = "back" if by < timedelta(0) else "ahead"
    return Condition(
        LinkState.CLOCK_UNSURE,
        f"This computer's clock was set {way} by {_duration(abs(by))}: the server's clock is measured again.",
        "Wait for the next quotes: the desk goes on by itself. Set this computer's clock if it is wrong now.",
    )


def clock_unusual(offset: timedelta) -> Condition:
    """By this computer's clock the server's time follows none of the usual rules."""
    return Condition(
        LinkState.CLOCK_UNSURE,
        (
            f"By this computer's clock the server is at {_offset(offset)}, which is unusual: either this clock is "
            "wrong by whole hours, or the broker uses a time of its own. The desk cannot tell which."
        ),
        "Check the time: set this computer's clock if it is wrong, or confirm that it is right.",
    )


def clock_contradicted(rule: str, ahead: timedelta, *, is_by_break: bool) -> Condition:
    """This computer's clock is `ahead` of what the server's says by its `rule`, negative if behind."""
    way = "behind" if ahead < timedelta(0) else "ahead of"
    source = "gold's daily break" if is_by_break else "earlier measurements"
    return Condition(
        LinkState.CLOCK_UNSURE,
        (f"This computer's clock is {_duration(abs(ahead))} {way} the server's, which runs on {rule} by {source}."),
        (
            "Correct this computer's clock: the desk goes on by itself. If it is right and the broker has changed the "
            "server's clock, confirm that."
        ),
    )


def _duration(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 s"


def _offset(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
