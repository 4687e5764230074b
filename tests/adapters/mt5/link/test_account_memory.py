"""A confirmed account stays confirmed, even if another program has its file open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.adapters.mt5.link import account_memory
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.port import AccountIdentity
from tests.adapters.mt5.linked import PATIENCE_S
from tests.refusing_renames import FOR_EVER, RefusingRenames

ACCOUNT = AccountIdentity(login=7, server="Broker-Demo", kind="demo", currency="USD", is_hedging=True)


@pytest.fixture
def renames(monkeypatch: pytest.MonkeyPatch) -> RefusingRenames:
    return RefusingRenames(monkeypatch)


async def written(directory: Path) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while AccountMemory(directory).confirmed != ACCOUNT:
            await asyncio.sleep(0.001)


async def test_that_one_refused_rename_forgets_no_confirmed_account(renames: RefusingRenames, tmp_path: Path) -> None:
    memory, notices = AccountMemory(tmp_path), list[str]()
    keeping = asyncio.create_task(memory.keep(notices.append))
    renames.refuse(1)
    memory.confirm(ACCOUNT)
    await written(tmp_path)
    keeping.cancel()
    assert notices == []


async def test_that_a_confirmation_that_cannot_be_written_holds_is_noticed_and_written_later(
    renames: RefusingRenames, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_memory, "RETRY_S", 0.01)
    memory, notices = AccountMemory(tmp_path), list[str]()
    keeping = asyncio.create_task(memory.keep(notices.append))
    renames.refuse(FOR_EVER)
    memory.confirm(ACCOUNT)
    while not notices:
        await asyncio.sleep(0.001)
    assert memory.confirmed == ACCOUNT
    assert "another program may have it open" in notices[0]
    assert AccountMemory(tmp_path).confirmed is None
    renames.refuse(0)
    await written(tmp_path)
    keeping.cancel()


async def test_that_an_account_confirmed_as_the_desk_closes_is_written(tmp_path: Path) -> None:
    memory = AccountMemory(tmp_path)
    keeping = asyncio.create_task(memory.keep(lambda _: None))
    await asyncio.sleep(0)
    memory.confirm(ACCOUNT)
    keeping.cancel()
    await asyncio.wait([keeping])
    assert AccountMemory(tmp_path).confirmed == ACCOUNT
