"""Sends the alerts of a window to the phone, and serves the page of the phone in its settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal, SignalInstance

from config.phone import PhoneMode, PhoneSettings
from config.settings import Settings
from engine.adapters.phone.addresses import add_address, forget_addresses
from engine.adapters.phone.listener import PhoneListener
from engine.adapters.phone.ntfy import topic_at
from engine.adapters.phone.sender import PhoneSender
from engine.adapters.phone.service import service_of, why_unavailable
from engine.adapters.phone.telegram import API, bot_at
from engine.domain.messages.engine import Event
from engine.domain.messages.trading import CommandRefused
from engine.domain.plan import TradePlan
from engine.errors import DeskError
from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import Alert
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.candle_picture import chart_picture, last_candles, png_of
from gui.features.phone.model.commands import NOT_DONE, PhoneCommand, PhoneCommands, is_command
from gui.features.phone.model.message import message_of, trial_message
from gui.features.phone.model.phone import PhoneModel
from gui.theme import theme_for
from gui.zones import DisplayZones

_SERVICES: Final = {"telegram": "Telegram", "ntfy": "ntfy"}


class PhoneAlerts(QObject):
    """`settings` returns those in force; `is_paper` marks messages as those of a paper account.

    `reported` carries sentences, and whether they are good news, from the threads of the sender to the window's.
    `announced` carries bad news once.
    """

    reported = Signal(str, bool)
    announced = Signal(str)
    addresses_changed = Signal()

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
        self.reported.connect(self._say)
        self._trouble = ""
        self._sender = PhoneSender(self._report)
        board.called.connect(self._send)
        self.model.tested.connect(self._send_test)
        self.model.added.connect(lambda address: self._begin(self._add(address)))
        self.model.forgotten.connect(lambda: self._begin(self._forget()))

    def prepare(self) -> None:
        """Gets ready to send, if alerts are to be sent: the key store may ask the user, who is here now."""
        if self._settings().phone.enabled and not self.model.unavailable:
            self._sender.prepare()

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
                local=datetime.now(),  # noqa: DTZ005  # of this computer, with the hour that comes twice
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
            *(last_candles(self._charts[symbol]), self._zones.of(symbol), theme),
            shows_volume=settings.phone.shows_money,
        )
        return None if image is None else partial(png_of, image)

    def _send_test(self) -> None:
        self.model.say("Sending a test …")
        self._sender.send(trial_message(time.monotonic()))

    def _report(self, words: str, is_well: bool) -> None:
        """Called on a thread that may outlive the window."""
        with suppress(RuntimeError):
            self.reported.emit(words, is_well)

    def _say(self, words: str, is_well: bool) -> None:
        self.model.say(words)
        before, self._trouble = self._trouble, "" if is_well else words
        if self._trouble and self._trouble != before:
            self.announced.emit(f"Phone alerts: {words}")

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
        self._change_addresses()
        self.model.saved.emit()
        self.model.say(f"{name} is saved; addresses in total: {count}. Send a test to see whether it arrives.")

    async def _forget(self) -> None:
        try:
            await asyncio.to_thread(forget_addresses)
        except DeskError as error:
            self.model.say(f"Not deleted: {error}.")
            return
        self._change_addresses()
        self.model.say("All addresses were deleted from the key store.")

    def _change_addresses(self) -> None:
        self._sender.reload()
        self.addresses_changed.emit()


class PhoneReceiver(QObject):
    """Carries out the commands that the user sends from the phone, if the settings allow it.

    `commanded` carries a command that reduces risk; `announced` whether commands are received. Only the user's own
    desk has one: a replay beside it receives nothing.
    """

    commanded = Signal(object)
    announced = Signal(str)
    _heard = Signal(object, str)
    _reported = Signal(object, str)

    def __init__(
        self,
        settings: Callable[[], PhoneSettings],
        plans: Callable[[], Iterable[TradePlan]],
        parent: QObject | None = None,
        *,
        api: str = API,
    ) -> None:
        """`plans` returns those that have sent no order yet. `api` is the address of Telegram."""
        super().__init__(parent)
        self._settings, self._plans, self._api = settings, plans, api
        self._commands = PhoneCommands("")
        self._listener: PhoneListener | None = None
        self._source = ("off", 0)
        self._asked: PhoneCommand | None = None
        self._said = ""
        self._key: object | None = None
        self._heard.connect(self._hear)
        self._reported.connect(self._say)

    def follow_settings(self) -> None:
        """Receives commands from the service in the settings, or from none."""
        settings = self._settings()
        source = (settings.orders, settings.orders_user_id)
        if source != self._source:
            self._source = source
            self.restart()

    def restart(self) -> None:
        """Reconnects with the addresses that are now in the key store; earlier codes become void."""
        self.close()
        service, user_id = self._source
        if service == "off":
            return
        self._commands = PhoneCommands(_SERVICES[service])
        self._key = key = object()
        self._listener = PhoneListener(
            topic_at if service == "ntfy" else partial(bot_at, user_id=user_id, api=self._api),
            partial(self._pass_on, self._heard, key),
            partial(self._pass_on, self._reported, key),
        )

    def close(self) -> None:
        """Stops receiving; returns at once."""
        if self._listener is not None:
            self._listener.close()
        self._listener, self._key, self._said, self._commands = None, None, "", PhoneCommands("")

    def on_event(self, event: Event) -> None:
        """The desk may have refused a command of the phone."""
        if isinstance(event, CommandRefused) and self._asked is not None and event.command == self._asked.command:
            self._reply(f"{self._asked.kind} was refused: {event.reason}")

    def _pass_on(self, signal: SignalInstance, key: object, words: str) -> None:
        """Called on a thread that may outlive the window."""
        with suppress(RuntimeError):
            signal.emit(key, words)

    def _hear(self, key: object, text: str) -> None:
        if key is not self._key:
            return
        now_s = time.monotonic()
        if (command := self._commands.redeem(text, now_s)) is None:
            menu = self._commands.menu(self._plans(), now_s)
            self._reply(f"{NOT_DONE}\n{menu}" if is_command(text) else menu)
            return
        self._asked = command
        self._reply(f"{command.kind} {command.about}".rstrip() + ": sent to the desk")
        self.commanded.emit(command.command)

    def _say(self, key: object, words: str) -> None:
        if key is self._key and words != self._said:
            self._said = words
            self.announced.emit(words)

    def _reply(self, text: str) -> None:
        if self._listener is not None:
            self._listener.reply(text)


def _keep(address: str) -> tuple[str, int]:
    """Saves a valid address; returns the name of its service, and how many addresses are saved."""
    service = service_of(address)
    return service.name, add_address(address)
