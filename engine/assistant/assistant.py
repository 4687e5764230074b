"""Answers requests of other programs by the one table of operations, and puts each on record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec

from engine.assistant.assisted_desk import AssistedDesk
from engine.assistant.operation import Asked
from engine.assistant.request_log import RequestLog
from engine.assistant.table import OPERATIONS
from engine.assistant.texts import MAX_NAME, plain
from engine.domain.messages.door import DoorAsked, DoorCounted
from engine.domain.messages.proposals import Caller
from engine.errors import DeskError, UnusableStore

MAX_RECORDED: Final = 500
"""Characters of the arguments that the journal keeps."""

UNKNOWN: Final = "unknown operation"
"""How the journal names what is no operation: the reason has the name that was asked for."""

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line through the local API; the answer carries the same `id`."""

    id: int | str | None = None
    operation: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer: `kind` for programs, `sentence` for people.

    `unknown_operation`, `invalid_arguments`, `refused`, `unavailable`, or `failed` unexpectedly.
    """

    kind: str
    sentence: str


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a request, or why there is none."""

    id: int | str | None = None
    answer: Any = None
    error: Failure | None = None


class Assistant:
    """Answers for one desk; `record` hears of requests once they are answered, of very many as a count."""

    def __init__(self, desk: AssistedDesk, record: Callable[[DoorAsked | DoorCounted], None]) -> None:
        self._desk, self.log = desk, RequestLog(record)

    async def answer_line(self, caller: Caller, line: bytes) -> bytes | None:
        """The answer to a request as JSON; None where the line is no JSON object at all."""
        try:
            request = msgspec.json.decode(line, type=Request)
        except msgspec.ValidationError as error:
            if not line.lstrip().startswith(b"{"):
                return None
            failure = Failure(
                kind="invalid_arguments", sentence=f"the request does not match the published schema: {error}"
            )
            return _encode({"id": None, "error": failure})
        except (msgspec.DecodeError, RecursionError, ValueError):
            return None
        found = await self.answer(caller, request.operation, bytes(request.arguments))
        name = "error" if isinstance(found, Failure) else "answer"
        return _encode({"id": request.id, name: found})

    async def answer(self, caller: Caller, name: str, arguments: bytes) -> msgspec.Struct | Failure:
        """The typed answer of an operation, by its arguments as JSON."""
        found = await self._answer(caller, name, arguments)
        self._note(caller, name, arguments, found)
        return found

    async def _answer(self, caller: Caller, name: str, arguments: bytes) -> msgspec.Struct | Failure:
        operation = OPERATIONS.get(name)
        if operation is None:
            allowed = ", ".join(OPERATIONS)
            return Failure(
                kind="unknown_operation",
                sentence=f"{plain(name, MAX_NAME)!r} is not an operation: allowed are {allowed}",
            )
        try:
            wanted = msgspec.json.decode(arguments, type=operation.arguments)
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            return Failure(kind="invalid_arguments", sentence=f"{name}: {plain(error)}")
        try:
            return await operation.run(Asked(self._desk, caller), wanted)
        except UnusableStore as error:
            return Failure(kind="unavailable", sentence=plain(error))
        except DeskError as error:
            return Failure(kind="refused", sentence=plain(error, 1_000))
        except Exception as error:
            _log.error("the operation %s failed", name, exc_info=error)
            return Failure(
                kind="failed", sentence=f"an internal error ({type(error).__name__}); see the log of the desk"
            )

    def _note(self, caller: Caller, name: str, arguments: bytes, found: msgspec.Struct | Failure) -> None:
        failure = found if isinstance(found, Failure) else None
        operation = OPERATIONS.get(name)
        asked = DoorAsked(
            by=caller.value,
            operation=UNKNOWN if operation is None else name,
            arguments=plain(arguments[: 4 * MAX_RECORDED].decode(errors="replace"), MAX_RECORDED),
            outcome="answered" if failure is None else failure.kind,
            reason="" if failure is None else failure.sentence,
        )
        has_changed = failure is None and operation is not None and not operation.is_reading
        self.log.note(caller, asked, is_always_kept=has_changed)
