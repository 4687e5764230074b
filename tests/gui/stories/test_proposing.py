"""A program at the door proposes a plan to a desk in its window, and the user arms it by a click."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.settings import Settings
from engine.adapters.door.address import FILE, NoDoor
from engine.adapters.door.client import DoorClient
from engine.domain.messages.engine import ChangeSettings
from engine.domain.messages.proposals import Caller
from engine.domain.plan import PlanStatus
from gui.features.approvals.view.click_guard import STILL_FOR_MS
from tests.gui.stories.demo_desk import GOLD, WIDE_STOPS, DeskUser, Folder, run

pytestmark = pytest.mark.long

LOOSE: dict[str, object] = WIDE_STOPS | {
    "xauusd_rules.pre_trade_filters.spread.max_spread": 10.0,
    "xauusd_rules.pre_trade_filters.spread.max_ratio": 10.0,
    "xauusd_rules.pre_trade_filters.max_quote_age_seconds": 60.0,
}


def plan_near(symbols: dict[str, Any]) -> dict[str, Any]:
    (gold,) = (each for each in symbols["symbols"] if each["symbol"] == GOLD)
    entry = round(gold["ask"], 2)
    levels = {"entry": entry, "stop_loss": round(entry - 10.0, 2), "take_profit": round(entry + 20.0, 2)}
    return {"symbol": GOLD, "side": "BUY", "volume_lots": 0.01, "notes": "sweep of the low", **levels}


def test_that_a_proposal_of_a_program_is_armed_by_the_users_click(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(user: DeskUser) -> None:
        user.running.begin_door(tmp_path)
        engine, shown = user.running.desk.engine, user.shown
        assert not (tmp_path / FILE).exists()
        wanted = user.running.desk.settings_store.wanted
        engine.handle(ChangeSettings(with_values(wanted, {"assistant.enabled": True})))
        await user.until(lambda: shown.health.door_words.startswith("The local API is open on port"))
        client = await asyncio.to_thread(DoorClient, tmp_path, Caller.ASSISTANT)
        await user.until(lambda: shown.health.door_words.endswith("connected: an assistant"))
        await user.step()
        wanted_plan = plan_near(await asyncio.to_thread(client.ask, "list_symbols"))
        answer = await asyncio.to_thread(client.ask, "create_micro_scalp_plan", wanted_plan)
        assert answer["plan"]["state"] == "proposed"
        await user.until(lambda: shown.trading.proposals.count == 1)
        board = user.window.panels.content("proposals")
        (card,) = board.cards.values()
        assert user.window.panels["proposals"].isVisible()
        assert (card.author.text(), card.note.text()) == (
            "Proposed by an assistant",
            "Note by an assistant: sweep of the low",
        )
        await user.until(card.arm.isEnabled)
        await asyncio.sleep((STILL_FOR_MS + 150) / 1000.0)
        QTest.mouseClick(card.arm, Qt.MouseButton.LeftButton)
        await user.until(lambda: shown.trading.proposals.count == 0)
        (plan,) = [each for each in shown.trading.plans.waiting if each.created_by == "assistant"]
        assert plan.status is PlanStatus.PENDING
        engine.handle(ChangeSettings(with_values(wanted, {"assistant.enabled": False})))
        await user.until(lambda: shown.health.door_words == "")
        with pytest.raises(NoDoor):
            await asyncio.to_thread(client.ask, "today")
        client.close()

    run(qapp, lambda: Folder(tmp_path).sit(scenario, settings=with_values(Settings(), LOOSE)))
