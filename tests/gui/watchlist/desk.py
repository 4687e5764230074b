"""The window with its watch list in sight, on a desk without an engine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.market import Quote
from engine.domain.messages.engine import ChangeSettings, Command, SettingsChanged
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from gui.desk_model import DeskModel
from gui.features.trading.model.table import Cell
from gui.features.watchlist.model.rows import ADD_ROW
from gui.features.watchlist.model.watchlist import WatchlistModel
from gui.features.watchlist.view.watchlist import WatchlistView
from tests.builders import BITCOIN as BITCOIN_COIN
from tests.fakes import source
from tests.gui.desk_window import DeskWindow

GOLD, BITCOIN = "XAUUSD", "BTCUSD"


class WatchedDesk:
    """The list of a desk, and what a test lets happen there."""

    desk: DeskModel

    @property
    def model(self) -> WatchlistModel:
        return self.desk.watchlist

    def set_modes(self, *auto: str, authority: Authority = Authority.AUTO) -> None:
        self.desk.trading.on_event(ModesChanged(authority, frozenset(auto), "", None))

    def tick(self, quote: Quote) -> None:
        """As the bridge shows the newest quote of a frame."""
        self.desk.charts[quote.symbol].set_live(None, quote)
        self.model.on_quote(quote)

    def cell(self, symbol: str, column: int) -> Cell:
        return self.model.table.cell_of(symbol, column)

    def text(self, symbol: str, column: int) -> str:
        return self.cell(symbol, column).text


class Watching(WatchedDesk):
    """Gold and bitcoin without a window: a played market, or live prices of the symbols in the settings."""

    def __init__(self, settings: Settings | None = None, *, is_live: bool = False) -> None:
        self.desk = DeskModel(settings)
        self.asked: list[Command] = []
        self.said: list[str] = []
        self.desk.commanded.connect(self.asked.append)
        self.model.announced.connect(self.said.append)
        if is_live:
            self.model.symbols.use_settings_list()
        self.desk.open([source(), source(instrument=BITCOIN_COIN)])
        self.set_modes()
        self.model.set_visible(True)

    @property
    def listed(self) -> list[str]:
        """The symbols of the list, from top to bottom."""
        return [str(key) for key in self.model.table.keys if key != ADD_ROW]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The symbols that the settings have from the next start on."""
        return self.desk.settings.wanted.symbols

    def answer(self) -> None:
        """The engine takes note of the settings that were asked for last."""
        command = next(each for each in reversed(self.asked) if isinstance(each, ChangeSettings))
        changed = SettingsChanged(command.settings, (), command.settings, (), "window")
        self.desk.settings.on_settings_changed(changed)
        self.desk.use_settings(command.settings)


class WatchDesk(WatchedDesk, DeskWindow):
    """Gold and bitcoin in the window, the list opened by Ctrl+M."""

    def __init__(self, qtbot: QtBot, settings: Settings | None = None) -> None:
        super().__init__(qtbot, settings)
        self.set_modes()
        self.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier, self.window)

    @property
    def view(self) -> WatchlistView:
        view = self.window.panels.content("watchlist")
        assert isinstance(view, WatchlistView)
        return view

    def menu(self, symbol: str) -> QMenu:
        """The menu of a row, by a right click."""
        table = self.model.table
        return self.view.table.row_menu(table.index(table.row_of(symbol), 0))

    def choose(self, symbol: str, words: str) -> None:
        """An entry of the menu of a row."""
        next(action for action in self.menu(symbol).actions() if action.text() == words).trigger()

    def click(self, symbol: str, column: int = 0) -> None:
        table = self.view.table
        place = table.visualRect(self.model.table.index(self.model.table.row_of(symbol), column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
