"""What is wrong with a position that the broker does not close or protect, and what the user can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.messages.execution import ExitRefused, ProtectionLost, StopMoveRefused
from engine.domain.orders import RefusalPolicy
from engine.domain.trades import StopKind
from gui.features.trading.model.words import span_text

_SWITCH_ON = "Switch on Algo Trading in the terminal or ask the broker; or close the position there."
_WAY_OUT = {
    RefusalPolicy.TRADING_DISABLED: _SWITCH_ON,
    RefusalPolicy.MARKET_CLOSED: "The market is closed: the desk closes the position as soon as the broker allows it.",
    RefusalPolicy.PRICE_MOVED: "The desk asks again at the next price.",
    RefusalPolicy.WAIT: "The broker is busy: the desk asks again by itself.",
}
_CLOSE_THERE = "If this persists, close the position in the terminal yourself."
_FLEETING = (RefusalPolicy.PRICE_MOVED, RefusalPolicy.STOPS_TOO_CLOSE, RefusalPolicy.WAIT)
_REFUSALS_IN_A_ROW = 3
"""From this many refusals on, a trailing stop is reported even if the reason may pass with the next quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTrouble:
    """`headline` and `reason` in a few words; `retry_at` is when the desk tries again, None where it does not."""

    headline: str
    reason: str
    way_out: str
    is_exit: bool = False
    retry_at: datetime | None = None

    def text(self, now: datetime | None) -> str:
        """For a cell: what is wrong, why, and when the desk tries again."""
        words = f"{self.headline}: {self.reason}"
        if self.retry_at is None or now is None:
            return words
        return f"{words}; next attempt in {span_text(self.retry_at - now)}"


def trouble_of(event: ExitRefused | StopMoveRefused | ProtectionLost) -> PositionTrouble:
    """What the event means for its position."""
    match event:
        case ExitRefused(reason=reason, policy=policy, attempt=attempt, retry_at=retry_at):
            return PositionTrouble(
                headline=f"Not closed, attempt {attempt}",
                reason=reason,
                way_out=_WAY_OUT.get(policy, _CLOSE_THERE),
                is_exit=True,
                retry_at=retry_at,
            )
        case StopMoveRefused(reason=reason, policy=policy):
            way_out = _SWITCH_ON if policy is RefusalPolicy.TRADING_DISABLED else "The stop stays where it is."
            return PositionTrouble(headline="Stop not moved", reason=reason, way_out=way_out)
        case ProtectionLost(reason=reason):
            way_out = "The desk sets a stop or closes the position at once; if neither happens, do it in the terminal."
            return PositionTrouble(headline="NO STOP", reason=reason, way_out=way_out)


def is_alarming(event: ExitRefused | StopMoveRefused) -> bool:
    """Whether the user must be alerted: the broker refused, and not for a reason that may pass with the next quote.

    A closed market is reported once only: it may stay closed for a weekend.
    """
    if isinstance(event, ExitRefused):
        return event.policy is not RefusalPolicy.MARKET_CLOSED or event.attempt == 1
    if event.policy is None:
        return False
    is_fleeting = event.kind is StopKind.TRAILING and event.policy in _FLEETING
    return not is_fleeting or event.attempt >= _REFUSALS_IN_A_ROW
