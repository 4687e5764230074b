"""Values that are what their types say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

import msgspec

T = TypeVar("T")


def whole(value: T) -> T:
    """The value itself; raises `msgspec.ValidationError` where one of its fields, however deep, is of another kind.

    Structs do not look at what they are given. What is announced, sent or kept is looked at here.
    """
    # A field that may be any of several commands cannot be read back, and some words and numbers not be written.
    with suppress(TypeError, UnicodeEncodeError, OverflowError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=type(value))
    return value


def present(value: T | None) -> T:
    """The value itself, where a test knows that there is one."""
    assert value is not None
    return value


class Heard(list[T]):
    """Everything that was announced; who looks at it hears of what was not whole, even where its sender did not."""

    fault: msgspec.ValidationError | None = None

    def append(self, value: T) -> None:
        try:
            super().append(whole(value))
        except msgspec.ValidationError as error:
            self.fault = error
            raise

    def __iter__(self) -> Iterator[T]:
        if self.fault is not None:
            raise self.fault
        return super().__iter__()
