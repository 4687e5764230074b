"""A queue of messages for one service, sent by its own thread: a service that is down delays no other."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from engine.adapters.phone.service import PhoneMessage


@dataclass(frozen=True, slots=True)
class Pace:
    """Delay before a retry (doubled up to `longest_s`), the age at which a message expires, and the queue's length."""

    first_s: float = 2.0
    longest_s: float = 60.0
    expires_s: float = 600.0
    max_waiting: int = 20


LATE_S = 60.0
"""Age in seconds from which a message states how old it is."""


Report = Callable[[str, bool], None]
"""Called with a sentence that contains no address, and whether it is good news."""


class Delivers(Protocol):
    """A service: its name, and whether it accepted a message."""

    @property
    def name(self) -> str: ...

    def deliver(self, message: PhoneMessage) -> bool: ...


class PhoneLine:
    """Sends messages in order, as fast as the service accepts them; `report` is called on its thread."""

    def __init__(self, service: Delivers, report: Report, pace: Pace) -> None:
        self._service, self._report, self._pace = service, report, pace
        self._waiting: deque[PhoneMessage] = deque()
        self._lost = 0
        self._is_closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"phone {service.name}", daemon=True)
        self._thread.start()

    def send(self, message: PhoneMessage) -> None:
        """Queues a message and returns at once; if the queue is full, the oldest message is dropped."""
        with self._changed:
            if len(self._waiting) >= self._pace.max_waiting:
                self._waiting.popleft()
                self._lost += 1
            self._waiting.append(message)
            self._changed.notify_all()

    def close(self) -> None:
        """Sends nothing more; returns at once, even if the service does not answer."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while (message := self._next()) is not None:
            self._send_until_expired(message)

    def _next(self) -> PhoneMessage | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return None if self._is_closed else self._waiting.popleft()

    def _send_until_expired(self, message: PhoneMessage) -> None:
        pause = self._pace.first_s
        while not self._is_closed:
            if time.monotonic() - message.sent_at_s > self._pace.expires_s:
                with self._changed:
                    self._lost += 1
                return
            if self._try(message):
                return
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed, pause)
            pause = min(2 * pause, self._pace.longest_s)

    def _try(self, message: PhoneMessage) -> bool:
        lost = self._lost
        try:
            is_sent = self._service.deliver(_as_of_now(message, lost))
        except Exception as error:
            self._report(f"{self._service.name}: not sent ({type(error).__name__}); the desk tries again.", False)
            return False
        if is_sent:
            with self._changed:
                self._lost -= lost
        self._report(f"{self._service.name}: {'sent' if is_sent else 'not sent; the desk tries again'}.", is_sent)
        return is_sent


def _as_of_now(message: PhoneMessage, lost: int) -> PhoneMessage:
    """The message with its delay, and the number of earlier messages that were not sent."""
    late_s = time.monotonic() - message.sent_at_s
    remarks = [message.text] if message.text else []
    if late_s >= LATE_S:
        remarks.append(f"{late_s / 60:.0f} min ago")
    if lost:
        remarks.append(f"{lost} earlier {'alert was' if lost == 1 else 'alerts were'} not sent")
    return replace(message, text=" · ".join(remarks))
