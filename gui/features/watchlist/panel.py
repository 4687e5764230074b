"""Opens the dialogs of the watch list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.errors import DeskError
from engine.market.symbol_list import KnownSymbols, SymbolList
from gui.features.watchlist.model.symbol_picker import listed
from gui.features.watchlist.model.watchlist import WatchlistModel
from gui.features.watchlist.view.add_dialog import AddSymbolDialog
from gui.features.watchlist.view.copy_dialog import CopyRulesDialog
from gui.theme import Theme
from gui.widgets.actions import make_action


class Watchlist(QObject):
    """`source` lists the symbols that can be added; `open_recording` opens one beside those that play."""

    def __init__(
        self,
        window: QWidget,
        model: WatchlistModel,
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._theme = window, model, theme
        self._tasks: set[asyncio.Task[None]] = set()
        self.source: SymbolList = KnownSymbols(())
        self.open_recording: Callable[[str], None] = lambda path: None  # noqa: ARG005
        self.dialog: AddSymbolDialog | None = None
        self.copying: CopyRulesDialog | None = None
        tip = "Lists the symbols of the broker, the exchange or the recording, to add to the watch list"
        self.add = make_action(window, "watchlist.add", "Add symbol …", tip, self.open_dialog)
        model.adding_wanted.connect(self.open_dialog)
        model.rules.begun.connect(self._ask_rules)
        model.picker.list_wanted.connect(lambda: self._run(self._list()))
        model.picker.recording_wanted.connect(self._open_recording)
        model.picker.wanted.connect(lambda name: self._run(self._select(name)))

    def open_dialog(self) -> None:
        """Shows the symbols that can be added, as their source lists them now."""
        if self.dialog is None:
            self.dialog = AddSymbolDialog(self._model.picker, self._theme(), self._window)
            self.dialog.finished.connect(self._forget)
            self._model.picker.begin()
        self.dialog.show()
        self.dialog.activateWindow()

    def _ask_rules(self) -> None:
        if self.copying is not None:
            self.copying.reject()
        self.copying = CopyRulesDialog(self._model.rules, self._theme(), self._window)
        self.copying.finished.connect(self._forget_copying)
        self.copying.show()
        self.copying.activateWindow()

    def _forget_copying(self) -> None:
        self.copying = None
        self._model.rules.end()

    def _open_recording(self, path: str) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        self.open_recording(path)

    def close(self) -> None:
        """Nothing more is asked: for the end of the window."""
        for task in tuple(self._tasks):
            task.cancel()

    def _forget(self) -> None:
        self.dialog = None

    async def _list(self) -> None:
        offered, picker = await self.source.offered(), self._model.picker
        picker.show(await asyncio.to_thread(listed, offered, picker.kept))

    async def _select(self, name: str) -> None:
        self._model.picker.on_added(name, await self.source.select(name))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._reporting(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reporting(self, work: Coroutine[None, None, None]) -> None:
        """The sentence of a source that does not answer is for the dialog."""
        try:
            await work
        except DeskError as error:
            self._model.picker.fail(str(error))
