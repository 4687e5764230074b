"""The one connection of this process to a terminal, and the last error, both global as they are in the package."""

from __future__ import annotations

import ctypes
import math
import os
import select
import socket
import sys
import time
from typing import Any, Final

from tests.fake_metatrader5 import _wire

TEXTS: Final = {
    1: "Success",
    -1: "Terminal: Call failed",
    -2: "Terminal: Invalid params",
    -3: "Terminal: Out of memory",
    -4: "Terminal: Not found",
    -5: "Terminal: Incompatible versions, please install the latest version of Terminal and Python module",
    -6: "Terminal: Authorization failed",
    -7: "Terminal: Unsupported function",
    -8: "Auto-Trading using Python API disabled in Terminal",
    -10000: "IPC call failed",
    -10001: "IPC send failed",
    -10002: "IPC recv failed",
    -10003: "IPC initialize failed, Pipe server didn't answer in 60 sec",
    -10004: "No IPC connection",
    -10005: "IPC timeout",
}
_SEND_FAILED: Final = -10001
_RECEIVE_FAILED: Final = -10002
_NO_TERMINAL: Final = -10003
_NO_CONNECTION: Final = -10004
_MAX_STEP_S: Final = 3600.0
_READABLE: Final = 0x0100 if sys.platform == "win32" else 0x0001


class Failure(Exception):
    """The call fails, and `last_error` says so with this code and text."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text or TEXTS[code]


class Session:
    """One connection per process; nothing reconnects it but `open`."""

    def __init__(self) -> None:
        self.error: tuple[int, str] = (0, "")
        self._pipe: socket.socket | None = None
        self._is_stuck = False

    @property
    def is_connected(self) -> bool:
        return self._pipe is not None

    def open(self, path: str) -> None:
        """Drops any old pipe and connects to the terminal of `path`, or the one the environment names."""
        self.close()
        port = _wire.port_of(path) or _wire.port_of(os.environ.get(_wire.ADDRESS_VARIABLE, ""))
        if port is None:
            detail = f"Process create failed '{path}'" if path else "MetaTrader 5 x64 not found"
            raise Failure(_NO_TERMINAL, f"IPC initialize failed, {detail}")
        try:
            self._pipe = _wire.connect(port)
            _wire.send(self._pipe, {"terminal": os.getpid()})
        except OSError:
            self.close()
            raise Failure(_NO_TERMINAL) from None

    def close(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        self._pipe, self._is_stuck = None, False

    def ask(self, function: str, *arguments: Any) -> Any:
        """The terminal's answer; the interpreter stands still meanwhile where a fault says that it takes time."""
        if self._pipe is None:
            raise Failure(_NO_CONNECTION)
        if self._is_stuck:
            raise Failure(_SEND_FAILED)
        answer = self._exchange(self._pipe, (function, arguments))
        if "go_in_s" in answer:
            self._stand_still(self._pipe, answer["go_in_s"], answer["holds_gil"])
            answer = self._exchange(self._pipe, "go")
        self._stand_still(self._pipe, answer["late_by_s"], answer["holds_gil"])
        self._is_stuck = answer["is_sticky"]
        if answer["code"] != 1:
            raise Failure(answer["code"], answer["text"])
        return answer["value"]

    def _stand_still(self, pipe: socket.socket, seconds: float, holds_gil: bool) -> None:
        if _is_gone_within(pipe, seconds, holds_gil):
            self.close()
            raise Failure(_RECEIVE_FAILED)

    def _exchange(self, pipe: socket.socket, message: Any) -> Any:
        try:
            _wire.send(pipe, message)
        except OSError:
            self.close()
            raise Failure(_SEND_FAILED) from None
        try:
            return _wire.receive(pipe)
        except (OSError, EOFError):
            self.close()
            raise Failure(_RECEIVE_FAILED) from None


def _is_gone_within(pipe: socket.socket, seconds: float, holds_gil: bool) -> bool:
    """Stands still for this long, or until the terminal is gone: nothing else comes in the middle of a call."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0.0:
        step = min(left, _MAX_STEP_S)
        if _poll_with_gil(pipe, step) if holds_gil else select.select([pipe], (), (), step)[0]:
            return True
    return False


class _Polled(ctypes.Structure):
    _fields_ = (
        ("socket", ctypes.c_size_t if sys.platform == "win32" else ctypes.c_int),
        ("wanted", ctypes.c_short),
        ("came", ctypes.c_short),
    )


def _poll_with_gil(pipe: socket.socket, seconds: float) -> bool:
    """Whether the pipe has become readable; every other thread of this process waits, as in the real package."""
    polled = _Polled(pipe.fileno(), _READABLE, 0)
    poll = ctypes.PyDLL("ws2_32").WSAPoll if sys.platform == "win32" else ctypes.PyDLL(None).poll
    return bool(poll(ctypes.byref(polled), ctypes.c_ulong(1), ctypes.c_int(math.ceil(seconds * 1000))) > 0)


SESSION: Final = Session()
