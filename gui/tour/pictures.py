"""The pictures of the tour: charts, the window on screens of three sizes in both themes, every panel and dialog."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QDialog, QTabWidget, QWidget

from gui.theme import DARK, LIGHT, Theme, theme_for
from gui.tour.sample_drawings import sample_drawings
from gui.window import MainWindow

WINDOW_SIZE = (1400, 860)
SCREENS = ((1280, 720), (1920, 1080), (3840, 2160))
PANEL_SCREEN = (1280, 720)
THEMES = (DARK, LIGHT)
DIALOGS = ("help.keys", "help.about")
"""Names of the actions that open them."""
SETTINGS_SIZE = (960, 660)
SETTINGS_PAGES = ("general", "risk_mitigation", "metatrader", "alerts", "interface")
OTHER_COLOURS = ("colour_blind", "east_asian")
WORDS_AFTER_S = 0.4
"""Longer than words in the window take to follow."""
PAINT_AFTER_S = 0.06
"""For what only has to be laid out and painted."""
READ_WITHIN_S = 5.0
"""On a slow disk, what a table looks at; a picture is taken in any case."""


class Pictures:
    """Takes pictures of one window into a folder; `paths` are those taken."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self.paths: list[Path] = []

    async def fill(self) -> None:
        await self._charts()
        await self._screens()
        await self._panels()

    async def show_waiting(self) -> None:
        """A setup that waits for the user, while the keys are armed."""
        self._window.resize(*PANEL_SCREEN)
        usual = self._window.theme
        self._window.desk.trading.arming.toggle()
        for theme in THEMES:
            await self._wear(theme)
            await self._capture(self._window, f"approval-{theme.name}", WORDS_AFTER_S)
        self._window.desk.trading.arming.toggle()
        await self._wear(usual)

    async def _charts(self) -> None:
        """One picture per symbol and one of its newest setup, and one of all side by side."""
        window = self._window
        window.resize(*WINDOW_SIZE)
        for number, (symbol, view) in enumerate(zip(window.deck.symbols, window.deck.views, strict=True)):
            window.deck.show_symbol(number)
            await self._capture(window, symbol, WORDS_AFTER_S)
            if view.look_at_newest_setup():
                await self._capture(window, f"{symbol}-setup", WORDS_AFTER_S)
                view.plot.point_at_row(None)
                view.reset_view()
        await self._drawings()
        if len(window.deck.symbols) > 1:
            window.chart_actions.side_by_side.setChecked(True)
            await self._capture(window, "side-by-side", WORDS_AFTER_S)
            window.chart_actions.side_by_side.setChecked(False)

    async def _drawings(self) -> None:
        """What can be drawn on the chart of the first symbol."""
        self._window.deck.show_symbol(0)
        view = self._window.deck.views[0]
        drawings = view.drawings
        for drawn in sample_drawings(next(iter(self._window.desk.charts.values()))):
            drawings.add(drawn)
        drawings.select("")
        await self._capture(self._window.deck, "drawings", WORDS_AFTER_S)
        drawings.clear()

    async def _screens(self) -> None:
        for theme in THEMES:
            await self._wear(theme)
            for width, height in SCREENS:
                self._window.resize(width, height)
                await self._capture(self._window, f"window-{width}x{height}-{theme.name}", PAINT_AFTER_S)
        self._window.resize(*WINDOW_SIZE)
        for colours in OTHER_COLOURS:
            for surfaces in THEMES:
                await self._wear(theme_for(surfaces.name, colours))
                await self._capture(self._window, f"window-{colours}-{surfaces.name}", PAINT_AFTER_S)

    async def _panels(self) -> None:
        """Each panel in the window, alone; of one with tabs each tab."""
        self._window.resize(*PANEL_SCREEN)
        for theme in THEMES:
            await self._wear(theme)
            for name in self._window.panels:
                with self._shown(name) as content:
                    await self._pages(name, content, theme)
            for name in DIALOGS:
                await self._dialog(name, theme)
            await self._settings(theme)
            await self._introduction(theme)

    async def _pages(self, name: str, content: QWidget, theme: Theme) -> None:
        if not isinstance(content, QTabWidget):
            await self._capture(content, f"panel-{name}-{theme.name}", WORDS_AFTER_S)
            return
        chosen = content.currentIndex()
        for page in range(content.count()):
            content.setCurrentIndex(page)
            await self._capture(content, f"panel-{name}-{page + 1}-{theme.name}", WORDS_AFTER_S)
        content.setCurrentIndex(chosen)

    async def _dialog(self, action: str, theme: Theme) -> None:
        """What the action of that name opens."""
        asked = self._window.findChild(QAction, action)
        assert isinstance(asked, QAction)
        asked.trigger()
        await asyncio.sleep(PAINT_AFTER_S)
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible():
                await self._capture(dialog, f"dialog-{action.replace('.', '-')}-{theme.name}", PAINT_AFTER_S)
                dialog.close()

    async def _settings(self, theme: Theme) -> None:
        """Some of their pages."""
        space = self._window.settings
        space.open()
        assert space.dialog is not None
        space.dialog.resize(*SETTINGS_SIZE)  # a screen that is none would make it smaller
        for page in SETTINGS_PAGES:
            space.dialog.tree.choose(page)
            space.dialog.view(page).complete()
            await asyncio.sleep(PAINT_AFTER_S)
            await self._capture(space.dialog, f"settings-{page}-{theme.name}", PAINT_AFTER_S)
        space.dialog.close()

    async def _introduction(self, theme: Theme) -> None:
        """Its first step in the window."""
        introduction = self._window.help.introduction
        introduction.begin()
        await self._capture(self._window, f"introduction-{theme.name}", PAINT_AFTER_S)
        introduction.model.end()

    @contextmanager
    def _shown(self, name: str) -> Iterator[QWidget]:
        """The content of a panel, which is in sight meanwhile."""
        dock = self._window.panels[name]
        was_hidden = dock.isHidden()
        dock.show()
        dock.raise_()
        yield dock.widget()
        dock.setHidden(was_hidden)

    async def _wear(self, theme: Theme) -> None:
        """Until the window has its theme."""
        self._window.set_theme(theme)
        while not self._window.updatesEnabled():
            await asyncio.sleep(PAINT_AFTER_S)

    async def _painted(self, widget: QWidget) -> QPixmap:
        """As it looks when the journal's words are there, which are read only when they are painted."""
        picture, journal = widget.grab(), self._window.desk.journal.table
        if journal.is_reading:
            with suppress(TimeoutError):
                async with asyncio.timeout(READ_WITHIN_S):
                    while journal.is_reading:
                        await asyncio.sleep(PAINT_AFTER_S)
            picture = widget.grab()
        return picture

    async def _capture(self, widget: QWidget, name: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        path = self._folder / f"{name}.png"
        picture = await self._painted(widget)
        if not await asyncio.to_thread(picture.toImage().save, str(path)):
            raise OSError(errno.EIO, "the picture cannot be written", str(path))
        self.paths.append(path)
