"""Sends the alerts of a window to the phone, and serves the page of the phone in its settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from config.phone import PhoneMode
from config.settings import Settings
from engine.adapters.phone.addresses import add_address, forget_addresses
from engine.adapters.phone.sender import PhoneSender
from engine.adapters.phone.service import service_of, why_unavailable
from engine.errors import DeskError
from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.words import Alert
from gui.features.chart.model.chart import ChartModel
from gui.features.phone.model.message import message_of, trial_message
from gui.features.phone.model.phone import PhoneModel
from gui.features.phone.view.picture import chart_picture, png_of
from gui.theme import theme_for
from gui.zones import DisplayZones


class PhoneAlerts(QObject):
    """`settings` returns those in force; `is_paper` marks messages as those of a paper account.

    `reported` carries sentences from the threads of the sender to the window's.
    """

    reported = Signal(str)

    def __init__(
        self,
        board: AlertBoard,
        settings: Callable[[], Settings],
        charts: Mapping[str, ChartModel],
        zones: DisplayZones,
        *,
        is_paper: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._is_paper = settings, is_paper
        self._charts, self._zones = charts, zones
        self.model = PhoneModel(why_unavailable(), self)
        self._task: asyncio.Task[None] | None = None
        self.reported.connect(self.model.say)
        self._sender = PhoneSender(self._report)
        board.called.connect(self._send)
        self.model.tested.connect(self._send_test)
        self.model.added.connect(lambda address: self._begin(self._add(address)))
        self.model.forgotten.connect(lambda: self._begin(self._forget()))

    def close(self) -> None:
        """Sends nothing more; returns at once."""
        if self._task is not None:
            self._task.cancel()
        self._sender.close()

    def _send(self, alert: Alert, mode: PhoneMode) -> None:
        if self.model.unavailable:
            return
        settings = self._settings()
        self._sender.send(
            message_of(
                *(alert, mode, settings.phone),
                local=datetime.now(UTC).astimezone().time(),
                now_s=time.monotonic(),
                is_paper=self._is_paper,
                picture=self._picture(alert.symbol, settings) if settings.phone.chart_picture else None,
            )
        )

    def _picture(self, symbol: str, settings: Settings) -> Callable[[], bytes] | None:
        """Painted now, since the chart moves on; the thread that sends makes the file."""
        if symbol not in self._charts:
            return None
        theme = theme_for(settings.interface.theme, settings.interface.colours)
        image = chart_picture(
            *(self._charts[symbol], self._zones.of(symbol), theme), shows_volume=settings.phone.shows_money
        )
        return None if image is None else partial(png_of, image)

    def _send_test(self) -> None:
        self.model.say("Sending a test …")
        self._sender.send(trial_message(time.monotonic()))

    def _report(self, words: str) -> None:
        """Called on a thread that may outlive the window."""
        with suppress(RuntimeError):
            self.reported.emit(words)

    # -- addresses

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(work)

    async def _add(self, address: str) -> None:
        try:
            name, count = await asyncio.to_thread(_keep, address)
        except DeskError as error:
            self.model.say(f"Not saved: {error}.")
            return
        self._sender.reload()
        self.model.say(f"{name} is saved, {count} in all. Send a test to see whether it arrives.")

    async def _forget(self) -> None:
        try:
            await asyncio.to_thread(forget_addresses)
        except DeskError as error:
            self.model.say(f"Not deleted: {error}.")
            return
        self._sender.reload()
        self.model.say("The key store has no address of the phone any more.")


def _keep(address: str) -> tuple[str, int]:
    """Keeps an address that a service has; returns the name of the service, and how many addresses there are."""
    service = service_of(address)
    return service.name, add_address(address)
