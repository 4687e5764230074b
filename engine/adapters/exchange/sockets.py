"""One socket to an exchange: connects, subscribes, receives, and reconnects when it closes or no data arrives."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from typing import Final, Protocol

import aiohttp

from engine.adapters.exchange.messages import Channel
from engine.adapters.exchange.rest import Backoff, ExchangeFault, fault_of, words_of
from engine.adapters.exchange.standstill import Standstill
from engine.clock import fine_s

MAX_STALL_S: Final = 60.0
"""Max time without data: a closed market sends none either, so each connection without data may last longer."""
_CONNECT_S: Final = 10.0
_CLOSE_S: Final = 1.0
_SLICE_S: Final = 0.002
"""Time for which waiting frames are handled before the event loop continues."""
_MAX_FRAME: Final = 1_000_000
_LOOK_AGAIN_S: Final = 0.05
"""After silence, for what arrived while the event loop itself stood still."""


class SocketListener(Protocol):
    """Receives the frames."""

    def on_connected(self, channel: Channel) -> None:
        """The first frame of a connection has arrived."""

    def on_frame(self, channel: Channel, text: str, *, is_late: bool) -> None:
        """`is_late` if it may have waited while the desk stood still."""

    def on_lost(self, channel: Channel, fault: ExchangeFault) -> None: ...


class ExchangeSocket:
    """Keeps one channel open while `run` runs; `reconnect` ends the wait before the next attempt."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        name: str,
        base: str,
        channel: Channel,
        listener: SocketListener,
        stall_s: float,
        standstill: Standstill,
    ) -> None:
        """A connection without data for `stall_s` seconds counts as lost, even if it answers pings."""
        self._session = session
        self._name = name
        self._address = base.rstrip("/") + channel.path
        self._channel = channel
        self._listener = listener
        self._first_stall_s = self._stall_s = stall_s
        self._standstill = standstill
        self._backoff = Backoff()
        self._wakes = asyncio.Event()

    def reconnect(self) -> None:
        """Reconnects at once, because the user does not want to wait."""
        self._wakes.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            fault = await self._connect()
            self._listener.on_lost(self._channel, fault)
            self._wakes.clear()
            try:
                async with asyncio.timeout(self._backoff.next_s(fault.wait_s)):
                    await self._wakes.wait()
            except TimeoutError:
                pass

    async def _connect(self) -> ExchangeFault:
        """Receives until the connection ends; returns the reason."""
        try:
            async with asyncio.timeout(_CONNECT_S):
                socket = await self._session.ws_connect(
                    self._address,
                    timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_S),
                    max_msg_size=_MAX_FRAME,
                    autoping=False,
                )
        except aiohttp.WSServerHandshakeError as error:
            return fault_of(self._name, error.status, error.headers or {})
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return ExchangeFault(f"{self._name} cannot be reached: {words_of(error)}")
        try:
            for subscription in self._channel.subscriptions:
                await socket.send_str(subscription)
            return await self._listen(socket)
        except (aiohttp.ClientError, OSError) as error:
            return ExchangeFault(f"the connection to {self._name} was lost: {words_of(error)}")
        finally:
            # aiohttp waits so long for each message: an exchange that only goes on sending would never be left.
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await socket.close()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> ExchangeFault:
        heard_s = fine_s()
        is_first, good_at_s, slice_ends_s = True, math.inf, heard_s + _SLICE_S
        standstills, is_late, answers_by_s = self._standstill.count(), False, 0.0
        while True:
            try:
                message = await self._next(socket, heard_s)
            except TimeoutError:
                silent_s, self._stall_s = self._stall_s, min(MAX_STALL_S, self._stall_s * (2.0 if is_first else 1.0))
                return ExchangeFault(f"no data from {self._name} for {silent_s:g} s")
            if (count := self._standstill.count()) != standstills:
                standstills, is_late, answers_by_s = count, True, fine_s() + self._stall_s
                await socket.ping(_mark(count))
            if is_late and fine_s() >= answers_by_s:
                return ExchangeFault(f"{self._name} did not answer a ping, so the age of its data is unknown")
            if message.type is aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.PONG:
                is_late = is_late and message.data != _mark(count)
            elif message.type is not aiohttp.WSMsgType.TEXT:
                return ExchangeFault(f"{self._name} closed the connection")
            else:
                if is_first:
                    is_first, self._stall_s = False, self._first_stall_s
                    good_at_s = fine_s() + self._first_stall_s
                    self._listener.on_connected(self._channel)
                self._listener.on_frame(self._channel, message.data, is_late=is_late)
                heard_s = fine_s()
            if (now_s := fine_s()) >= slice_ends_s:
                # A server that ends every connection at once is asked less and less often: exchanges ban for that.
                if now_s >= good_at_s:
                    self._backoff.reset()
                await asyncio.sleep(0)
                slice_ends_s = fine_s() + _SLICE_S

    async def _next(self, socket: aiohttp.ClientWebSocketResponse, heard_s: float) -> aiohttp.WSMessage:
        """Raises `TimeoutError` if no data came since `heard_s`: pings are none, and a loop that stood still for as
        long has what waited only once it looks again."""
        try:
            return await socket.receive(max(_LOOK_AGAIN_S, heard_s + self._stall_s - fine_s()))
        except TimeoutError:
            return await socket.receive(_LOOK_AGAIN_S)


def _mark(standstills: int) -> bytes:
    """What the ping after a standstill carries: who answers it has sent everything before."""
    return str(standstills).encode()
