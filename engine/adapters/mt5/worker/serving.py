"""The only process that imports the terminal's module: one call at a time, the most urgent first.

The worker `mt5`, with a module, seconds between beats and the number of the desk's process; it speaks the frames of
`wire` on its standard input and output and ends when the desk does. The module may hold the GIL for as long as a call
lasts, and a call may never come back: both are the desk's to notice.
"""

from __future__ import annotations

import importlib
import os
import queue
import signal
import threading
import time
from contextlib import suppress
from typing import Any, BinaryIO, Final

from engine.adapters.mt5.calls import Answer, Answered, Failed, Lost, NotSent, TerminalCall
from engine.adapters.mt5.codes import BROKE, RAISED, STRAYED, is_connection_error
from engine.adapters.mt5.credentials import password_of
from engine.adapters.mt5.worker.lifeline import follow_desk
from engine.adapters.mt5.worker.results import plain, plain_fields
from engine.adapters.mt5.worker.wire import (
    LOG_IN,
    Ask,
    Beat,
    Began,
    FrameWriter,
    Hello,
    NoModule,
    Pin,
    Settled,
    read_to_worker,
)
from engine.clock import running_s
from engine.key_store import KeyStoreFailed

_REFUSALS_OF_FORM: Final = (TypeError, ValueError, OverflowError, SystemError, AttributeError)
"""What the module raises before anything has left the machine."""


Waiting = queue.PriorityQueue[tuple[int, int, Ask]]
"""What waits for the lane: the most urgent first, within one priority the oldest."""


class Lane:
    """The only place where the module is called: `last_error` belongs to the last caller."""

    def __init__(self, module: Any, writer: FrameWriter) -> None:
        self._module = module
        self._writer = writer
        self.pin: Pin = Pin(account=None)
        self._meant: dict[str, Any] | None = None

    def serve(self, ask: Ask) -> None:
        """Reports that the call begins, before any of it is carried out, and its result."""
        if (objection := self._objection(ask)) is not None:
            answer: Answer = NotSent(reason=objection)
        else:
            self._writer.write(Began(number=ask.number))
            answer = self._answer(ask.call)
        self._writer.write(Settled(number=ask.number, answer=answer))

    def _answer(self, call: TerminalCall) -> Answer:
        begun = time.perf_counter()
        try:
            value = self._log_in(call) if call.function == LOG_IN else self._call(call)
            failure = self._failure() if value is None or value is False else None
        except KeyStoreFailed as error:
            return Failed(code=RAISED, text=str(error))
        except _REFUSALS_OF_FORM as error:
            return Failed(code=RAISED, text=_described(error))
        except Exception as error:
            return Lost(code=BROKE, reason=_described(error))
        took_ms, at_s = (time.perf_counter() - begun) * 1000.0, running_s()
        failure = (self._strayed() if call.is_order else None) or failure
        results = plain_fields(value, call.fields) if call.fields else plain(value)
        return failure or Answered(value=results, took_ms=took_ms, at_s=at_s)

    def _failure(self) -> Failed | Lost:
        code, text = self._module.last_error()
        if is_connection_error(int(code)):
            return Lost(code=int(code), reason=str(text))
        return Failed(code=int(code), text=str(text))

    def _strayed(self) -> Lost | None:
        """Between the look at the account and the order lies a moment in which the user may have switched it."""
        with suppress(Exception):  # who cannot say any more has answered for the account that it was on
            found = self._module.account_info()
            if found is not None and (other := self._other_account(found)):
                return Lost(code=STRAYED, reason=f"{other}: the order may have met that one")
        return None

    def _objection(self, ask: Ask) -> str | None:
        objection = self._objection_to_order() if ask.call.is_order else None
        # Looked at last: the look at the account takes its time as well.
        return objection or ("its turn came too late" if running_s() > ask.begin_by else None)

    def _objection_to_order(self) -> str | None:
        # The terminal may have been switched to another account since the desk last looked.
        self._meant = self.pin.account
        if self._meant is None:
            return "no account is confirmed"
        try:
            found = self._module.account_info()
        except Exception as error:
            return f"the terminal does not say which account it is on: {_described(error)}"
        if found is None:
            return "the terminal does not say which account it is on"
        return self._other_account(found)

    def _other_account(self, found: Any) -> str | None:
        if all(getattr(found, name) == value for name, value in (self._meant or {}).items()):
            return None
        return f"the terminal is on another account now ({found.login} at {found.server})"

    def _call(self, call: TerminalCall) -> Any:
        function = getattr(self._module, call.function)
        # The module distinguishes an empty dictionary of keywords from none, and refuses orders with the former.
        if call.keywords:
            return function(*call.arguments, **call.keywords)
        return function(*call.arguments)

    def _log_in(self, call: TerminalCall) -> Any:
        login, server, timeout_ms = call.arguments
        password = password_of(login, server)
        if password is None:
            raise KeyStoreFailed(f"no password of account {login} at {server} is kept")
        try:
            return self._module.login(login, password=password, server=server, timeout=timeout_ms)
        except Exception as error:  # its words and its frames may hold the password
            raise KeyStoreFailed(f"the login raised {type(error).__name__}") from None


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def main(module_name: str, beat_s: float, desk: int) -> None:
    """Serves the desk until it is gone."""
    follow_desk(desk)
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):  # the desk decides when the worker ends
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    stream, writer = _own_pipes()
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        writer.write(NoModule(text=_described(error)))
        stream.read()  # until the desk lets go
        return
    writer.write(Hello(pid=os.getpid(), version=str(getattr(module, "__version__", ""))))
    waiting, lane = Waiting(), Lane(module, writer)
    threading.Thread(target=_listen, args=(stream, waiting, lane), daemon=True).start()
    threading.Thread(target=_beat, args=(writer, beat_s), daemon=True).start()
    while True:
        try:
            _, _, ask = waiting.get(timeout=beat_s)
        except queue.Empty:
            writer.write(Beat(is_of_lane=True))
        else:
            lane.serve(ask)


def _own_pipes() -> tuple[BinaryIO, FrameWriter]:
    """The pipes to the desk, out of reach of anything that the module prints or starts."""
    stream = os.fdopen(os.dup(0), "rb")
    writer = FrameWriter(os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return stream, writer


def _listen(stream: BinaryIO, waiting: Waiting, lane: Lane) -> None:
    while (message := read_to_worker(stream)) is not None:
        if isinstance(message, Pin):
            lane.pin = message
        else:
            waiting.put((message.call.priority, message.number, message))
    os._exit(0)  # the desk is gone: also out of a call that does not come back


def _beat(writer: FrameWriter, beat_s: float) -> None:
    with suppress(OSError):  # the desk is gone: the thread that listens to it ends the worker
        while True:
            time.sleep(beat_s)
            writer.write(Beat(is_of_lane=False))
