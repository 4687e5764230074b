"""Permission for a symbol to trade without asking: what the user says, what the desk takes back, what is recorded."""

from __future__ import annotations

import msgspec

from engine.domain.facts import Fact


class AllowAuto(msgspec.Struct, frozen=True, kw_only=True):
    """Let a symbol trade without asking by the settings in force, whose hash the user has seen: to be given before
    `SetAuto` and `SetAuthority`.

    `figure` is what the lab measured of them, in words. `typed` is what the user typed where `asked` was to be typed;
    only a positive `verdict` needs neither.
    """

    symbol: str
    settings_hash: str
    verdict: str
    figure: str
    asked: str = ""
    typed: str = ""


class WithdrawAuto(msgspec.Struct, frozen=True):
    """Let a symbol ask again before it trades, for a reason that the lab found: a drift, or another verdict.

    With `keeps_confirmed` a permit that the user confirmed stays, and only one by a positive verdict ends.
    """

    symbol: str
    reason: str
    keeps_confirmed: bool = False


class AutoWithdrawn(msgspec.Struct, frozen=True):
    """The desk set a symbol that traded without asking to MANUAL, until the user allows it again."""

    symbol: str
    reason: str


class AutoAllowed(Fact, frozen=True):
    """The user lets a symbol trade without asking by these settings: `figure` is what was known of them, `typed` what
    the user typed to confirm that they are not proven; empty where the verdict is positive."""

    by: str
    symbol: str
    settings_hash: str
    verdict: str
    figure: str
    typed: str


class AutoPermitLost(Fact, frozen=True):
    """A symbol may not trade without asking until the user allows it again."""

    symbol: str
    reason: str
