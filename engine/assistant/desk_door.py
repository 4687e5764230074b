"""Opens the door of a desk while the settings say so, and closes it at once when they do not."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Final

from config import VERSION
from config.atomic_file import reason_of
from config.private_files import make_private_directory
from engine.adapters.door.address import (
    LOCK,
    DoorAddress,
    NoDoor,
    new_tokens,
    read_address,
    remove_address,
    write_address,
)
from engine.adapters.door.limits import DEFAULT_LIMITS, DoorLimits
from engine.adapters.door.server import DoorServer
from engine.assistant.assistant import Assistant
from engine.assistant.assisted_desk import AssistedDesk, RunningDesk
from engine.assistant.http_door import HttpDoor
from engine.domain.messages.door import DoorChanged, DoorClosed, DoorOpened
from engine.domain.messages.engine import Event, SettingsChanged
from engine.domain.messages.proposals import Caller
from engine.errors import DeskError, DeskIsRunning
from engine.persistence.desks.lock import DeskLock

ID_BYTES: Final = 6
RETRY_S: Final = 30.0
"""After a door that could not be opened, as while another desk of the folder has one."""


class DoorFailed(DeskError):
    """The door cannot be opened."""


class DeskDoor:
    """The door of `desk`, whose data folder is `directory`; `is_always_open` whatever the settings say."""

    def __init__(
        self,
        desk: RunningDesk,
        directory: Path,
        *,
        is_always_open: bool = False,
        limits: DoorLimits = DEFAULT_LIMITS,
    ) -> None:
        self._bus, self._directory, self._limits = desk.bus, directory, limits
        assisted = AssistedDesk(desk, directory, lambda: secrets.token_hex(ID_BYTES))
        self.assistant = Assistant(assisted, desk.bus.publish)
        self._is_always_open = is_always_open
        self._wanted = desk.settings_store.wanted.assistant
        self._http = HttpDoor(self.assistant, desk.bus, limits)
        self._tokens: dict[Caller, str] = {}
        self._woken = asyncio.Event()
        self._server: DoorServer | None = None
        self._port = 0
        desk.bus.subscribe(self._on_settings, SettingsChanged)

    @property
    def _is_wanted(self) -> bool:
        return self._is_always_open or self._wanted.enabled

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def run(self) -> None:
        """Follows the settings; ends only by cancellation, and then the door is closed."""
        try:
            while True:
                self._woken.clear()
                if self._is_wanted:
                    await self._keep_open()
                else:
                    await self._woken.wait()
        finally:
            self._close("the desk ended")

    def _on_settings(self, event: Event) -> None:
        assert isinstance(event, SettingsChanged)
        self._wanted = event.wanted.assistant
        if not self._is_wanted:
            self._close("it was switched off")  # at once, whatever else the loop has to do
        elif not self._wanted.http:
            self._http.close()
        self._woken.set()

    # -- opening and closing --------------------------------------------------------------------------------------

    async def _keep_open(self) -> None:
        try:
            lock = await asyncio.to_thread(_lock, self._directory)
        except DoorFailed as error:
            await self._fail(error)
            return
        try:
            await self._open()
            await self._until_unwanted()
        except DoorFailed as error:
            await self._fail(error)
        finally:
            self._close("it was switched off" if not self._is_wanted else "the desk ended")
            await asyncio.shield(asyncio.to_thread(_leave, self._directory, lock))

    async def _open(self) -> None:
        left_by = await asyncio.to_thread(_left_by, self._directory)
        if not self._is_wanted:
            return
        self._tokens = new_tokens()
        server = DoorServer(self._tokens, self.assistant.answer_line, self._announce, self._limits)
        try:
            port = await server.open()
        except OSError as error:
            raise DoorFailed(f"the API cannot be opened: {reason_of(error)}") from error
        self._server, self._port = server, port
        await self._match_http()
        if self.is_open:
            self._bus.publish(DoorOpened(port=port, left_by=left_by))
            self._announce()

    async def _match_http(self) -> None:
        """Opens or closes HTTP as it is wanted, and writes down where the door is. Raises `DoorFailed`."""
        await self._http.match(self._wanted.http_port if self._wanted.http else 0, self._tokens[Caller.HTTP])
        if not self.is_open:
            self._http.close()  # switched off meanwhile
            return
        address = DoorAddress(
            process=os.getpid(), version=VERSION, port=self._port, tokens=self._tokens, http_port=self._http.port
        )
        try:
            await asyncio.to_thread(write_address, self._directory, address)
        except OSError as error:
            self._close("door.json cannot be written")
            raise DoorFailed(f"{self._directory}: door.json cannot be written: {reason_of(error)}") from error

    async def _until_unwanted(self) -> None:
        while self._is_wanted and self.is_open:
            self._woken.clear()
            await self._woken.wait()
            if self._is_wanted and self.is_open:
                await self._match_http()
                self._announce()

    def _close(self, reason: str) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        self._http.close()
        self.assistant.log.flush()
        self._bus.publish(DoorClosed(reason=reason))
        self._bus.publish(DoorChanged(is_open=False))

    async def _fail(self, error: DoorFailed) -> None:
        self._bus.publish(DoorChanged(is_open=False, failure=str(error)))
        try:
            async with asyncio.timeout(RETRY_S):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _announce(self) -> None:
        if self._server is not None:
            clients = tuple(caller.value for caller in self._server.clients)
            http = self._http
            self._bus.publish(
                DoorChanged(is_open=True, port=self._port, clients=clients, failure=http.failure, http_port=http.port)
            )


def _lock(directory: Path) -> DeskLock:
    """One door for each data folder, however many desks run on it. Raises `DoorFailed`."""
    try:
        make_private_directory(directory)
        return DeskLock(directory, LOCK)
    except DeskIsRunning as error:
        raise DoorFailed(f"the API of this data folder is open already: {error}") from error
    except OSError as error:
        raise DoorFailed(f"{directory} cannot be used for the API: {reason_of(error)}") from error


def _left_by(directory: Path) -> int:
    """The process of a desk that was killed with its door open; 0 where none was. Its tokens open nothing any more."""
    try:
        return read_address(directory).process
    except NoDoor:
        return 0


def _leave(directory: Path, lock: DeskLock) -> None:
    try:
        remove_address(directory)
    except OSError:
        pass  # its tokens open nothing any more
    finally:
        lock.release()
