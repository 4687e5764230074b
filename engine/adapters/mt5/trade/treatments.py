"""How the desk handles each answer to a trade request, as a table."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final, Self

from engine.adapters.mt5.codes import RAISED, ErrorCode, TradeAction
from engine.domain.orders import RefusalPolicy


class Treatment(StrEnum):
    """What to do with an answer. Only a named second attempt is ever sent again.

    `policy` is the refusal that the engine should hear of, None where the answer is not, or not surely, a refusal.
    """

    policy: RefusalPolicy | None

    def __new__(cls, value: str, policy: RefusalPolicy | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.policy = value, policy
        return member

    DONE = "done"
    """Carried out: confirm by looking at positions and deals."""
    PARTIAL = "partial"
    """Part of the volume was filled, the rest never will be; the stop covers what there is."""
    ACCEPTED = "accepted"
    """Taken, not executed yet: look at order, deals and position until it is."""
    UNKNOWN = "unknown"
    """May have been executed: stop new entries and find out by looking."""
    PRICE_MOVED = "price_moved", RefusalPolicy.PRICE_MOVED
    """A fresh tick, the signal checked again, and one or two more attempts within its life."""
    BACK_OFF = "back_off", RefusalPolicy.WAIT
    """Too many or locked: wait from a second on, then look before anything else."""
    NEXT_FILLING = "next_filling", RefusalPolicy.INVALID
    """The next filling mode that the symbol allows, once."""
    FRESH_LEVELS = "fresh_levels", RefusalPolicy.STOPS_TOO_CLOSE
    """Stops too close: levels from a fresh tick, once."""
    REFUSED = "refused", RefusalPolicy.INVALID
    """Refused for good, or an error of the desk: never again, and the whole request into the log."""
    MARKET_CLOSED = "market_closed", RefusalPolicy.MARKET_CLOSED
    """Wait until ticks move again."""
    LIMIT_REACHED = "limit_reached", RefusalPolicy.LIMIT_REACHED
    """No entries; closing remains possible."""
    TRADING_DISABLED = "trading_disabled", RefusalPolicy.TRADING_DISABLED
    """Halt, and say which switch."""
    POSITION_GONE = "position_gone", RefusalPolicy.POSITION_GONE
    """Closed or closing already: a success for a close, to be confirmed by looking."""
    NO_CHANGE = "no_change", RefusalPolicy.NO_CHANGE
    """The levels are those asked for: a success for a change of stops."""
    SIDE_DISABLED = "side_disabled", RefusalPolicy.SIDE_DISABLED
    """This side, or this order of closing, is not allowed here."""


class RetCode(IntEnum):
    """What the trade server, or the terminal on its behalf, says to a request, and how to handle it."""

    treatment: Treatment

    def __new__(cls, code: int, treatment: Treatment = Treatment.UNKNOWN) -> Self:
        member = int.__new__(cls, code)
        member._value_, member.treatment = code, treatment
        return member

    REQUOTE = 10004, Treatment.PRICE_MOVED
    REJECT = 10006, Treatment.REFUSED
    CANCEL = 10007, Treatment.REFUSED
    PLACED = 10008, Treatment.ACCEPTED
    DONE = 10009, Treatment.DONE
    DONE_PARTIAL = 10010, Treatment.PARTIAL
    ERROR = 10011
    TIMEOUT = 10012
    INVALID = 10013, Treatment.REFUSED
    INVALID_VOLUME = 10014, Treatment.REFUSED
    INVALID_PRICE = 10015, Treatment.REFUSED
    INVALID_STOPS = 10016, Treatment.FRESH_LEVELS
    TRADE_DISABLED = 10017, Treatment.TRADING_DISABLED
    MARKET_CLOSED = 10018, Treatment.MARKET_CLOSED
    NO_MONEY = 10019, Treatment.LIMIT_REACHED
    PRICE_CHANGED = 10020, Treatment.PRICE_MOVED
    PRICE_OFF = 10021, Treatment.PRICE_MOVED
    INVALID_EXPIRATION = 10022, Treatment.REFUSED
    ORDER_CHANGED = 10023
    TOO_MANY_REQUESTS = 10024, Treatment.BACK_OFF
    NO_CHANGES = 10025, Treatment.NO_CHANGE
    SERVER_DISABLES_AT = 10026, Treatment.TRADING_DISABLED
    CLIENT_DISABLES_AT = 10027, Treatment.TRADING_DISABLED
    LOCKED = 10028, Treatment.BACK_OFF
    FROZEN = 10029, Treatment.FRESH_LEVELS
    INVALID_FILL = 10030, Treatment.NEXT_FILLING
    CONNECTION = 10031
    ONLY_REAL = 10032, Treatment.TRADING_DISABLED
    LIMIT_ORDERS = 10033, Treatment.LIMIT_REACHED
    LIMIT_VOLUME = 10034, Treatment.LIMIT_REACHED
    INVALID_ORDER = 10035, Treatment.REFUSED
    POSITION_CLOSED = 10036, Treatment.POSITION_GONE
    INVALID_CLOSE_VOLUME = 10038, Treatment.REFUSED
    CLOSE_ORDER_EXIST = 10039, Treatment.POSITION_GONE
    LIMIT_POSITIONS = 10040, Treatment.LIMIT_REACHED
    REJECT_CANCEL = 10041
    LONG_ONLY = 10042, Treatment.SIDE_DISABLED
    SHORT_ONLY = 10043, Treatment.SIDE_DISABLED
    CLOSE_ONLY = 10044, Treatment.SIDE_DISABLED
    FIFO_CLOSE = 10045, Treatment.SIDE_DISABLED
    HEDGE_PROHIBITED = 10046, Treatment.SIDE_DISABLED


_TREATMENTS: Final[dict[int, Treatment]] = {
    **{int(code): code.treatment for code in RetCode},
    RAISED: Treatment.REFUSED,
    ErrorCode.INVALID_PARAMS: Treatment.REFUSED,
    ErrorCode.AUTO_TRADING_DISABLED: Treatment.TRADING_DISABLED,
}


def treatment(code: int, action: TradeAction = TradeAction.DEAL) -> Treatment:
    """How to handle an answer to a request of this `action`.

    `code` is the result's return code, or that of `Failed` or `Lost` where there was no result. Whatever is not
    known to be harmless counts as UNKNOWN: it may have been executed.
    """
    found = _TREATMENTS.get(code, Treatment.UNKNOWN)
    if found is Treatment.ACCEPTED and action is TradeAction.PENDING:
        return Treatment.DONE
    if found is Treatment.NO_CHANGE and action is not TradeAction.SLTP:
        return Treatment.REFUSED
    return found
