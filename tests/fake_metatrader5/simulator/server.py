"""The process of the simulator: a loopback socket for terminals and tests, and a pulse that keeps the market going."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from tests.fake_metatrader5 import _wire
from tests.fake_metatrader5.simulator.control import Control
from tests.fake_metatrader5.simulator.simulator import CrashedTerminal

_PULSE_S = 0.02


class SimulatorServer:
    """One thread per connection, one lock for the world."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server((_wire.LOOPBACK, port))
        self._lock = threading.RLock()
        self._terminals: set[socket.socket] = set()
        self._control = Control(self._drop_terminals)

    @property
    def address(self) -> str:
        return f"{_wire.LOOPBACK}:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        threading.Thread(target=self._beat, daemon=True).start()
        while True:
            connected, _ = self._listener.accept()
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._attend, args=(connected,), daemon=True).start()

    def _beat(self) -> None:
        while True:
            time.sleep(_PULSE_S)
            with self._lock:
                self._control.simulator.step()

    def _attend(self, connected: socket.socket) -> None:
        with suppress(OSError, EOFError, CrashedTerminal), connected:
            who = _wire.receive(connected)
            if "terminal" in who:
                self._attend_terminal(connected, who["terminal"])
            else:
                self._attend_test(connected)

    def _attend_test(self, connected: socket.socket) -> None:
        while True:
            command, arguments = _wire.receive(connected)
            with self._lock:
                answer = self._obeyed(command, arguments)
            _wire.send(connected, answer)

    def _obeyed(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"value": self._control.obey(command, arguments)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _attend_terminal(self, connected: socket.socket, pid: int) -> None:
        with self._lock:
            self._terminals.add(connected)
        try:
            while True:
                function, arguments = _wire.receive(connected)
                self._answer(connected, pid, function, arguments)
        finally:
            with self._lock:
                self._terminals.discard(connected)

    def _answer(self, connected: socket.socket, pid: int, function: str, arguments: list[Any]) -> None:
        """In two steps where a fault lets the call wait: the caller stands still, and then says go."""
        try:
            with self._lock:
                simulator = self._control.simulator
                entry, strike = simulator.begin(pid, function, arguments)
            if strike.wait_s:
                _wire.send(connected, {"go_in_s": strike.wait_s, "holds_gil": strike.holds_gil})
                _wire.receive(connected)
            with self._lock:
                answer = simulator.finish(entry, strike)
        except CrashedTerminal:
            with self._lock:
                self._control.crash_terminal()
            raise
        _wire.send(connected, answer)

    def _drop_terminals(self) -> None:
        for connected in self._terminals:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
