"""Permission for a symbol to trade without approval: given by the user, withdrawn by the desk, and recorded."""

from __future__ import annotations

import msgspec

from engine.domain.facts import Fact


class AllowAuto(msgspec.Struct, frozen=True, kw_only=True):
    """Let a symbol trade without approval with the settings in force, by their hash; to be sent before `SetAuto` and
    `SetAuthority`.

    `figure` is what the lab measured for them, in words. `asked` is what the user was asked to type, `typed` what was
    typed; only a positive `verdict` needs neither.
    """

    symbol: str
    settings_hash: str
    verdict: str
    figure: str
    asked: str = ""
    typed: str = ""


class WithdrawAuto(msgspec.Struct, frozen=True):
    """Require approval for a symbol again, for a reason that the lab found: drift, or a different verdict.

    With `keeps_confirmed` a permit that the user confirmed stays; only one based on a positive verdict ends.
    """

    symbol: str
    reason: str
    keeps_confirmed: bool = False


class AutoWithdrawn(msgspec.Struct, frozen=True):
    """The desk set a symbol that traded without approval to MANUAL, until the user allows it again."""

    symbol: str
    reason: str


class AutoAllowed(Fact, frozen=True):
    """The user lets a symbol trade without approval with these settings: `figure` is what was measured for them,
    `typed` what the user typed to confirm that they are not proven; empty if the verdict is positive."""

    by: str
    symbol: str
    settings_hash: str
    verdict: str
    figure: str
    typed: str


class AutoPermitLost(Fact, frozen=True):
    """A symbol may not trade without approval until the user allows it again."""

    symbol: str
    reason: str
