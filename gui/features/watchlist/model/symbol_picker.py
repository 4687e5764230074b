"""The symbols of a source, of which the user adds some to the watch list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from config.symbol_names import code_of, meaning_of
from engine.domain.well_formed import one_line
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
MAX_NAME, MAX_DESCRIPTION = 40, 200
"""Characters; what is longer in a description is cut."""
IN_LIST, NOT_IN_MARKET_WATCH, RECORDING = "in the list", "not in Market Watch", "recording"


class ListedSymbols(NamedTuple):
    """The symbols of a source with their cells and the text in which each is searched; `kept` were in the list then."""

    offered: dict[str, OfferedSymbol]
    kept: frozenset[str]
    rows: list[tuple[str, list[Cell]]]
    texts: dict[Hashable, str]


def listed(offered: Sequence[OfferedSymbol], kept: frozenset[str]) -> ListedSymbols:
    """Makes ready what is shown: for thousands of symbols that takes too long for the window's thread.

    Names that no setting can hold are left out; recordings may have any.
    """
    usable = {each.name: each for each in offered if each.recording or _may_be_set(each.name)}
    rows = [(each.name, _cells(each, kept)) for each in reversed(usable.values())]
    return ListedSymbols(usable, kept, rows, {name: search_text(cell.text for cell in cells) for name, cells in rows})


def _may_be_set(name: str) -> bool:
    return name.isprintable() and 0 < len(name) <= MAX_NAME


class OfferedTable(RowTable):
    """A row for each symbol; the search takes the words for metals and coins for their codes as well: gold is XAU."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self.texts: dict[Hashable, str] = {}
        self._sought: list[tuple[str, str]] = []

    def _passes(self, key: Hashable) -> bool:
        text = self.texts[key]
        return all(word in text or code in text for word, code in self._sought)

    def set_search(self, words: str) -> None:
        self._sought = [(word, code_of(word).casefold()) for word in words.casefold().split()]
        super().set_search(words)


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
        self.table = OfferedTable(self)
        self.is_busy, self.fault, self.answer = False, "", ""
        symbols.changed.connect(self._show_states)

    def begin(self) -> None:
        """Asks for the list of symbols."""
        self.is_busy, self.fault, self.answer = True, "", ""
        self.changed.emit()
        self.list_wanted.emit()

    @property
    def kept(self) -> frozenset[str]:
        """The symbols that the watch list has and keeps."""
        return self._symbols.kept

    def show(self, symbols: ListedSymbols) -> None:
        """The source has answered."""
        self.is_busy = False
        self._offered, self._kept, self.table.texts = symbols.offered, symbols.kept, symbols.texts
        self.table.replace(symbols.rows)
        self._show_states()
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
            self.table.put_cell(name, STATE, _state(self._offered[name], self._kept))
            self.table.texts[name] = search_text(
                self.table.cell_of(name, column).text for column in range(len(COLUMNS))
            )


def _cells(offered: OfferedSymbol, kept: frozenset[str]) -> list[Cell]:
    return [
        Cell(offered.name),
        Cell(one_line(offered.description[:MAX_DESCRIPTION]), Tone.MUTED),
        Cell("" if offered.digits is None else str(offered.digits)),
        _state(offered, kept),
    ]


def _state(offered: OfferedSymbol, kept: frozenset[str]) -> Cell:
    if offered.name in kept:
        return Cell(IN_LIST, Tone.PASSED)
    if offered.recording:
        return Cell(RECORDING, Tone.MUTED)
    parts = ("" if offered.is_selected else NOT_IN_MARKET_WATCH, offered.note)
    return Cell(", ".join(filter(None, parts)), Tone.MUTED)
