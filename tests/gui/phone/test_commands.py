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
from engine.domain.messages.commands import CancelPlan, Halt, LowerAuthority, RejectPlan
from engine.domain.messages.trading import CommandRefused
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from gui.features.phone.model.commands import EXPIRES_S, NOT_DONE, REASON, PhoneCommands, is_command
from gui.features.phone.panel import PhoneReceiver
from gui.platform.event_loop import QtEventLoop
from tests.adapters.phone.services import telegram_server
from tests.builders import plan
from tests.key_store import key_store_in

BY = "the phone (Telegram)"
PENDING = replace(plan(), plan_id="plan-1")
PROPOSED = replace(plan(), plan_id="plan-2", status=PlanStatus.AWAITING_APPROVAL)


def lines(menu: str) -> list[str]:
    """The commands of a menu, as the user sends them back."""
    return re.findall(r"^(?:halt|close-only|reject|cancel) [A-Z2-9]{6}.*$", menu, re.MULTILINE)


def test_that_every_command_of_the_menu_tightens() -> None:
    codes = PhoneCommands("Telegram")
    found = [codes.redeem(line.lower(), 1.0) for line in lines(codes.menu([PENDING, PROPOSED], 0.0))]
    assert [each.command for each in found if each is not None] == [
        Halt(REASON, BY),
        LowerAuthority(Authority.EXITS_ONLY, REASON, BY),
        CancelPlan("plan-1", BY),
        RejectPlan("plan-2", BY),
    ]


def test_that_a_code_holds_once_for_its_own_command_until_it_expires_or_another_menu_is_sent() -> None:
    codes = PhoneCommands("Telegram")
    halt, close_only = lines(codes.menu([], 0.0))
    assert codes.redeem(f"cancel {halt.split()[1]}", 1.0) is None
    assert codes.redeem("halt ÄÖÜ", 1.0) is None
    assert codes.redeem("halt \ud83d", 1.0) is None, "half a sign, as JSON can hold it"
    assert codes.redeem(halt, 1.0) is not None
    assert codes.redeem(halt, 1.0) is None
    assert codes.redeem(close_only, EXPIRES_S) is None
    old = lines(codes.menu([], 0.0))
    codes.menu([], 1.0)
    assert codes.redeem(old[0], 1.0) is None


def test_that_close_only_may_be_written_as_two_words() -> None:
    codes = PhoneCommands("Telegram")
    _, close_only = lines(codes.menu([], 0.0))
    found = codes.redeem(close_only.replace("close-only", "Close  only"), 1.0)
    assert found is not None
    assert found.command == LowerAuthority(Authority.EXITS_ONLY, REASON, BY)


def test_that_a_text_that_was_meant_as_a_command_is_recognised() -> None:
    assert [text for text in ("halt", "Close only", "CANCEL x", "", "hello", "please halt") if is_command(text)] == [
        "halt",
        "Close only",
        "CANCEL x",
    ]


def test_that_the_desk_carries_out_a_command_once_and_answers_a_refusal(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[object] = []
    settings = PhoneSettings(orders="telegram", orders_user_id=7)
    off = PhoneSettings()

    async def command() -> None:
        now = [settings]
        receiver = PhoneReceiver(lambda: now[0], lambda: [PENDING], api=server.api)
        listens = asyncio.Event()
        receiver.announced.connect(lambda _: listens.set())

        def refuse(command: CancelPlan) -> None:
            commands.append(command)
            receiver.on_event(CommandRefused(command, "it is at the broker"))

        async def answer() -> str:
            return await asyncio.to_thread(server.replies.get, timeout=8)

        receiver.commanded.connect(refuse)
        receiver.follow_settings()
        await asyncio.wait_for(listens.wait(), 8)
        server.write("hello")
        cancel = lines(await answer())[-1]
        server.write(cancel)
        assert await answer() == "cancel BUY XAUUSD: sent to the desk"
        assert await answer() == "cancel was refused: it is at the broker"
        server.write(cancel)
        assert (await answer()).startswith(f"{NOT_DONE}\nReply with one of these lines:")
        now[0] = off
        receiver.follow_settings()
        server.write("hello")
        with pytest.raises(Empty):
            await asyncio.to_thread(server.replies.get, timeout=0.05)

    with key_store_in(tmp_path / "keys", monkeypatch), telegram_server() as server:
        add_address("tgram://12:secret/7")
        with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
            runner.run(command())
    assert commands == [CancelPlan("plan-1", BY)]
