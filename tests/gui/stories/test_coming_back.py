"""A desk that is closed and opened again, and one whose prices stop coming."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.domain.messages import SetSpeed
from engine.domain.risk import LockName
from gui.theme import LIGHT
from tests.gui.desks_story import gold_rows
from tests.gui.stories.demo_desk import GOLD, Folder, Person, run


def test_that_a_desk_that_is_opened_again_stands_as_it_was_left(qapp: QApplication, tmp_path: Path) -> None:
    """Layout, look and halt are there again; a plan of a played market that waited has ended, and is not lost."""
    folder = Folder(tmp_path)
    plans: list[str] = []

    async def leave(person: Person) -> None:
        await person.until_setup()
        plans.extend(person.waiting)
        person.window.panels["journal"].setFloating(True)
        person.window.panels["journal"].show()
        person.window.chart_actions.side_by_side.setChecked(True)
        person.action("view.theme").trigger()
        await person.until(lambda: person.window.theme == LIGHT)
        person.action("trading.halt").trigger()
        await person.until(lambda: person.shown.trading.modes.is_halted)

    async def come_back(person: Person) -> None:
        assert person.window.panels["journal"].isFloating()
        assert person.window.panels["journal"].isVisible()
        assert person.window.deck.is_side_by_side
        await person.until(lambda: person.shown.trading.modes.is_halted)
        assert [lock.name for lock in person.running.desk.archive.locks.locks()] == [LockName.HALT]
        assert person.window.theme == LIGHT
        assert all(person.running.desk.archive.plans.get(plan_id) for plan_id in plans)
        assert person.waiting == ()

    async def story() -> None:
        await folder.sit(leave)
        await folder.sit(come_back)

    run(qapp, story)


def test_that_a_market_that_falls_silent_leaves_exits_only_and_a_click_leads_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    gold, bitcoin = gold_rows(tmp_path / "XAUUSD.csv", 300), gold_rows(tmp_path / "BTCUSD.csv", 300)
    rows = gold.read_text(encoding="utf-8").splitlines(keepends=True)
    gold.write_text("".join(rows[:125] + rows[165:]), encoding="utf-8")

    async def tell(person: Person) -> None:
        modes = person.shown.trading.modes
        assert modes.master == "MANUAL"
        person.go_on(1000.0)
        await person.until(lambda: modes.master == "CLOSE ONLY")
        person.running.desk.engine.handle(SetSpeed(200.0))
        health = person.shown.health
        assert health.is_lowered
        assert GOLD in health.headline
        assert health.way_back
        person.running.desk.engine.handle(SetSpeed(1000.0))
        await person.until(lambda: health.may_restore)
        assert modes.master == "CLOSE ONLY"

        def has_restored() -> bool:
            """On a busy machine a market so fast falls silent again between a look and a click."""
            if health.may_restore:
                person.window.panels.content("health").restore.click()
            return modes.master == "MANUAL"

        await person.until(has_restored)

    settings = with_values(Settings(), {"health.patience_seconds": 0.0})
    run(qapp, lambda: Folder(tmp_path).sit(tell, settings, [open_recording(gold), open_recording(bitcoin)]))
