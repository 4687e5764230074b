"""The messages on the two pipes between desk and worker: a length and a payload of plain values.

No code, no object and no password ever travels; a table goes as its dtype and its bytes.

`multiprocessing.connection` would save the frames, which are twenty lines, and ask for more than that. Its Windows half
reads messages of named pipes, not the standard pipes of a process: a listener, a key and their failures would come
in. A child of `multiprocessing` itself imports the main module of the desk, which is the window. And it is no faster:
100,000 ticks take about 50 ms both ways, one tick 20 us here and 27 us there.
"""

from __future__ import annotations

import struct
import threading
from typing import IO, Any, Final

import msgspec

from engine.adapters.mt5.calls import Answer, TerminalCall

LOG_IN: Final = "desk_log_in"
"""Not a function of the module: the worker's own way to log in, which fetches the password where it is needed."""

_LENGTH: Final = struct.Struct(">I")
_TABLE: Final = 1

# -- desk to worker -----------------------------------------------------------------------------------------------


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A call for the lane; not to be begun after `begin_by`, in seconds of the machine's running time."""

    number: int
    call: TerminalCall
    begin_by: float


class Pin(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The account that orders may go to, as fields of `account_info`; None forbids them all."""

    account: dict[str, Any] | None


ToWorker = Ask | Pin

# -- worker to desk -----------------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker is up and has imported the module."""

    pid: int
    version: str


class NoModule(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The module cannot be imported; the worker ends."""

    text: str


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A sign of life: of the lane between two calls, or of the process."""

    is_of_lane: bool


class Began(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The call begins: from here on it may have been carried out."""

    number: int


class Settled(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The outcome of the call; nothing follows it."""

    number: int
    answer: Answer


ToDesk = Hello | NoModule | Beat | Began | Settled

# -- frames -------------------------------------------------------------------------------------------------------


class FrameWriter:
    """Writes messages whole, from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder(enc_hook=_encode_table)

    def write(self, message: ToWorker | ToDesk) -> None:
        """Raises `OSError` or `ValueError` where the reader has ended."""
        body = self._encoder.encode(message)
        with self._lock:
            self._stream.write(_LENGTH.pack(len(body)))
            self._stream.write(body)
            self._stream.flush()


def read_to_worker(stream: IO[bytes]) -> ToWorker | None:
    """The next message; None at the end of the pipe."""
    body = _body(stream)
    return None if body is None else _to_worker.decode(body)


def read_to_desk(stream: IO[bytes]) -> ToDesk | None:
    """The next message; None at the end of the pipe."""
    body = _body(stream)
    return None if body is None else _to_desk.decode(body)


def _body(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def _encode_table(value: Any) -> msgspec.msgpack.Ext:
    described = (value.dtype.descr, value.tobytes())
    return msgspec.msgpack.Ext(_TABLE, msgspec.msgpack.encode(described))


def _decode_table(code: int, content: memoryview) -> Any:
    if code != _TABLE:
        raise ValueError(f"unknown extension {code}")
    import numpy as np

    described, rows = msgspec.msgpack.decode(content, type=tuple[list[tuple[str, str]], bytes])
    return np.frombuffer(rows, dtype=np.dtype(described))


_to_worker = msgspec.msgpack.Decoder(ToWorker)
_to_desk = msgspec.msgpack.Decoder(ToDesk, ext_hook=_decode_table)
