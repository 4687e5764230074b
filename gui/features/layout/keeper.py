"""Keeps the layout of one window: captures it, saves it shortly after each change, restores it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QByteArray, QObject, Qt, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget

from config.atomic_file import reason_of
from gui.features.chart.model.arrangement import Arrangement
from gui.features.chart.model.overlay_styles import ChartLook
from gui.features.layout.changes import LayoutChanges
from gui.features.layout.columns import ColumnKeeper
from gui.features.layout.file import (
    EMPTY,
    MAX_ITEMS,
    VERSION,
    Layout,
    LayoutFile,
    Look,
    SavedLayouts,
    allowed_name,
    joined,
)
from gui.widgets.place import fit_to_screen

if TYPE_CHECKING:
    from gui.features.chart.view.deck import ChartDeck
    from gui.features.settings.model.settings import SettingsModel
    from gui.features.watchlist.model.desk_symbols import DeskSymbols

LOOK_EVERY_MS = 500
"""How often a window that moves is compared with what was written: what came to rest is written."""
WRITE_AFTER = 6
"""Looks after which even what does not come to rest is written."""


class LayoutKeeper(QObject):
    """Without a file it puts layouts back by name and forgets them with the window.

    `changed` follows a change of the named layouts, `restored` that docks have been put back, `was_reset` that the
    window is to be as at first; `announced` carries a message for the user.
    """

    changed = Signal()
    announced = Signal(str)
    restored = Signal()
    was_reset = Signal()

    def __init__(self, window: QMainWindow, file: LayoutFile | None) -> None:
        super().__init__(window)
        self._window, self._file = window, file
        self._layouts = EMPTY if file is None else file.layouts
        self._written = self._layouts
        self._first: Layout | None = None
        self._first_place = self._aside = b""
        self._columns, self._changes = ColumnKeeper(window), LayoutChanges(self)
        self._seen: SavedLayouts | None = None
        self._looks = 0
        self.is_restored = self._has_complained = self._is_refused = False
        self._pool = QThreadPool(self, maxThreadCount=1)  # one writing after the other
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._layouts.named, key=str.casefold))

    # -- at the start -------------------------------------------------------------------------------------------

    def place_window(self) -> None:
        """Puts the window where it stood, if there still is a screen."""
        self._first_place = _state(self._window.saveGeometry())
        current = self._layouts.current
        if current is not None:
            self._place(current)

    def begin(self, deck: ChartDeck, settings: SettingsModel, watched: DeskSymbols) -> None:
        """All docks are there: puts back what was kept, and keeps what changes from now on."""
        self._deck, self._settings, self._watched = deck, settings, watched
        self._columns.settle(self._window)
        self._show_new_parts()
        self._first = replace(self.current_layout(), place=self._first_place, timeframes={}, chart_windows={}, looks={})
        if self._layouts.current is not None:
            self.is_restored = self._restore(self._layouts.current)
            if not self.is_restored:
                self.announced.emit("The saved layout is not used: it does not fit this window.")
        self.restore_charts()
        if self._file is not None:
            if self._file.fault:
                self.announced.emit(self._file.fault)
            self._changes.begin(self._window)
            on_charts = (deck.front_changed, deck.overlays_changed, deck.rearranged)
            for changed in (self._changes.noticed, *on_charts, settings.look_changed, watched.changed):
                changed.connect(self._look_soon)
            self._timer.start()

    def _show_new_parts(self) -> None:
        """Qt shows what joins a visible window a moment later; a state saved before that would keep it hidden."""
        parts: list[QWidget] = [*self._window.findChildren(QToolBar), *self._window.findChildren(QDockWidget)]
        for part in parts:
            if not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                part.show()

    def settle(self, part: QWidget) -> None:
        """Puts the columns of a part back that the window has got since."""
        self._columns.settle(part)
        self._changes.watch_tables(part)

    def restore_charts(self) -> None:
        """Puts charts back that are there since."""
        if self._layouts.current is not None:
            self._put_charts(self._layouts.current)

    # -- as it is -----------------------------------------------------------------------------------------------

    def current_layout(self) -> Layout:
        """How the window stands now."""
        from gui.features.chart.view.styles.looks import look_of  # with numpy and pyqtgraph, after the first paint

        window, deck, current = self._window, self._deck, self._layouts.current
        looks = {symbol: look_of(board.m1) for symbol, board in deck.boards.items()}
        kept_windows = current.chart_windows if current else {}
        return Layout(
            place=_state(window.saveGeometry()),
            docks=self._aside or _state(window.saveState(VERSION)),
            is_side_by_side=deck.is_side_by_side,
            front=deck.front_symbol or (current.front if current else ""),
            hidden_overlays=next(iter(looks.values())).hidden
            if looks
            else (current.hidden_overlays if current else ()),
            columns=self._columns.current(),
            timeframes=joined(
                current.timeframes if current else {},
                {symbol: board.arrangement for symbol, board in deck.boards.items()},
            ),
            chart_windows=joined(
                {symbol: place for symbol, place in kept_windows.items() if symbol not in deck.boards}, deck.windows
            ),
            unwatched=self._watched.hidden[:MAX_ITEMS],
            looks=joined(current.looks if current else {}, looks),
        )

    def _look_soon(self) -> None:
        """Until all is at rest and written: a window that stands still costs nothing."""
        if not self._timer.isActive():
            self._timer.start()

    def look(self) -> None:
        """Writes what has changed since it was written and rests since the last look, or has moved for long.

        What could not be written is tried again.
        """
        if self._pool.activeThreadCount():
            return
        layouts = self._now()
        is_at_rest, self._seen = layouts == self._seen, layouts
        if layouts == self._written and not self._is_refused:
            self._looks = 0
            self._timer.stop()
            return
        self._looks += 1
        if is_at_rest or self._looks >= WRITE_AFTER:
            self._keep(layouts)

    def _now(self) -> SavedLayouts:
        interface = self._settings.in_force.interface
        return replace(self._layouts, current=self.current_layout(), look=Look(interface.theme, interface.colours))

    def close(self) -> None:
        """Keeps how the window stands at its end."""
        if self._file is not None and self._first is not None:
            self._timer.stop()
            self._keep(self._now())
            self.wait()
            self._file = None  # a window that is closed stands nowhere

    def wait(self) -> None:
        """Until the disk has what was kept."""
        self._pool.waitForDone()

    def _keep(self, layouts: SavedLayouts) -> None:
        self._layouts = self._written = layouts
        self._looks = 0
        file = self._file
        if file is not None:
            self._pool.start(lambda: self._write(file, layouts))

    def _write(self, file: LayoutFile, layouts: SavedLayouts) -> None:
        """On a separate thread: a disk may be slow."""
        try:
            file.write(layouts)
            self._is_refused = False
        except OSError as error:
            self._is_refused = True
            if not self._has_complained:
                self._has_complained = True
                self.announced.emit(f"The layout cannot be saved: {reason_of(error)}")

    # -- for a while --------------------------------------------------------------------------------------------

    @property
    def is_set_aside(self) -> bool:
        return bool(self._aside)

    def set_aside(self) -> None:
        """Stores the state of docks and bars until `put_back` restores it."""
        self._aside = _state(self._window.saveState(VERSION))

    def put_back(self) -> None:
        """Restores the stored state of docks and bars; does nothing if a layout was loaded meanwhile."""
        aside, self._aside = self._aside, b""
        if aside:
            self._window.restoreState(QByteArray(aside), VERSION)
            self.restored.emit()

    # -- by name ------------------------------------------------------------------------------------------------

    def save_as(self, name: str) -> None:
        """Raises ValueError for a name that is empty, too long or a device's, or where there are too many."""
        name = allowed_name(name, self._layouts.named, "layouts")
        self._rename({**self._layouts.named, name: self.current_layout()})

    def load(self, name: str) -> None:
        """Raises KeyError for a name that no layout has."""
        self._put(self._layouts.named[name])

    def delete(self, name: str) -> None:
        """Raises KeyError for a name that no layout has."""
        named = dict(self._layouts.named)
        del named[name]
        self._rename(named)

    @property
    def templates(self) -> Mapping[str, ChartLook]:
        """Overlays and styles by name."""
        return self._layouts.templates

    def save_template(self, name: str, look: ChartLook) -> None:
        """Raises ValueError as `save_as` does."""
        name = allowed_name(name, self.templates, "templates")
        self._keep_templates({**self.templates, name: look})

    def delete_template(self, name: str) -> None:
        self._keep_templates({each: look for each, look in self.templates.items() if each != name})

    def _keep_templates(self, templates: Mapping[str, ChartLook]) -> None:
        self._keep(replace(self._layouts, current=self.current_layout(), templates=templates))
        self.changed.emit()

    def reset(self) -> None:
        """Restores the window's first layout."""
        if self._first is not None:
            self._put(replace(self._first, front=self._deck.front_symbol))
            self.was_reset.emit()

    def _rename(self, named: dict[str, Layout]) -> None:
        self._keep(replace(self._layouts, current=self.current_layout(), named=named))
        self.changed.emit()

    # -- back into place ----------------------------------------------------------------------------------------

    def _put(self, layout: Layout) -> None:
        self._place(layout)
        self._restore(layout)
        self._put_charts(layout)

    def _place(self, layout: Layout) -> None:
        self._window.restoreGeometry(QByteArray(layout.place))
        fit_to_screen(self._window)

    def _restore(self, layout: Layout) -> bool:
        """False where Qt does not understand what it said once."""
        window, self._aside = self._window, b""
        if not window.restoreState(QByteArray(layout.docks), VERSION):
            return False
        self._columns.put(layout.columns)
        self._watched.hide(layout.unwatched)
        for dock in window.findChildren(QDockWidget):
            if dock.isFloating():
                fit_to_screen(dock)
        self.restored.emit()
        return True

    def _put_charts(self, layout: Layout) -> None:
        from gui.features.chart.view.styles.looks import put_look

        deck = self._deck
        if deck.views:
            deck.set_side_by_side(layout.is_side_by_side)
            shipped = ChartLook(hidden=layout.hidden_overlays)
            for symbol, board in deck.boards.items():
                put_look(board.m1, layout.looks.get(symbol, shipped))
                board.arrange(layout.timeframes.get(symbol, Arrangement()))
            deck.show_windows(layout.chart_windows)
            deck.bring(layout.front)


def _state(said: QByteArray) -> bytes:
    return bytes(said.data())
