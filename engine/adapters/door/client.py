"""A program's side of the door: connects to the desk of a data folder, and asks one thing after the other."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from engine.adapters.door.address import HOST, NoDeskRuns, NoDoor, read_address
from engine.domain.proposals import Caller
from engine.errors import DeskError

CONNECT_S: Final = 3.0
ANSWER_S: Final = 30.0
LARGEST_ANSWER: Final = 8_000_000


class DoorRefused(DeskError):
    """The desk did not do what was asked; `kind` names why for programs."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


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
        except (OSError, KeyError) as error:
            kind = NoDeskRuns if isinstance(error, ConnectionRefusedError) else NoDoor
            raise kind(
                f"the desk on {directory} that opened the door at port {address.port} is not there any more: start it "
                "again"
            ) from error
        self._socket.settimeout(ANSWER_S)
        self._number = 0

    def _enter(self, token: str) -> BinaryIO:
        """What the desk sends from now on. Raises `OSError` where it does not know the token."""
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = self._socket.makefile("rb")
        self._socket.sendall(token.encode() + b"\n")
        if not received.readline(1_000):
            received.close()
            raise ConnectionResetError
        return received

    def ask(self, operation: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """The answer as plain values. Raises `DoorRefused`, and `NoDoor` where the desk has gone."""
        self._number += 1
        request = {"id": self._number, "operation": operation, "arguments": dict(arguments or {})}
        try:
            self._socket.sendall(msgspec.json.encode(request) + b"\n")
            line = self._file.readline(LARGEST_ANSWER)
            if not line.endswith(b"\n"):
                raise ConnectionResetError
        except OSError as error:
            raise NoDoor("the desk closed its door before it answered") from error
        answer = msgspec.json.decode(line)
        if "error" in answer:
            raise DoorRefused(answer["error"]["kind"], answer["error"]["sentence"])
        return answer["answer"]

    def close(self) -> None:
        self._file.close()
        self._socket.close()
