"""Calls of the terminal's module and their outcomes, as values shared by the desk and its worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from typing import Any, Final

import msgspec

from engine.adapters.mt5.codes import RAISED

ORDER_SEND: Final = "order_send"

_ENTRY_PATIENCE: Final = timedelta(seconds=1)
_PATIENCE: Final = timedelta(seconds=20)


class Priority(IntEnum):
    """The order of waiting calls; within one priority, first in, first out."""

    CLOSE = 0
    PROTECT = 1
    OPEN = 2
    POLL = 3

    @property
    def patience(self) -> timedelta:
        """What has to be known or done is worth waiting for; an entry that has to wait is too late."""
        return _ENTRY_PATIENCE if self is Priority.OPEN else _PATIENCE


class TerminalCall(msgspec.Struct, frozen=True, kw_only=True):
    """One function of the terminal's module, with its arguments as plain floats, ints, texts and dictionaries.

    `begin_within` bounds the wait for its turn, from the moment of asking: what comes too late is never sent.
    `answer_within` bounds the call itself, None for the configured limit: a terminal that takes longer hangs, and
    its worker is killed. Of many results only `fields` are kept, all of them where it names none.
    """

    function: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}
    priority: Priority = Priority.POLL
    begin_within: timedelta = timedelta(seconds=2)
    answer_within: timedelta | None = None
    fields: tuple[str, ...] = ()

    @property
    def is_order(self) -> bool:
        """Whether the call may change something at the broker."""
        return self.function == ORDER_SEND


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The terminal's answer: what the module returned, with result types as dictionaries by field name.

    Tuples come as lists, tables as numpy structured arrays that cannot be written to. `at_s` is the machine's running
    time when the answer came, in seconds (`engine.clock.running_s`); `took_ms` the time within the module alone.
    """

    value: Any
    took_ms: float
    at_s: float


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The terminal refused: the module's `last_error` read right after the call, such as -2 and its text.

    `code` is `codes.RAISED` where the module raised instead; the request did not leave the machine then.
    """

    code: int
    text: str

    @property
    def words(self) -> str:
        """What went wrong, with the module's number for reference."""
        return self.text if self.code == RAISED else f"{self.text} ({self.code})"


class Lost(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The call began and its answer is not known: it may have been carried out.

    `code` is that of the broken connection to the terminal, None where the worker died or was killed.
    """

    reason: str
    code: int | None = None

    @property
    def words(self) -> str:
        """The same words as those of `Failed`."""
        return self.reason if self.code is None else f"{self.reason} ({self.code})"


class NotSent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The call never began: it was too late, or the link could not accept it. Nothing happened at the terminal."""

    reason: str

    @property
    def code(self) -> None:
        """The terminal was not asked."""

    @property
    def words(self) -> str:
        return self.reason


Unanswered = Failed | Lost | NotSent
Answer = Answered | Unanswered


def value_of(answer: Answer) -> Any:
    """What the terminal returned, None where it returned nothing."""
    return answer.value if isinstance(answer, Answered) else None
