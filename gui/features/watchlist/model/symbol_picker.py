"""The symbols of a source, of which the user adds some to the watch list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QObject, Signal

from config.symbol_names import code_of, meaning_of
from engine.market.symbol_list import OfferedSymbol
from gui.features.settings.model.settings import SettingsModel
from gui.features.settings.model.words import title_of
from gui.features.trading.model.row_order import search_text
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.watchlist.model.copied_rules import AUTO_KEY
from gui.features.watchlist.model.desk_symbols import DeskSymbols

NAME, DESCRIPTION, DIGITS, STATE = range(4)
COLUMNS = (
    Column("Symbol", "The symbol as its source spells it", "XAUUSD.pro_c"),
    Column("Description", "Description from the source", "Gold vs US Dollar, spot contract for difference"),
    Column("Digits", "Decimals of its prices", "Digits", is_number=True),
    Column("State", "In the watch list, or in Market Watch; what may be traded", "not in Market Watch, close only"),
)  # fmt: skip
IN_LIST, NOT_IN_MARKET_WATCH, RECORDING = "in the list", "not in Market Watch", "recording"


class OfferedTable(RowTable):
    """A row for each symbol; the search takes the words for metals and coins for their codes as well: gold is XAU."""

    def _passes(self, key: Hashable) -> bool:
        text = search_text(self.cell_of(key, column).text for column in range(len(COLUMNS)))
        return all(word in text or code_of(word).casefold() in text for word in self.search.casefold().split())


class SymbolPicker(QObject):
    """Asks for the list at `begin`, and for a symbol at `add`; who is asked answers by `show` or `fail`.

    `changed` follows every answer. `fault` says why there is no list, or why a symbol was not added. `recording_wanted`
    carries the path of a recording that has to be opened for a symbol.
    """

    changed = Signal()
    list_wanted = Signal()
    wanted = Signal(str)
    recording_wanted = Signal(str)

    def __init__(self, symbols: DeskSymbols, settings: SettingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._symbols, self._settings = symbols, settings
        self._offered: dict[str, OfferedSymbol] = {}
        self._kept: frozenset[str] = frozenset()
        self.table = OfferedTable(COLUMNS, self)
        self.is_busy, self.fault, self.answer = False, "", ""
        symbols.changed.connect(self._show_states)

    def begin(self) -> None:
        """Asks for the list of symbols."""
        self.is_busy, self.fault, self.answer = True, "", ""
        self.changed.emit()
        self.list_wanted.emit()

    def show(self, offered: Sequence[OfferedSymbol]) -> None:
        """The source has answered."""
        self.is_busy = False
        self._offered = {each.name: each for each in offered}
        self._kept = self._symbols.kept
        self.table.replace([(each.name, self._cells(each)) for each in reversed(offered)])
        self.changed.emit()

    def fail(self, sentence: str) -> None:
        """The source did not list its symbols, or cannot add one."""
        self.is_busy, self.fault = False, sentence
        self.changed.emit()

    @property
    def has_list(self) -> bool:
        return bool(self._offered)

    # -- one of them

    def may_add(self, name: str) -> bool:
        return not self.is_busy and name in self._offered and not self._symbols.has(name)

    def about(self, name: str) -> str:
        """When a symbol is shown, and by which rules, in sentences."""
        if name not in self._offered:
            return ""
        if self._offered[name].recording:
            return "Opens this recording together with those that play; the replay starts again."
        if self._symbols.has(name):
            return f"{name} is in the list."
        key = self._settings.wanted.rules_key_for(name, meaning_of(name))
        rules = "It has no rules: chart only, until you copy rules of another symbol in its row menu."
        auto = f"{title_of(AUTO_KEY)} include it: it starts at AUTO. "
        is_auto = key and self._settings.wanted.is_auto(name, meaning_of(name))
        words = f"Its rules are those of {title_of(key)}." if key else rules
        return f"{words} {auto if is_auto else ''}{self._symbols.when}"

    def add(self, name: str) -> None:
        """Asks the source for the prices of a symbol, or for its recording to be opened."""
        if self.may_add(name) and (path := self._offered[name].recording):
            self.recording_wanted.emit(path)
        elif self.may_add(name):
            self.is_busy, self.fault, self.answer = True, "", ""
            self.changed.emit()
            self.wanted.emit(name)

    def on_added(self, name: str, doubt: str) -> None:
        """The source sends the prices of a symbol from now on; `doubt` is what is not known of it yet."""
        self.is_busy = False
        self.answer = ". ".join(filter(None, (self._symbols.add(name), doubt)))
        self.changed.emit()

    # -- cells

    def _show_states(self) -> None:
        before, self._kept = self._kept, self._symbols.kept
        for name in (before ^ self._kept) & self._offered.keys():
            self.table.put_cell(name, STATE, self._state(self._offered[name]))

    def _cells(self, offered: OfferedSymbol) -> list[Cell]:
        return [
            Cell(offered.name),
            Cell(offered.description, Tone.MUTED),
            Cell("" if offered.digits is None else str(offered.digits)),
            self._state(offered),
        ]

    def _state(self, offered: OfferedSymbol) -> Cell:
        if offered.name in self._kept:
            return Cell(IN_LIST, Tone.PASSED)
        if offered.recording:
            return Cell(RECORDING, Tone.MUTED)
        parts = ("" if offered.is_selected else NOT_IN_MARKET_WATCH, offered.note)
        return Cell(", ".join(filter(None, parts)), Tone.MUTED)
