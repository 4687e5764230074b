"""The watch list as state: what its rows show, and what can be done with a symbol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from config.symbol_names import meaning_of
from engine.domain.judgement import Explanation
from engine.domain.market import Quote, Source
from gui.features.chart.model.chart import ChartModel
from gui.features.evidence.model.evidence import Badge, EvidenceModel
from gui.features.settings.model.settings import SettingsModel
from gui.features.trading.model.table import Cell, Tone
from gui.features.trading.model.trading import TradingModel
from gui.features.watchlist.model.copied_rules import Named
from gui.features.watchlist.model.desk_symbols import DeskSymbols
from gui.features.watchlist.model.rows import (
    ADD,
    ADD_ROW,
    BID,
    BUY,
    COLUMNS,
    EVIDENCE,
    MODE,
    NO_RULES,
    OPEN_R,
    SELL,
    SESSION,
    SETUP,
    SYMBOL,
    WatchedSymbol,
    WatchTable,
    open_r,
)
from gui.features.watchlist.model.rules_copy import RulesCopy
from gui.features.watchlist.model.symbol_picker import SymbolPicker

_AUTO = "AUTO"
COMING, LEAVING, MISSING_PRICES = "from the next start", "removed at the next start", "no prices"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu of a row; by the keyboard, one that `needs_arming` acts only while it is armed."""

    title: str
    tip: str
    does: Callable[[], None]
    is_enabled: bool = True
    needs_arming: bool = False
    begins_group: bool = False


class WatchlistModel(QObject):
    """Keeps what the symbols of the desk are doing. Cells are made only while the list is visible.

    `chosen` carries a symbol whose chart is to be shown, `ticket_wanted` one that is to be ordered, `alert_wanted` one
    for a new price alert, `settings_wanted` the key of a setting to be shown, `adding_wanted` asks for the dialog that
    adds a symbol, `announced` carries a message for the user.
    """

    chosen = Signal(str)
    ticket_wanted = Signal(str)
    alert_wanted = Signal(str)
    settings_wanted = Signal(str)
    adding_wanted = Signal()
    announced = Signal(str)

    def __init__(
        self, settings: SettingsModel, trading: TradingModel, evidence: EvidenceModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._trading, self._evidence = settings.in_force, trading, evidence
        self.symbols = DeskSymbols(settings, trading, self)
        self.picker = SymbolPicker(self.symbols, settings, self)
        self.rules = RulesCopy(settings, trading.modes, self)
        self.rules.announced.connect(self.announced)
        self.symbols.changed.connect(self._show_rows)
        self._watched: dict[str, WatchedSymbol] = {}
        self._is_visible = False
        self.table = WatchTable(self)
        self.table.tip_of = self._tip
        trading.modes.changed.connect(self._show_modes)
        evidence.changed.connect(self._show_evidence)

    def open(self, sources: Sequence[Source], charts: Mapping[str, ChartModel]) -> None:
        """A market restarts with these symbols."""
        self._watched = {each.symbol: WatchedSymbol(each, charts[each.symbol], self._settings) for each in sources}
        self.symbols.open(sources)
        self._show_rows()

    def use_settings(self, settings: Settings) -> None:
        """Other rules are in force."""
        self._settings = settings
        for watched in self._watched.values():
            watched.use_settings(settings)
        self._show_all()

    # -- what the engine says

    def on_quote(self, quote: Quote) -> None:
        """The newest quote of a symbol, at most once a frame."""
        watched = self._watched.get(quote.symbol)
        if watched is not None:
            watched.on_quote(quote)
            if self._is_visible and self.table.has(quote.symbol):
                self.table.put_cells(quote.symbol, BID, watched.prices())

    def show_live(self, explanation: Explanation) -> None:
        """What is thought of a symbol now."""
        watched = self._watched.get(explanation.judgement.symbol)
        if watched is not None:
            watched.show_live(explanation)
            if self._is_visible and self.table.has(watched.symbol):
                self._show_judged(watched)

    def refresh(self) -> None:
        """What moves with time and open positions; a few times a second."""
        if not self._is_visible:
            return
        open_trades: dict[str, list[float | None]] = {}
        positions = self._trading.positions
        for trade in positions.trades:
            open_trades.setdefault(trade.symbol, []).append(positions.result(trade.ticket).r)
        for watched in self._rows():
            self.table.put_cell(watched.symbol, SESSION, watched.session())
            self.table.put_cell(watched.symbol, OPEN_R, open_r(open_trades.get(watched.symbol, ())))

    # -- what the user can do

    def act(self, symbol: str) -> None:
        """A click on a row shows the chart of its symbol; in the last one it asks for the dialog that adds symbols."""
        if symbol == ADD_ROW:
            self.adding_wanted.emit()
        elif symbol in self._watched:
            self.chosen.emit(symbol)
        else:
            self.announced.emit(f"{symbol} has no chart: {self.table.cell_of(symbol, SETUP).text}")

    def entries(self, symbol: str) -> tuple[MenuEntry, ...]:
        """What can be done with a symbol, apart from showing its chart."""
        watched = self._watched.get(symbol)
        return (*(() if watched is None else self._of_market(symbol, watched)), *self._of_list(symbol))

    def _copy_rules(self, symbol: str) -> None:
        names = (*self.symbols.of_market, *self.symbols.missing, *self.symbols.coming)
        self.rules.begin(self._named(symbol), [self._named(name) for name in names])

    def _named(self, symbol: str) -> Named:
        watched = self._watched.get(symbol)
        return Named(symbol, meaning_of(symbol) if watched is None else watched.stands_for)

    def _of_list(self, symbol: str) -> tuple[MenuEntry, ...]:
        tip = "Copies the rules of another symbol to it, after a preview"
        copy = MenuEntry("Copy rules from …", tip, partial(self._copy_rules, symbol))
        add = MenuEntry(ADD, "Lists the symbols that can be added", self.adding_wanted.emit)
        if symbol == ADD_ROW:
            return (add,)
        if self.symbols.is_leaving(symbol):
            keep = MenuEntry(
                *("Keep", "Keeps it in the list after the next start", partial(self.add, symbol)), begins_group=True
            )
            return copy, keep, add
        tip = self.symbols.objection(symbol) or "Removes it from the list"
        return copy, MenuEntry("Remove", tip, partial(self.remove, symbol), begins_group=True), add

    def add(self, symbol: str) -> None:
        """Adds a symbol to the list."""
        self.announced.emit(self.symbols.add(symbol))

    def remove(self, symbol: str) -> None:
        """Removes a symbol, or says why that is not possible."""
        if symbol != ADD_ROW:
            self.announced.emit(self.symbols.remove(symbol))

    def _of_market(self, symbol: str, watched: WatchedSymbol) -> tuple[MenuEntry, ...]:
        modes = self._trading.modes
        to_auto = not modes.is_auto(symbol)
        tip = "Its setups are traded without approval" if to_auto else "Each of its setups awaits your approval"
        may_trade = watched.rules is not None
        return (
            MenuEntry(
                f"Set to {'AUTO' if to_auto else 'MANUAL'}",
                tip if may_trade else NO_RULES,
                partial(modes.toggle_symbol, symbol),
                is_enabled=may_trade and modes.is_known,
                needs_arming=True,
            ),
            MenuEntry(
                "Order ticket …",
                "Shows its chart and the order ticket" if may_trade else NO_RULES,
                partial(self.ticket_wanted.emit, symbol),
                is_enabled=may_trade,
            ),
            MenuEntry(
                "Price alert …", "Opens the form of a new alert at its price", partial(self.alert_wanted.emit, symbol)
            ),
            MenuEntry(
                "Settings of the symbol …",
                "Rules of the symbol: conditions, stops and targets" if may_trade else "Symbols and their rules",
                partial(self.settings_wanted.emit, self._settings_key(watched)),
            ),
        )

    def _settings_key(self, watched: WatchedSymbol) -> str:
        """The first setting of its rules; the list of symbols where it has none."""
        key = self._settings.rules_key_for(watched.symbol, watched.stands_for)
        return f"{key}.stop_mode" if key else "symbols"

    # -- what is shown

    def set_visible(self, is_visible: bool) -> None:
        """The list was shown or hidden."""
        self._is_visible = is_visible
        self._show_all()

    def _rows(self) -> list[WatchedSymbol]:
        return [self._watched[symbol] for symbol in self.symbols.of_market if symbol in self._watched]

    def _show_rows(self) -> None:
        """Other symbols are in the list."""
        symbols = self.symbols
        self.table.show_symbols((*symbols.of_market, *symbols.missing, *symbols.coming))
        self.table.show_waits(symbols.waits)
        self._show_all()

    def _show_all(self) -> None:
        if not self._is_visible:
            return
        for watched in self._rows():
            self.table.put_cells(watched.symbol, BID, watched.prices())
            self._show_judged(watched)
        for words, names in ((MISSING_PRICES, self.symbols.missing), (COMING, self.symbols.coming)):
            for name in names:
                self.table.put_cells(name, SYMBOL, [Cell(name, Tone.MUTED), *[Cell("")] * (len(COLUMNS) - 1)])
                self.table.put_cell(name, SETUP, Cell(words, Tone.MUTED))
        self._show_modes()
        self._show_evidence()
        self.refresh()

    def _show_judged(self, watched: WatchedSymbol) -> None:
        buy, sell, setup = watched.judged()
        leaving = self.symbols.is_leaving(watched.symbol)
        self.table.put_cells(watched.symbol, BUY, [buy, sell, Cell(LEAVING, Tone.MUTED) if leaving else setup])

    def _tip(self, symbol: str, column: int) -> str:
        watched = self._watched.get(symbol)
        if column == EVIDENCE and (badge := self._evidence.badge(symbol)) is not None:
            return f"{badge.words}\n{badge.tip}"
        return watched.headlines() if watched is not None and column in (BUY, SELL, SETUP) else ""

    def _show_modes(self) -> None:
        if self._is_visible:
            for watched in self._rows():
                words = "" if watched.rules is None else self._trading.modes.mode_words(watched.symbol)
                self.table.put_cell(watched.symbol, MODE, Cell(words, Tone.PLAIN if words == _AUTO else Tone.MUTED))

    def _show_evidence(self) -> None:
        if self._is_visible:
            for watched in self._rows():
                self.table.put_cell(watched.symbol, EVIDENCE, _evidence_cell(self._evidence.badge(watched.symbol)))


def _evidence_cell(badge: Badge | None) -> Cell:
    if badge is None:
        return Cell("")
    words = badge.shorter[-1] if badge.shorter else badge.words
    return Cell(words, Tone.PLAIN if badge.is_measured else Tone.MUTED)
