"""Sends messages to all services of the user, away from the event loop."""

from __future__ import annotations

import threading
from collections import deque

from engine.adapters.phone.addresses import kept_addresses
from engine.adapters.phone.line import Pace, PhoneLine, Report
from engine.adapters.phone.service import PhoneMessage, PhoneService, service_of
from engine.errors import DeskError

NO_ADDRESS = "No address is saved."
MAX_ARRIVING = 20


class PhoneSender:
    """Reads the addresses when it is prepared or the first message comes, and again after `reload`.

    All of that happens on a thread of its own. `report` gets the result of each message, on threads of the sender.
    """

    def __init__(self, report: Report, pace: Pace | None = None) -> None:
        self._report, self._pace = report, pace or Pace()
        self._arriving: deque[PhoneMessage] = deque(maxlen=MAX_ARRIVING)
        self._lines: list[PhoneLine] | None = None
        self._version = 0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def send(self, message: PhoneMessage) -> None:
        """Hands over a message and returns at once."""
        with self._changed:
            if self._is_closed:
                return
            self._arriving.append(message)
            self._start()
            self._changed.notify_all()

    def prepare(self) -> None:
        """Reads the addresses and loads what sends now, not with the first message; returns at once."""
        with self._changed:
            if not self._is_closed:
                self._start()

    def reload(self) -> None:
        """Other addresses are in the key store: what waits for the ones before is dropped."""
        with self._changed:
            lines, self._lines = self._lines, None
            self._version += 1
        for line in lines or ():
            line.close()

    def close(self) -> None:
        """Sends nothing more; returns at once."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self.reload()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="phone", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        self._opened_lines()
        while (message := self._next()) is not None:
            for line in self._opened_lines():
                line.send(message)

    def _next(self) -> PhoneMessage | None:
        with self._changed:
            self._changed.wait_for(lambda: self._arriving or self._is_closed)
            return None if self._is_closed else self._arriving.popleft()

    def _opened_lines(self) -> list[PhoneLine]:
        """The lines of the addresses that are kept now; after a failure the next message tries to open them again."""
        while True:
            with self._changed:
                if self._lines is not None or self._is_closed:
                    return self._lines or []
                version = self._version
            services = self._read_services()
            with self._changed:
                if not services:
                    return []
                if version == self._version:
                    self._lines = [PhoneLine(service, self._report, self._pace) for service in services]

    def _read_services(self) -> list[PhoneService]:
        services = []
        try:
            addresses = kept_addresses()
        except DeskError as error:
            self._report(f"Not sent: {error}.", False)
            return []
        for address in addresses:
            try:
                services.append(service_of(address))
            except DeskError as error:
                self._report(f"Not sent: {error}.", False)
        if not addresses:
            self._report(NO_ADDRESS, False)
        return services
