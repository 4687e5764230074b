"""Commands from the phone: only those that reduce risk, each with a code that works once and expires."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from queue import Empty

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from config.phone import PhoneSettings
from engine.adapters.phone.addresses import add_address
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.domain.trading_messages import CancelPlan, CommandRefused, Halt, LowerAuthority, RejectPlan
from gui.features.phone.model.orders import EXPIRES_S, FROM_PHONE, PhoneOrders
from gui.features.phone.panel import PhoneOrdering
from gui.platform.event_loop import QtEventLoop
from tests.adapters.phone.services import telegram_server
from tests.builders import plan
from tests.key_store import key_store_in

PENDING = replace(plan(), plan_id="plan-1")
PROPOSED = replace(plan(), plan_id="plan-2", status=PlanStatus.AWAITING_APPROVAL)


def lines(menu: str) -> list[str]:
    """The orders of a menu, as the user sends them back."""
    return re.findall(r"^(?:halt|close-only|reject|cancel) [A-Z2-9]{6}.*$", menu, re.MULTILINE)


def test_that_every_order_of_the_menu_tightens() -> None:
    orders = PhoneOrders()
    found = [orders.redeem(line.lower(), 1.0) for line in lines(orders.menu([PENDING, PROPOSED], 0.0))]
    assert [order.command for order in found if order is not None] == [
        Halt(FROM_PHONE),
        LowerAuthority(Authority.EXITS_ONLY, FROM_PHONE),
        CancelPlan("plan-1"),
        RejectPlan("plan-2"),
    ]


def test_that_a_code_holds_once_for_its_own_order_until_it_expires_or_another_menu_is_sent() -> None:
    orders = PhoneOrders()
    halt, close_only = lines(orders.menu([], 0.0))
    assert orders.redeem(f"cancel {halt.split()[1]}", 1.0) is None
    assert orders.redeem("halt ÄÖÜ", 1.0) is None
    assert orders.redeem(halt, 1.0) is not None
    assert orders.redeem(halt, 1.0) is None
    assert orders.redeem(close_only, EXPIRES_S) is None
    old = lines(orders.menu([], 0.0))
    orders.menu([], 1.0)
    assert orders.redeem(old[0], 1.0) is None


def test_that_the_desk_carries_out_an_order_once_and_answers_a_refusal(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[object] = []
    settings = PhoneSettings(orders="telegram", orders_user_id=7)
    off = PhoneSettings()

    async def order() -> None:
        now = [settings]
        ordering = PhoneOrdering(lambda: now[0], lambda: [PENDING], api=server.api)
        listens = asyncio.Event()
        ordering.announced.connect(lambda _: listens.set())

        def refuse(command: CancelPlan) -> None:
            commands.append(command)
            ordering.on_event(CommandRefused(command, "it is at the broker"))

        async def answer() -> str:
            return await asyncio.to_thread(server.replies.get, timeout=8)

        ordering.commanded.connect(refuse)
        ordering.follow_settings()
        await asyncio.wait_for(listens.wait(), 8)
        server.write("hello")
        cancel = lines(await answer())[-1]
        server.write(cancel)
        assert await answer() == "cancel BUY XAUUSD: sent to the desk"
        assert await answer() == "cancel was refused: it is at the broker"
        server.write(cancel)
        assert (await answer()).startswith("Reply with one of these lines:")
        now[0] = off
        ordering.follow_settings()
        server.write("hello")
        with pytest.raises(Empty):
            await asyncio.to_thread(server.replies.get, timeout=0.05)

    with key_store_in(tmp_path / "keys", monkeypatch), telegram_server() as server:
        add_address("tgram://12:secret/7")
        with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
            runner.run(order())
    assert commands == [CancelPlan("plan-1")]
