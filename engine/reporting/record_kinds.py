"""How a kind of record is shown: its group and its wording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from engine.reporting.record_subject import Payload
from engine.reporting.words import price

PLANS, ORDERS, RESULTS, NOTES, DESK, BROKER = GROUPS = (
    *(
        "Setups and plans",
        "Orders and positions",
        "Results",
        "Notes and price alerts",
        "Desk and settings",
        "Broker and account",
    ),
)


class RecordKind(NamedTuple):
    """What a kind says: a sentence with names in braces, or a function of the payload. A warning is about something
    that went wrong or was stopped."""

    group: str
    words: str | Callable[[Payload], str]
    is_warning: bool = False

    def sentence(self, payload: Payload) -> str:
        """Raises an arbitrary error for a malformed payload."""
        return self.words.format_map(_Named(payload)) if isinstance(self.words, str) else self.words(payload)


class _Named:
    """What the names in a sentence stand for: parts of the payload in words, or what it holds as it is."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload

    def __getitem__(self, name: str) -> object:
        in_words = _IN_WORDS.get(name)
        return self._payload[name] if in_words is None else in_words(self._payload)


def who(by: str) -> str:
    """Who ordered something: records call the user `person`."""
    return "the user" if by == "person" else by


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def order_words(order: Payload) -> str:
    symbol = order["symbol"]
    return f"{order['side']} {order['volume_lots']:g} {symbol} at {price(order['reference_price'], symbol)}"


def position_words(payload: Payload) -> str:
    position = payload["trade"]["position"]
    return f"{position['side']} {position['volume_lots']:g} {position['symbol']} ({position['ticket']})"


def plan_words(payload: Payload) -> str:
    plan = payload.get("plan", payload)
    symbol = plan["symbol"]
    levels = ", ".join(
        f"{name} {price(plan[field], symbol)}"
        for name, field in (("entry", "entry_price"), ("stop", "stop_loss"), ("target", "take_profit"))
    )
    return f"{plan['direction']} {plan['volume']:g} {symbol}, {levels}"


_IN_WORDS: Final[Mapping[str, Callable[[Payload], str]]] = {
    "by": lambda payload: who(payload["by"]),
    "order": lambda payload: order_words(payload["order"]),
    "position": position_words,
    "plan": plan_words,
}
