"""MetaTrader's constants as enums; its answers to trade requests are in `trade.treatments`.

Those that the desk needs are declared here and never read from the module, which lacks some of them; a test compares
them.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final


class Timeframe(IntEnum):
    M1 = 1
    H1 = 16385


class TradeAction(IntEnum):
    DEAL = 1
    PENDING = 5
    SLTP = 6


class OrderType(IntEnum):
    BUY = 0
    SELL = 1


class OrderTime(IntEnum):
    GTC = 0


class OrderFilling(IntEnum):
    """How a request says it wants to be filled; the flags of a symbol are `SymbolFilling`, with other numbers."""

    FOK = 0
    IOC = 1
    RETURN = 2


class SymbolFilling(IntFlag):
    FOK = 1
    IOC = 2


class TradeExecution(IntEnum):
    REQUEST = 0
    INSTANT = 1
    MARKET = 2
    EXCHANGE = 3


class SymbolTradeMode(IntEnum):
    DISABLED = 0
    LONG_ONLY = 1
    SHORT_ONLY = 2
    CLOSE_ONLY = 3
    FULL = 4


class AccountKind(IntEnum):
    DEMO = 0
    CONTEST = 1
    REAL = 2


class MarginMode(IntEnum):
    RETAIL_HEDGING = 2


class OrderState(IntEnum):
    CANCELED = 2
    PARTIAL = 3
    FILLED = 4
    REJECTED = 5
    EXPIRED = 6


class PositionType(IntEnum):
    BUY = 0
    SELL = 1


class DealType(IntEnum):
    """The two that trade; every higher number moves money only."""

    BUY = 0
    SELL = 1


class DealEntry(IntEnum):
    IN = 0


class DealReasonCode(IntEnum):
    CLIENT = 0
    MOBILE = 1
    WEB = 2
    EXPERT = 3
    SL = 4
    TP = 5
    SO = 6


class ErrorCode(IntEnum):
    """What `last_error` says of the way to the terminal."""

    OK = 1
    FAIL = -1
    INVALID_PARAMS = -2
    NO_MEMORY = -3
    NOT_FOUND = -4
    INVALID_VERSION = -5
    AUTH_FAILED = -6
    UNSUPPORTED = -7
    AUTO_TRADING_DISABLED = -8
    INTERNAL_FAIL = -10000
    INTERNAL_FAIL_SEND = -10001
    INTERNAL_FAIL_RECEIVE = -10002
    INTERNAL_FAIL_INIT = -10003
    INTERNAL_FAIL_CONNECT = -10004
    INTERNAL_FAIL_TIMEOUT = -10005


RAISED: Final = 0
"""Code of a `Failed` whose call raised: the module refused the form of the call."""

BROKE: Final = -10_999
"""Code of a `Lost` whose call raised anything else: a bridge broke, and how far the call had come is unknown."""


STRAYED: Final = -10_998
"""Code of a `Lost` whose order was on its way as the terminal was switched to another account."""


def is_connection_error(code: int) -> bool:
    """Whether the way to the terminal broke: what was asked may or may not have been heard."""
    return BROKE <= code <= ErrorCode.INTERNAL_FAIL
