"""The door of a desk: open while the settings say so, one for each data folder, another token at each start."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.plans import AssistantSettings
from config.settings import Settings
from engine.adapters.door import client
from engine.adapters.door.address import (
    FILE,
    HOST,
    DoorAddress,
    NoDeskRuns,
    NoDoor,
    new_tokens,
    read_address,
    write_address,
)
from engine.adapters.door.client import DoorClient, DoorRefused
from engine.assistant.desk_door import DeskDoor
from engine.domain.messages.door import DoorChanged, DoorClosed, DoorOpened
from engine.domain.messages.engine import ChangeSettings
from engine.domain.messages.proposals import Caller
from tests.assistant.desks import AssistedScript

OPEN = Settings(assistant=AssistantSettings(enabled=True))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60.0):
        while not is_so():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def door_of(desk: AssistedScript, directory: Path, *, is_always_open: bool = False) -> AsyncIterator[DeskDoor]:
    door = DeskDoor(desk, directory, is_always_open=is_always_open)
    task = asyncio.create_task(door.run())
    try:
        yield door
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AssistedScript]:
    desk = await AssistedScript(tmp_path).open()
    yield desk
    desk.archive.close()


async def test_that_nothing_listens_unless_it_is_switched_on(desk: AssistedScript, tmp_path: Path) -> None:
    async with door_of(desk, tmp_path) as door:
        await asyncio.sleep(0.05)
        assert not door.is_open
        assert not (tmp_path / FILE).exists()
        with pytest.raises(NoDoor, match="no desk with an open API runs on"):
            DoorClient(tmp_path, Caller.ASSISTANT)


async def test_that_switching_it_on_and_off_opens_and_closes_it_at_once(desk: AssistedScript, tmp_path: Path) -> None:
    async with door_of(desk, tmp_path) as door:
        desk.engine.handle(ChangeSettings(OPEN))
        await until(lambda: (tmp_path / FILE).exists() and door.is_open)
        program = await asyncio.to_thread(DoorClient, tmp_path, Caller.ASSISTANT)
        assert (await asyncio.to_thread(program.ask, "today"))["authority"] == "MANUAL"
        await until(lambda: bool(desk.witness.of(DoorChanged)[-1].clients))
        desk.engine.handle(ChangeSettings(Settings()))
        assert not door.is_open
        with pytest.raises(NoDoor):
            await asyncio.to_thread(program.ask, "today")
        program.close()
        await until(lambda: not (tmp_path / FILE).exists())
    assert [type(event) for event in desk.witness.events if isinstance(event, DoorOpened | DoorClosed)] == [
        DoorOpened,
        DoorClosed,
    ]


async def test_that_its_address_is_for_the_owner_only_and_new_at_each_start(
    desk: AssistedScript, tmp_path: Path
) -> None:
    tokens = []
    for _ in range(2):
        async with door_of(desk, tmp_path, is_always_open=True):
            await until((tmp_path / FILE).exists)
            if os.name != "nt":
                assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
            tokens.append(read_address(tmp_path).tokens)
        assert not (tmp_path / FILE).exists()
    assert not set(tokens[0].values()) & set(tokens[1].values())


async def test_that_an_address_that_a_killed_desk_left_is_noticed_and_opens_nothing(
    desk: AssistedScript, tmp_path: Path
) -> None:
    async with door_of(desk, tmp_path, is_always_open=True):
        await until((tmp_path / FILE).exists)
        left = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(left)
    with pytest.raises(NoDoor, match="has ended: start it again"):
        await asyncio.to_thread(DoorClient, tmp_path, Caller.ASSISTANT)
    async with door_of(desk, tmp_path, is_always_open=True):
        await until(lambda: read_address(tmp_path).tokens != json.loads(left)["tokens"])
        assert desk.witness.of(DoorOpened)[-1].left_by == os.getpid()
        (tmp_path / FILE).write_text(left.replace(str(json.loads(left)["port"]), str(read_address(tmp_path).port)))
        with pytest.raises(NoDoor):
            await asyncio.to_thread(DoorClient, tmp_path, Caller.ASSISTANT)


def test_that_a_desk_that_does_not_answer_is_not_called_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ENTER_S", 0.05)
    with socket.create_server((HOST, 0)) as busy:
        address = DoorAddress(process=1, version="1", port=busy.getsockname()[1], tokens=new_tokens())
        write_address(tmp_path, address)
        with pytest.raises(NoDoor, match="does not answer: it may be busy") as refused:
            DoorClient(tmp_path, Caller.ASSISTANT)
    assert not isinstance(refused.value, NoDeskRuns)
    with pytest.raises(NoDeskRuns, match="has ended: start it again"):
        DoorClient(tmp_path, Caller.ASSISTANT)


async def test_that_a_damaged_address_is_said_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"port": "here"}')
    with pytest.raises(NoDoor, match="cannot be read"):
        DoorClient(tmp_path, Caller.ASSISTANT)


async def test_that_a_folder_has_one_door(desk: AssistedScript, tmp_path: Path) -> None:
    async with (
        door_of(desk, tmp_path, is_always_open=True) as first,
        door_of(desk, tmp_path, is_always_open=True) as second,
    ):
        await until(lambda: any(event.failure for event in desk.witness.of(DoorChanged)))
        await until(lambda: first.is_open or second.is_open)
        assert first.is_open != second.is_open
        failure = next(event.failure for event in desk.witness.of(DoorChanged) if event.failure)
        assert failure.startswith("the API of this data folder is open already: another desk (process")


async def test_that_a_refusal_reaches_the_program_in_a_sentence(desk: AssistedScript, tmp_path: Path) -> None:
    async with door_of(desk, tmp_path, is_always_open=True):
        await until((tmp_path / FILE).exists)
        program = await asyncio.to_thread(DoorClient, tmp_path, Caller.TERMINAL)
        with pytest.raises(DoorRefused, match="unknown field `armed`") as refused:
            await asyncio.to_thread(program.ask, "today", {"armed": True})
        assert refused.value.kind == "invalid_arguments"
        program.close()
