"""An operation: its name, what it does, its arguments and its answer as types, and the function behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from engine.assistant.assisted_desk import AssistedDesk
from engine.domain.proposals import Caller


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operation is asked with: an unknown name is refused, never dropped."""


class NoArguments(Arguments, frozen=True, kw_only=True):
    """No arguments."""


class Asked(NamedTuple):
    """Who asks what desk."""

    desk: AssistedDesk
    caller: Caller


class Operation(NamedTuple):
    """One row of the table; `about` is for the programs that choose among the operations."""

    name: str
    about: str
    arguments: type[Arguments]
    answer: type[msgspec.Struct]
    run: Callable[[Asked, Any], Awaitable[msgspec.Struct]]
    is_reading: bool = True
    """Whether it changes nothing at all."""
