"""Events of the door through which other programs look at the desk and propose plans."""

from __future__ import annotations

import msgspec

from engine.domain.facts import Fact


class DoorAsked(Fact, frozen=True):
    """A program asked for something: what, with which arguments, and how it ended."""

    by: str
    operation: str
    arguments: str
    outcome: str
    reason: str


class DoorCounted(Fact, frozen=True):
    """Requests of a program beyond those that are recorded one by one: how many, of which operations, how many of them
    refused."""

    by: str
    requests: int
    refused: int
    operations: dict[str, int]


class DoorOpened(Fact, frozen=True):
    """Programs can connect; `left_by` is the process of a desk that was killed with its door open, 0 where none was."""

    port: int
    left_by: int = 0


class DoorClosed(Fact, frozen=True):
    """No program can connect any more."""

    reason: str


class DoorChanged(msgspec.Struct, frozen=True):
    """The door as it is now: open or not, who is connected, and why it or its HTTP could not be opened; empty where
    both could. `http_port` is 0 where HTTP is off."""

    is_open: bool
    port: int = 0
    clients: tuple[str, ...] = ()
    failure: str = ""
    http_port: int = 0


DoorEvent = DoorAsked | DoorCounted | DoorOpened | DoorClosed | DoorChanged
