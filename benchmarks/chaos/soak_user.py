"""The user of the soak: opens, changes and closes everything there is in the window, again and again."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

from PySide6.QtWidgets import QDialog, QFileDialog

from benchmarks.chaos.soak_hand import STEP_S, Hand, NoAnswer
from config.changes import with_values
from gui.beside import WindowsBeside
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.dialog import OpeningDialog
from gui.running_desk import RunningDesk

COLOURS = ("colour_blind", "east_asian", "standard")
SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"


class User:
    """Each of `acts` leaves the desk as it found it, apart from the market, which goes on."""

    def __init__(self, running: RunningDesk, beside: WindowsBeside, seed: int) -> None:
        self._hand, self._beside, self._dice = Hand(running), beside, random.Random(seed)
        self._turn = itertools.count()
        self.unanswered: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.acts: dict[str, Callable[[], Awaitable[None]]] = {
            "chart tabs": self._turn_charts,
            "desk tabs": self._turn_desk_tabs,
            "panels": self._toggle_panels,
            "zoom and pan": self._move_charts,
            "overlays": self._toggle_overlays,
            "settings": self._leaf_settings,
            "a changed setting": self._change_setting,
            "keyboard": self._read_keys,
            "a plan": self._write_plan,
            "go to": self._go_to,
            "timeline": self._step_and_jump,
            "themes": self._change_looks,
            "layouts": self._change_layouts,
            "a setup": self._answer_setup,
            "halt": self._halt,
            "report": self._ask_report,
            "the demo market beside": self._open_demo,
            "a recording beside": self._open_recording,
        }

    async def do_all(self, begin: Callable[[str], None], may_go_on: Callable[[], bool], look_s: float) -> None:
        """Does every act once in random order, with that many seconds after each; `begin` receives its name."""
        names = list(self.acts)
        self._dice.shuffle(names)
        for name in names:
            if not may_go_on():
                return
            begin(name)
            try:
                await self.acts[name]()
                self.done[name] += 1
            except NoAnswer:
                self.unanswered[f"{name} ({self._hand.plight})"] += 1
            begin("rest")
            await asyncio.sleep(look_s)

    # -- charts and panels --------------------------------------------------------------------------------------

    async def _turn_charts(self) -> None:
        for name in ("chart.next_symbol", "chart.side_by_side", "chart.side_by_side", "chart.previous_symbol"):
            await self._hand.do(name)

    async def _turn_desk_tabs(self) -> None:
        tabs = self._hand.window.trading.tabs
        for number in (*range(tabs.count()), 0):
            tabs.setCurrentIndex(number)
            await asyncio.sleep(STEP_S)

    async def _toggle_panels(self) -> None:
        for dock in self._hand.window.panels.values():
            toggle = dock.toggleViewAction()
            for _ in range(2):
                toggle.trigger()
                await asyncio.sleep(STEP_S)
            dock.setFloating(True)
            await asyncio.sleep(STEP_S)
            dock.setFloating(False)

    async def _toggle_overlays(self) -> None:
        actions = [each for each in self._hand.window.view_bar.overlays.actions() if each.isCheckable()]
        for action in (*actions, *actions):
            action.trigger()
            await asyncio.sleep(STEP_S / 3)

    async def _move_charts(self) -> None:
        view = self._hand.window.deck.views[0].plot.viewport()
        for turned in (120, 120, -120, -120, -120, 120):
            self._hand.turn_wheel(view, turned)
            await asyncio.sleep(STEP_S)
        await self._hand.drag(view, 300)
        await self._hand.drag(view, -300)
        await self._hand.do("chart.reset")

    # -- dialogs ------------------------------------------------------------------------------------------------

    async def _leaf_settings(self) -> None:
        self._hand.window.settings.open()
        dialog = self._hand.window.settings.dialog
        assert dialog is not None
        await asyncio.sleep(STEP_S)
        for key in list(dialog.tree._items):
            dialog.tree.choose(key)
            await asyncio.sleep(STEP_S / 3)
        for words in ("spread", "sp", ""):
            dialog.search.setText(words)
            await asyncio.sleep(STEP_S)
        await self._hand.close(dialog)

    async def _change_setting(self) -> None:
        settings = self._hand.window.desk.settings
        value = 0.30 + 0.01 * (next(self._turn) % 2)
        settings.ask(with_values(settings.wanted, {SPREAD: value, "interface.theme": "dark"}))
        await asyncio.sleep(10 * STEP_S)

    async def _read_keys(self) -> None:
        self._hand.window.keyboard.show()
        dialog = self._hand.window.keyboard.dialog
        assert dialog is not None
        dialog.search.setText("chart")
        await self._hand.close(dialog)

    async def _write_plan(self) -> None:
        """As soon as there is a price to write it at."""
        charts = self._hand.window.desk.charts
        await self._hand.until(lambda: any(chart.quote is not None for chart in charts.values()))
        await asyncio.sleep(STEP_S)
        self._hand.window.trading.tabs.plans.new_plan.click()
        await self._hand.until(lambda: self._hand.window.trading.plan_dialog is not None)
        await self._hand.close(self._hand.window.trading.plan_dialog)

    async def _ask_report(self) -> None:
        self._hand.window.report.ask()
        await self._hand.close(self._hand.window.findChild(QFileDialog))

    async def _go_to(self) -> None:
        self._hand.window.player.ask_where_to_go()
        await self._hand.close(next(iter(self._hand.window.player.findChildren(QDialog)), None))

    # -- the market ---------------------------------------------------------------------------------------------

    async def _jump(self, by: timedelta) -> None:
        playback = self._hand.window.desk.playback
        position = playback.position
        assert position is not None
        target = max(position + by, playback.first_at or position)
        playback.seek(target if playback.last_at is None else min(target, playback.last_at))
        await self._hand.until(lambda: playback.position is not None and playback.newest_candle_at is not None)
        await asyncio.sleep(5 * STEP_S)

    async def _play_on(self) -> None:
        playback = self._hand.window.desk.playback
        if playback.is_paused:
            await self._hand.do("replay.play")
            await self._hand.until(lambda: not playback.is_paused)

    async def _step_and_jump(self) -> None:
        for name in ("replay.step", "replay.back", "replay.step"):
            await self._hand.do(name)
            await asyncio.sleep(5 * STEP_S)
        await self._jump(timedelta(hours=self._dice.choice((-2, 1, 2))))
        await self._play_on()

    async def _answer_setup(self) -> None:
        """Winds to the next setup and approves what waits there by the keys' actions, or rejects it."""
        desk = self._hand.window.desk
        await self._hand.do("replay.next_setup")
        await self._hand.until(lambda: desk.playback.is_paused and not desk.playback.search.is_running)
        await asyncio.sleep(5 * STEP_S)
        if desk.trading.approvals.waiting:
            await self._hand.do("trading.arm")
            while waiting := desk.trading.approvals.waiting:
                await self._hand.do("trading.approve" if next(self._turn) % 2 else "trading.reject")
                await self._hand.until(lambda card=waiting[0]: card not in desk.trading.approvals.waiting)  # type: ignore[misc]
                self.done["answers"] += 1
            await self._hand.do("trading.arm")
        await self._play_on()

    async def _halt(self) -> None:
        modes = self._hand.window.desk.trading.modes
        await self._hand.do("trading.halt")
        await self._hand.until(lambda: modes.is_halted)
        await self._hand.do("trading.release_halt")
        await self._hand.until(lambda: not modes.is_halted)

    # -- looks --------------------------------------------------------------------------------------------------

    async def _change_looks(self) -> None:
        desk = self._hand.window.desk
        for surfaces, colours in itertools.product(("light", "dark"), COLOURS):
            changed = {"interface.theme": surfaces, "interface.colours": colours}
            wanted = with_values(desk.settings.wanted, changed)
            desk.settings.ask(wanted)
            await self._hand.until(lambda look=wanted.interface: desk.settings.in_force.interface == look)  # type: ignore[misc]
            await asyncio.sleep(3 * STEP_S)

    async def _change_layouts(self) -> None:
        layouts = self._hand.window.layouts
        layouts.save_as("soak")
        await self._toggle_first_panel()
        for act in (layouts.reset, lambda: layouts.load("soak"), lambda: layouts.delete("soak")):
            act()
            await asyncio.sleep(3 * STEP_S)

    async def _toggle_first_panel(self) -> None:
        next(iter(self._hand.window.panels.values())).toggleViewAction().trigger()
        await asyncio.sleep(STEP_S)

    # -- windows beside the desk --------------------------------------------------------------------------------

    async def _open_demo(self) -> None:
        await self._hand.do("file.open_demo")
        await self._use_replay()

    async def _open_recording(self) -> None:
        """Records the market for a moment, and opens what was recorded next to it."""
        recorder = self._hand.running.desk.recorder
        await self._hand.do("file.record")
        await self._hand.until(lambda: recorder.is_recording)
        await asyncio.sleep(1.0)
        await self._hand.do("file.record")
        await self._hand.until(lambda: not recorder.is_recording and not self._hand.running.recording.is_on)
        self._hand.running.opening.open([ChosenFile(path=str(recorder.folder))])
        await self._hand.until(lambda: self._opening() is not None)
        opening = self._opening()
        assert opening is not None
        opening.beside.click()
        await self._use_replay()

    def _opening(self) -> OpeningDialog | None:
        dialogs = self._hand.window.findChildren(OpeningDialog)
        return next((each for each in dialogs if each.isVisible() and each.beside.isEnabled()), None)

    async def _use_replay(self) -> None:
        """Waits until its own process plays, and ends it."""
        await self._hand.until(lambda: bool(self._beside.replays))
        replay, has_opened = self._beside.replays[0], asyncio.Event()
        replay.opened.connect(has_opened.set)
        await self._hand.until(has_opened.is_set)
        await asyncio.sleep(10 * STEP_S)
        replay.end()
        await self._hand.until(lambda: not self._beside.replays)
