"""Checks of the package itself, before anything goes to the terminal."""

from __future__ import annotations

import operator
from datetime import datetime
from typing import Any, Final

from tests.fake_metatrader5._native import Keywords, UnfitSlot
from tests.fake_metatrader5._session import Failure

_INVALID: Final = -2
_MAX_TEXT_LENGTH: Final = 29
_INT: Final = 2**31
_WORD: Final = 2**32
_LONG_WORD: Final = 2**64

_REQUEST: Final[dict[str, Any]] = {
    "action": _WORD, "magic": _LONG_WORD, "order": _LONG_WORD, "symbol": str, "volume": float, "price": float,
    "stoplimit": float, "sl": float, "tp": float, "deviation": _LONG_WORD, "type": _WORD, "type_filling": _WORD,
    "type_time": _WORD, "expiration": _WORD, "comment": str, "position": _LONG_WORD, "position_by": _LONG_WORD,
}  # fmt: skip
"""Fields of a trade request in the order of `TradeRequest`: an int is a bound of an unsigned integer."""


def refuse(text: str = "Invalid arguments") -> Failure:
    return Failure(_INVALID, text)


def refuse_argument(name: str) -> Failure:
    return refuse(f'Invalid "{name}" argument')


def counted(arguments: tuple[Any, ...], minimum: int, maximum: int | None = None) -> tuple[Any, ...]:
    """The arguments of a function of positions."""
    if not minimum <= len(arguments) <= (maximum or minimum):
        raise refuse()
    return arguments


def unnamed(arguments: tuple[Any, ...], maximum: int) -> tuple[Any, ...]:
    """The positions of a function that takes keywords too, all of them texts but the first of `login`."""
    if len(arguments) > maximum:
        raise refuse("Invalid number of arguments")
    return arguments


def refuse_unnamed(place: int) -> Failure:
    """`place` counts from 1."""
    return refuse(f"Invalid {('1st', '2nd', '3rd')[place - 1]} unnamed argument")


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse()
    return str(value)


def whole(value: Any) -> int:
    """A C int, as the parse of a slot takes it."""
    try:
        number = operator.index(value)
    except TypeError:
        raise UnfitSlot from None
    if not -_INT <= number < _INT:
        raise UnfitSlot
    return number


def real(value: Any) -> float:
    """A C double, as the parse of a slot takes it: ints too."""
    try:
        return float(value) if not isinstance(value, str) else _unfit()
    except (TypeError, OverflowError):
        raise UnfitSlot from None


def stamp(value: Any) -> int:
    """A date as seconds: compared with the server's stamps as it is. A naive datetime is this machine's local time."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, float):
        return int(value)
    if isinstance(value, int) or hasattr(value, "__index__"):
        return whole(value)
    raise refuse()


def keyword(keywords: Keywords, name: str, kind: type[Any], longest: int | None = None) -> Any:
    """The value of a keyword, None where it is absent; unknown keywords are nobody's concern."""
    value = (keywords or {}).get(name)
    if name not in (keywords or {}):
        return None
    if not isinstance(value, kind) or (longest is not None and len(value) > longest):
        raise refuse_argument(name)
    return value


def trade_request(arguments: tuple[Any, ...], keywords: Keywords) -> dict[str, Any]:
    """All fields of the request, absent ones as 0 or ''; raises `Failure` where it may not even be sent."""
    if keywords is not None:
        if arguments:
            raise refuse("Unnamed arguments not allowed")
        given: Any = keywords
    else:
        if len(arguments) != 1:
            raise refuse("Invalid number of arguments")
        (given,) = arguments
    if not isinstance(given, dict):
        raise refuse()
    return {name: _field(given, name, kind) for name, kind in _REQUEST.items()}


def _field(given: dict[str, Any], name: str, kind: Any) -> Any:
    if name not in given:
        return kind() if isinstance(kind, type) else 0
    value = given[name]
    if kind is float and isinstance(value, float):
        return float(value)
    if kind is str and isinstance(value, str) and len(value) <= _MAX_TEXT_LENGTH:
        return str(value)
    if isinstance(kind, int) and isinstance(value, int):
        if not 0 <= value < kind:
            raise UnfitSlot(f'Invalid "{name}" argument')
        return int(value)
    raise refuse_argument(name)


def _unfit() -> float:
    raise UnfitSlot
