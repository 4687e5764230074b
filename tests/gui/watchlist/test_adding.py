"""A user adds symbols of a broker, and recordings, to the watch list; the terminal runs in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.features.watchlist.model.rows import SETUP
from gui.window import MainWindow
from tests.adapters.mt5.on_fake import GOLD, quick_world
from tests.fake_metatrader5.simulator import SimulatorClient, exness_bitcoin
from tests.gui.stories.demo_desk import DeskUser, Folder, run
from tests.gui.test_live_window import play, until

BITCOIN = "BTCUSDm"


def test_that_a_symbol_of_the_broker_is_added_by_the_keyboard(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(window: MainWindow, simulator: SimulatorClient) -> None:
        await until(lambda: GOLD in window.desk.charts and window.desk.charts[GOLD].count >= 59)
        model = window.desk.watchlist
        simulator.crash_terminal()
        await until(window.gateway.isVisible)
        window.activateWindow()
        await until(window.isActiveWindow)
        QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window.panels.content("watchlist").table, Qt.Key.Key_Insert)
        dialog = window.watchlist.dialog
        assert dialog is not None
        await until(dialog.fault.isVisible)
        assert dialog.again.isVisible()
        assert not dialog.add.isEnabled()
        simulator.start_terminal()
        await until(lambda: not window.gateway.isVisible())
        while not model.picker.has_list:  # a terminal that has just started may refuse once more
            if dialog.again.isVisible():
                dialog.again.click()
            await asyncio.sleep(0.02)
        assert not dialog.fault.isVisible()
        QTest.keyClicks(dialog.search, "dollar bitc")
        assert [model.picker.table.words(0)[0], model.picker.table.rowCount()] == [BITCOIN, 1]
        assert "not in Market Watch" in model.picker.table.words(0)
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)
        await until(lambda: BITCOIN in window.desk.settings.wanted.symbols)
        assert dialog.answer.text() == f"{BITCOIN} was added: the desk shows it from its next start"
        assert BITCOIN in [entry.arguments[0] for entry in simulator.log(function="symbol_select")]
        assert model.table.cell_of(BITCOIN, SETUP).text == "from the next start"
        assert set(window.desk.charts) == {GOLD}
        dialog.closes.click()
        assert window.watchlist.dialog is None

    gold = quick_world().symbols[0]
    bitcoin = exness_bitcoin(is_selected=False, history_minutes=60)
    play(qapp, tmp_path, scenario, world=quick_world(symbols=(gold, bitcoin)))


def test_that_a_recording_of_the_desk_is_opened_from_the_watch_list_of_a_replay(
    qapp: QApplication, tmp_path: Path
) -> None:
    part = tmp_path / "recordings" / "monday" / "EURUSD-0000.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"no recording")

    async def story(user: DeskUser) -> None:
        window = user.window
        window.watchlist.open_dialog()
        picker, dialog = window.desk.watchlist.picker, window.watchlist.dialog
        assert dialog is not None
        await user.until(lambda: picker.has_list)
        dialog.search.setText("eurusd")
        assert dialog.table.chosen == "monday/EURUSD-0000.parquet"
        dialog.add.click()
        assert window.watchlist.dialog is None
        await user.until(window.faults.isVisible)  # it was read, and is none

    run(qapp, lambda: Folder(tmp_path).sit(story))
