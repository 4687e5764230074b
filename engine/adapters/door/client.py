"""A program's side of the door: connects to the desk of a data folder, and asks one thing after the other."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from engine.adapters.door.address import HOST, NoDeskRuns, NoDoor, read_address
from engine.adapters.door.limits import DEFAULT_LIMITS
from engine.domain.messages.proposals import Caller
from engine.errors import DeskError

CONNECT_S: Final = 3.0
ENTER_S: Final = 15.0
"""For the answer to the token: a desk that has just begun reads its past first."""
ANSWER_S: Final = 30.0
LARGEST_ANSWER: Final = 8_000_000
LARGEST_REQUEST: Final = DEFAULT_LIMITS.message_bytes


class DoorRefused(DeskError):
    """The desk did not do what was asked; `kind` names why for programs."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class AnswerLost(NoDoor):
    """A request was sent, and what became of it is not known."""


class DoorClient:
    """Connected from construction to `close`; blocking. Raises `NoDoor` where no desk answers, and `NoDeskRuns` where
    it is certain that none is there."""

    def __init__(self, directory: Path, caller: Caller) -> None:
        address = read_address(directory)
        try:
            self._socket = socket.create_connection((HOST, address.port), CONNECT_S)
            try:
                self._file = self._enter(address.tokens[caller])
            except BaseException:
                self._socket.close()
                raise
        except TimeoutError as error:
            raise NoDoor(f"the desk on {directory} does not answer: it may be busy; look at its window") from error
        except (OSError, KeyError) as error:
            kind = NoDeskRuns if isinstance(error, ConnectionRefusedError) else NoDoor
            raise kind(
                f"the desk on {directory} that opened the API on port {address.port} has ended: start it again"
            ) from error
        self._socket.settimeout(ANSWER_S)
        self._number = 0

    def _enter(self, token: str) -> BinaryIO:
        """What the desk sends from now on. Raises `OSError` where it does not know the token."""
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(ENTER_S)
        received = self._socket.makefile("rb")
        try:
            self._socket.sendall(token.encode() + b"\n")
            if not received.readline(1_000):
                raise ConnectionResetError
        except BaseException:
            received.close()  # else it keeps the socket open
            raise
        return received

    def ask(self, operation: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """The answer as plain values. Raises `DoorRefused`, and `AnswerLost` where the desk has gone or hangs."""
        self._number += 1
        request = {"id": self._number, "operation": operation, "arguments": dict(arguments or {})}
        try:
            sent = msgspec.json.encode(request) + b"\n"
        except ValueError as error:
            raise DoorRefused("invalid_arguments", f"{operation[:80]!a}: {error}") from None
        if len(sent) > LARGEST_REQUEST:
            raise DoorRefused("invalid_arguments", f"a request has at most {LARGEST_REQUEST:,} bytes")
        try:
            self._socket.sendall(sent)
            line = self._file.readline(LARGEST_ANSWER)
            if not line.endswith(b"\n"):
                raise ConnectionResetError
        except OSError as error:
            silent = f"did not answer within {ANSWER_S:.0f} s"
            what = silent if isinstance(error, TimeoutError) else "closed the connection"
            raise AnswerLost(f"the desk {what}: what became of {operation} is not known") from error
        answer = msgspec.json.decode(line)
        if answer["id"] not in (self._number, None):
            raise AnswerLost(f"the desk answered another request: what became of {operation} is not known")
        if "error" in answer:
            raise DoorRefused(answer["error"]["kind"], answer["error"]["sentence"])
        return answer["answer"]

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes who waits for an answer
        self._file.close()
        self._socket.close()
