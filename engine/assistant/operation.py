"""An operation: its name, what it does, its arguments and its answer as types, and the function behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, NamedTuple, TypeVar

import msgspec

from engine.assistant.assisted_desk import AssistedDesk
from engine.domain.messages.proposals import Caller
from engine.recall import Steps


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operation is asked with: an unknown name is refused, never dropped."""


class NoArguments(Arguments, frozen=True, kw_only=True):
    """No arguments."""


class Asked(NamedTuple):
    """Who asks what desk."""

    desk: AssistedDesk
    caller: Caller


T = TypeVar("T")


async def in_slices(work: Generator[None, None, T]) -> T:
    """What all the steps return; the loop has its turn after each of them."""
    steps = Steps(work)
    for _ in steps:
        await asyncio.sleep(0)
    return steps.result


class Operation(NamedTuple):
    """One row of the table; `about` is for the programs that choose among the operations."""

    name: str
    about: str
    arguments: type[Arguments]
    answer: type[msgspec.Struct]
    run: Callable[[Asked, Any], Awaitable[msgspec.Struct]]
    is_reading: bool = True
    """Whether it changes nothing at all."""
