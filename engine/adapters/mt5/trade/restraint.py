"""What the broker's own refusals keep the desk from, and for how long: what was refused for a reason that lasts is not
asked again before the reason can have gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.mt5.codes import RAISED, STRAYED, ErrorCode
from engine.adapters.mt5.conditions import Condition, LinkState, Switch
from engine.adapters.mt5.port import TerminalLink
from engine.adapters.mt5.trade.outcome import Outcome, refused
from engine.adapters.mt5.trade.treatments import RetCode, Treatment
from engine.clock import Clock
from engine.domain.market import Side

FIRST_PAUSE: Final = timedelta(seconds=1)
MAX_PAUSE: Final = timedelta(seconds=60)
SIDE_RESTS: Final = timedelta(hours=1)
"""How long a side is left alone that the broker does not let be opened, though its terms say that it may be."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

_ASK_THE_BROKER: Final = "Ask the broker whether this account may trade the symbol"
_WAYS_TO_TRADE: Final[dict[int, str]] = {
    RetCode.SERVER_DISABLES_AT: Switch.BROKER_EXPERTS.way_out,
    RetCode.CLIENT_DISABLES_AT: f"{Switch.TERMINAL_BUTTON.way_out}. {Switch.PYTHON_API.way_out}",
    RetCode.ONLY_REAL: "Ask the broker: it says that only real accounts may trade this",
    ErrorCode.AUTO_TRADING_DISABLED: Switch.PYTHON_API.way_out,
}


class Restraint:
    """Holds entries back. Exits and protection are never held back: they have pauses of their own."""

    def __init__(self, link: TerminalLink, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._quiet_until: datetime | None = None
        self._sides: dict[tuple[str, Side], datetime] = {}

    def objection(self, symbol: str, side: Side) -> Outcome | None:
        """Why an entry is not worth sending now; None where it is."""
        now = self._clock.now()
        if self._quiet_until is not None:
            return refused("the broker asked for a pause", Treatment.BACK_OFF)
        if now < self._sides.get((symbol, side), _LONG_AGO):
            return refused(f"the broker recently refused to open a {side} of {symbol}", Treatment.SIDE_DISABLED)
        return None

    def on_outcome(self, symbol: str, outcome: Outcome, side: Side | None = None) -> None:
        """Restricts further orders by the broker's answer to a request; `side` is that of an entry."""
        if outcome.code == RAISED:
            return  # the desk itself refused it
        match outcome.treatment:
            case Treatment.DONE | Treatment.PARTIAL:
                self._pause = FIRST_PAUSE
            case Treatment.BACK_OFF:
                self._quiet_until = self._clock.now() + self._pause
                self._pause = min(2 * self._pause, MAX_PAUSE)
            case Treatment.SIDE_DISABLED if side is not None:
                self._sides[symbol, side] = self._clock.now() + SIDE_RESTS
            case Treatment.TRADING_DISABLED:
                self._link.forbid(_trading_refused(symbol, outcome.code, outcome.words))
            case Treatment.UNKNOWN if side is not None and outcome.code == STRAYED:
                self._link.forbid(_order_astray(symbol, outcome.words))
            case Treatment.LIMIT_REACHED:
                self._link.forbid(_limit_reached(symbol, outcome.words))

    def has_paused(self) -> bool:
        """Whether a pause has just come to its end: once for each."""
        if self._quiet_until is None or self._clock.now() < self._quiet_until:
            return False
        self._quiet_until = None
        return True

    def on_positions_changed(self) -> None:
        """The positions are others than before: a limit may not be reached any more."""
        self._link.permit(LinkState.LIMIT_REACHED)


def _trading_refused(symbol: str, code: int, words: str) -> Condition:
    return Condition(
        LinkState.TRADING_REFUSED,
        f"An order of {symbol} was refused: {words}. The desk opens no more positions.",
        f"{_WAYS_TO_TRADE.get(code, _ASK_THE_BROKER)}. Then try again here.",
    )


def _order_astray(symbol: str, words: str) -> Condition:
    return Condition(
        LinkState.ORDER_ASTRAY,
        f"An order of {symbol} was on its way as the account changed: {words}. The desk does not manage it.",
        (
            "Look at that account: if a position stands there it has its stop and target, and is yours to close. "
            "Then try again here."
        ),
    )


def _limit_reached(symbol: str, words: str) -> Condition:
    return Condition(
        LinkState.LIMIT_REACHED,
        f"The account has no room for another position of {symbol}: {words}. Closing goes on.",
        "Entries resume when a position has closed. If you deposited money or raised a limit, try again here.",
    )
