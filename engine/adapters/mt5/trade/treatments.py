"""What each answer to a trade request calls for: the policy of the desk as a table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from engine.adapters.mt5.codes import RAISED, ErrorCode, RetCode, TradeAction
from engine.domain.orders import RefusalPolicy


class Treatment(StrEnum):
    """What to do with an answer. Nothing but a named second attempt is ever sent again."""

    DONE = "done"
    """Carried out: confirm by looking at positions and deals."""
    PARTIAL = "partial"
    """Part of the volume was filled, the rest never will be; the stop covers what there is."""
    ACCEPTED = "accepted"
    """Taken, not executed yet: look at order, deals and position until it is."""
    UNKNOWN = "unknown"
    """May have been executed: stop new entries and find out by looking."""
    PRICE_MOVED = "price_moved"
    """A fresh tick, the signal checked again, and one or two more attempts within its life."""
    BACK_OFF = "back_off"
    """Too many or locked: wait from a second on, then look before anything else."""
    NEXT_FILLING = "next_filling"
    """The next filling mode that the symbol allows, once."""
    FRESH_LEVELS = "fresh_levels"
    """Stops too close: levels from a fresh tick, once."""
    REFUSED = "refused"
    """Refused for good, or a fault of ours: never again, and the whole request into the log."""
    MARKET_CLOSED = "market_closed"
    """Wait until ticks move again."""
    LIMIT_REACHED = "limit_reached"
    """No entries; closing remains possible."""
    TRADING_DISABLED = "trading_disabled"
    """Halt, and say which switch."""
    POSITION_GONE = "position_gone"
    """Closed or closing already: a success for a close, to be confirmed by looking."""
    NO_CHANGE = "no_change"
    """The levels are those asked for: a success for a change of stops."""
    SIDE_DISABLED = "side_disabled"
    """This side, or this order of closing, is not allowed here."""

    @property
    def policy(self) -> RefusalPolicy | None:
        """The refusal that the engine should hear of, None where the answer is not, or not surely, a refusal."""
        return _POLICIES.get(self)


_POLICIES: Final = {
    Treatment.PRICE_MOVED: RefusalPolicy.PRICE_MOVED,
    Treatment.BACK_OFF: RefusalPolicy.WAIT,
    Treatment.NEXT_FILLING: RefusalPolicy.INVALID,
    Treatment.FRESH_LEVELS: RefusalPolicy.STOPS_TOO_CLOSE,
    Treatment.REFUSED: RefusalPolicy.INVALID,
    Treatment.MARKET_CLOSED: RefusalPolicy.MARKET_CLOSED,
    Treatment.LIMIT_REACHED: RefusalPolicy.LIMIT_REACHED,
    Treatment.TRADING_DISABLED: RefusalPolicy.TRADING_DISABLED,
    Treatment.POSITION_GONE: RefusalPolicy.POSITION_GONE,
    Treatment.NO_CHANGE: RefusalPolicy.NO_CHANGE,
    Treatment.SIDE_DISABLED: RefusalPolicy.SIDE_DISABLED,
}

_BY_TREATMENT: Final[dict[Treatment, tuple[int, ...]]] = {
    Treatment.DONE: (RetCode.DONE,),
    Treatment.PARTIAL: (RetCode.DONE_PARTIAL,),
    Treatment.ACCEPTED: (RetCode.PLACED,),
    Treatment.PRICE_MOVED: (RetCode.REQUOTE, RetCode.PRICE_CHANGED, RetCode.PRICE_OFF),
    Treatment.BACK_OFF: (RetCode.TOO_MANY_REQUESTS, RetCode.LOCKED),
    Treatment.NEXT_FILLING: (RetCode.INVALID_FILL,),
    Treatment.FRESH_LEVELS: (RetCode.INVALID_STOPS, RetCode.FROZEN),
    Treatment.REFUSED: (
        RetCode.REJECT, RetCode.CANCEL, RetCode.INVALID, RetCode.INVALID_VOLUME, RetCode.INVALID_PRICE,
        RetCode.INVALID_EXPIRATION, RetCode.INVALID_ORDER, RetCode.INVALID_CLOSE_VOLUME,
        ErrorCode.INVALID_PARAMS, RAISED,
    ),
    Treatment.MARKET_CLOSED: (RetCode.MARKET_CLOSED,),
    Treatment.LIMIT_REACHED: (
        RetCode.NO_MONEY, RetCode.LIMIT_ORDERS, RetCode.LIMIT_VOLUME, RetCode.LIMIT_POSITIONS,
    ),
    Treatment.TRADING_DISABLED: (
        RetCode.TRADE_DISABLED, RetCode.SERVER_DISABLES_AT, RetCode.CLIENT_DISABLES_AT, RetCode.ONLY_REAL,
        ErrorCode.AUTO_TRADING_DISABLED,
    ),
    Treatment.POSITION_GONE: (RetCode.POSITION_CLOSED, RetCode.CLOSE_ORDER_EXIST),
    Treatment.NO_CHANGE: (RetCode.NO_CHANGES,),
    Treatment.SIDE_DISABLED: (
        RetCode.LONG_ONLY, RetCode.SHORT_ONLY, RetCode.CLOSE_ONLY, RetCode.FIFO_CLOSE, RetCode.HEDGE_PROHIBITED,
    ),
}  # fmt: skip

_TREATMENTS: Final = {int(code): treatment for treatment, codes in _BY_TREATMENT.items() for code in codes}


def treatment(code: int, action: TradeAction = TradeAction.DEAL) -> Treatment:
    """What an answer to a request of this `action` calls for.

    `code` is the result's return code, or that of `Failed` or `Lost` where there was no result. Whatever is not
    known to be harmless counts as UNKNOWN: it may have been executed.
    """
    found = _TREATMENTS.get(code, Treatment.UNKNOWN)
    if found is Treatment.ACCEPTED and action is TradeAction.PENDING:
        return Treatment.DONE
    if found is Treatment.NO_CHANGE and action is not TradeAction.SLTP:
        return Treatment.REFUSED
    return found
