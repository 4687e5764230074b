"""Conditions that come from the broker's own answers to orders, and stay after them."""

from __future__ import annotations

from typing import Final

from engine.adapters.mt5.codes import ErrorCode, RetCode
from engine.adapters.mt5.conditions import Condition, LinkState, Switch
from engine.adapters.mt5.sentences import PYTHON_API_ON, SWITCHES

_ASK_THE_BROKER: Final = "Ask the broker whether this account may trade the symbol"
_WAYS_TO_TRADE: Final[dict[int, str]] = {
    RetCode.SERVER_DISABLES_AT: SWITCHES[Switch.BROKER_EXPERTS][1],
    RetCode.CLIENT_DISABLES_AT: f"{SWITCHES[Switch.TERMINAL_BUTTON][1]}. {PYTHON_API_ON}",
    RetCode.ONLY_REAL: "Ask the broker: it says that only real accounts may trade this",
    ErrorCode.AUTO_TRADING_DISABLED: PYTHON_API_ON,
}


def trading_refused(symbol: str, code: int, words: str) -> Condition:
    return Condition(
        state=LinkState.TRADING_REFUSED,
        sentence=f"An order of {symbol} was refused: {words}. The desk opens no more positions.",
        way_out=f"{_WAYS_TO_TRADE.get(code, _ASK_THE_BROKER)}. Then try again here.",
    )


def order_astray(symbol: str, words: str) -> Condition:
    return Condition(
        state=LinkState.ORDER_ASTRAY,
        sentence=f"An order of {symbol} was on its way as the account changed: {words}. The desk does not manage it.",
        way_out=(
            "Look at that account: if a position stands there it has its stop and target, and is yours to close. "
            "Then try again here."
        ),
    )


def limit_reached(symbol: str, words: str) -> Condition:
    return Condition(
        state=LinkState.LIMIT_REACHED,
        sentence=f"The account has no room for another position of {symbol}: {words}. Closing goes on.",
        way_out="Entries resume when a position has closed. If you deposited money or raised a limit, try again here.",
    )
