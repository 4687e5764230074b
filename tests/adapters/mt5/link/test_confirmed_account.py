"""Orders go to the account that was confirmed, and to no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.adapters.mt5.calls import NotSent, Priority, TerminalCall
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from tests.adapters.mt5.linked import (
    ACCOUNT,
    StandIn,
    linked,
    swift_settings,
)

ORDER = TerminalCall(function="order_send", arguments=({"symbol": "XAUUSD"},), priority=Priority.CLOSE)
REAL = ACCOUNT | {"login": 900, "server": "Broker-Real", "trade_mode": 2}


@pytest.mark.parametrize("account", [None, ACCOUNT | {"login": 0}])
async def test_that_a_terminal_without_an_account_is_not_logged_in(
    terminal: StandIn, account: dict[str, Any] | None
) -> None:
    terminal.set(account=account)
    async with linked() as desk:
        await desk.reach(LinkState.NOT_LOGGED_IN)
        terminal.set(account=ACCOUNT)
        await desk.reach(LinkState.READY)


async def test_that_a_real_account_waits_for_the_user_to_confirm_it(terminal: StandIn, tmp_path: Path) -> None:
    terminal.set(account=REAL)
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        report = await desk.reach(LinkState.ACCOUNT_UNCONFIRMED)
        assert "real account 900 at Broker-Real" in report.condition.sentence
        assert isinstance(await desk.link.call(ORDER), NotSent)
        desk.link.confirm_account(901)
        assert AccountMemory(tmp_path).confirmed is None
        desk.link.confirm_account(900)
        await desk.reach(LinkState.READY)
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.READY)
        assert LinkState.ACCOUNT_UNCONFIRMED not in {report.state for report in desk.reports}


async def test_that_another_account_than_the_confirmed_one_takes_no_orders(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        for other in ({"login": 124}, {"server": "Broker-Demo2"}, {"trade_mode": 2}, {"margin_mode": 0}):
            terminal.set(account=ACCOUNT | other)
            report = await desk.reach(LinkState.ACCOUNT_SWITCHED)
            assert "account 123 at Broker-Demo was confirmed" in report.condition.sentence
            assert isinstance(await desk.link.call(ORDER), NotSent)
            terminal.set(account=ACCOUNT)
            await desk.reach(LinkState.READY)
    assert terminal.calls("order_send") == []


async def test_that_an_order_meets_no_other_account_even_before_the_switch_is_noticed(terminal: StandIn) -> None:
    async with linked(swift_settings(check_interval_s=60)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(account=REAL)
        answer = await desk.link.call(ORDER)
        assert isinstance(answer, NotSent)
        assert "900" in answer.reason
    assert terminal.calls("order_send") == []


async def test_that_an_account_confirmed_yesterday_is_missed_today(terminal: StandIn, tmp_path: Path) -> None:
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.READY)
    terminal.set(account=ACCOUNT | {"login": 555})
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.ACCOUNT_SWITCHED)


def test_that_a_damaged_memory_of_the_account_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "metatrader-account.json").write_text('{"login": 5')
    assert AccountMemory(tmp_path).confirmed is None
