"""The connection of module and tests to the simulator's process: MessagePack on a loopback socket."""

from __future__ import annotations

import socket
import struct
from typing import Any, Final

import msgspec

ADDRESS_VARIABLE: Final = "FAKE_METATRADER5"
"""The environment variable that names the simulator's address, `127.0.0.1:<port>`."""

LOOPBACK: Final = "127.0.0.1"
_LENGTH: Final = struct.Struct("<I")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def port_of(address: str) -> int | None:
    """The port in `127.0.0.1:<port>`, None where the text is no address."""
    host, colon, port = address.rpartition(":")
    return int(port) if colon and host == LOOPBACK and port.isdigit() else None


def connect(port: int) -> socket.socket:
    """Raises `OSError` where nobody listens."""
    connected = socket.create_connection((LOOPBACK, port))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def send(to: socket.socket, message: Any) -> None:
    """Raises `OSError` where the other side is gone."""
    frame = _encode(message)
    to.sendall(_LENGTH.pack(len(frame)) + frame)


def receive(source: socket.socket) -> Any:
    """Raises `EOFError` or `OSError` where the other side is gone."""
    (length,) = _LENGTH.unpack(_read(source, _LENGTH.size))
    return _decode(_read(source, length))


def _read(source: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = source.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
