"""A desk that is closed and opened again, and one whose prices stop coming."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.domain.messages.engine import SetSpeed
from engine.domain.risk import LockName
from gui.theme import LIGHT
from tests.gui.desks_story import gold_rows
from tests.gui.drawing.builders import level
from tests.gui.stories.demo_desk import GOLD, DeskUser, Folder, run

pytestmark = pytest.mark.long


def test_that_a_desk_that_is_opened_again_stands_as_it_was_left(qapp: QApplication, tmp_path: Path) -> None:
    """Layout, look, drawings and halt are there again; a plan of a played market that waited has ended, but is kept."""
    folder = Folder(tmp_path)
    plans: list[str] = []

    async def leave(user: DeskUser) -> None:
        await user.until_setup()
        plans.extend(user.waiting)
        user.window.panels["journal"].setFloating(True)
        user.window.panels["journal"].show()
        user.window.chart_actions.side_by_side.setChecked(True)
        user.shown.charts[GOLD].drawings.add(level())
        user.window.deck.views[0].set_overlay_visible("drawings", False)
        user.action("view.theme").trigger()
        await user.until(lambda: user.window.theme == LIGHT)
        user.action("trading.halt").trigger()
        await user.until(lambda: user.shown.trading.modes.is_halted)

    async def come_back(user: DeskUser) -> None:
        assert user.window.panels["journal"].isFloating()
        assert user.window.panels["journal"].isVisible()
        assert user.window.deck.is_side_by_side
        await user.until(lambda: user.shown.charts[GOLD].drawings.all == (level(),))
        assert not user.window.deck.views[0].is_overlay_visible("drawings")
        await user.until(lambda: user.shown.trading.modes.is_halted)
        assert [lock.name for lock in user.running.desk.archive.locks.locks()] == [LockName.HALT]
        assert user.window.theme == LIGHT
        assert all(user.running.desk.archive.plans.get(plan_id) for plan_id in plans)
        assert user.waiting == ()

    async def story() -> None:
        await folder.sit(leave)
        await folder.sit(come_back)

    run(qapp, story)


def test_that_a_market_without_quotes_leaves_close_only_and_a_click_restores_authority(
    qapp: QApplication, tmp_path: Path
) -> None:
    gold, bitcoin = gold_rows(tmp_path / "XAUUSD.csv", 300), gold_rows(tmp_path / "BTCUSD.csv", 300)
    rows = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    gold.write_text("".join(rows[:125] + rows[165:]), encoding="utf-8")

    async def scenario(user: DeskUser) -> None:
        modes = user.shown.trading.modes
        assert modes.master == "MANUAL"
        user.go_on(1000.0)
        await user.until(lambda: modes.master == "CLOSE ONLY")
        user.running.desk.engine.handle(SetSpeed(200.0))
        health = user.shown.health
        assert health.is_lowered
        assert GOLD in health.headline
        assert health.way_back
        user.running.desk.engine.handle(SetSpeed(1000.0))
        await user.until(lambda: health.may_restore)
        assert modes.master == "CLOSE ONLY"

        def has_restored() -> bool:
            """On a busy machine a market so fast falls silent again between a look and a click."""
            if health.may_restore:
                user.window.panels.content("health").restore.click()
            return modes.master == "MANUAL"

        await user.until(has_restored)

    settings = with_values(Settings(), {"health.patience_seconds": 0.0})
    run(qapp, lambda: Folder(tmp_path).sit(scenario, settings, [open_recording(gold), open_recording(bitcoin)]))
