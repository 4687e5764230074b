"""Which symbols the watch list has: those of the market, and those that come or go at the next start."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from config.symbol_names import means
from engine.domain.market import Source
from gui.features.settings.model.settings import SettingsModel
from gui.features.trading.model.trading import TradingModel

SYMBOLS_KEY = "symbols"
NEXT_START = "It is shown from the next start of the desk. Positions and the other symbols stay as they are."
AT_ONCE = "It is shown at once."


class DeskSymbols(QObject):
    """Symbols of live prices belong to the settings, which the desk reads when it starts: a change counts from the next
    start. Those of a played market are fixed by the market: removing one hides its row.

    `changed` follows every change of the rows.
    """

    changed = Signal()

    def __init__(self, settings: SettingsModel, trading: TradingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._trading = settings, trading
        self._started = settings.wanted.symbols
        self._names: dict[str, tuple[str, ...]] = {}
        self._hidden: frozenset[str] = frozenset()
        self.is_played = True
        settings.changed.connect(self.changed)

    def use_settings_list(self) -> None:
        """The desk shows live prices of the symbols in the settings."""
        self.is_played = False

    def open(self, sources: Sequence[Source]) -> None:
        """A market with these symbols begins."""
        self._names = {source.symbol: () for source in sources}
        for name in self._started:
            symbol = self._meant(name, sources)
            if symbol:
                self._names[symbol] = (*self._names[symbol], name)

    @staticmethod
    def _meant(name: str, sources: Sequence[Source]) -> str:
        """The symbol of that very name, else the one that a broker's name for the same pair means."""
        symbols = [source.symbol for source in sources]
        if name in symbols:
            return name
        return next((each.symbol for each in sources if means(name, each.symbol, each.instrument.stands_for)), "")

    # -- which there are

    @property
    def of_market(self) -> tuple[str, ...]:
        """Symbols with prices."""
        return tuple(symbol for symbol in self._names if symbol not in self._hidden or not self.is_played)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names in the settings for which there are no prices."""
        known = {name for names in self._names.values() for name in names}
        return (
            ()
            if self.is_played
            else tuple(each for each in self._wanted if each in self._started and each not in known)
        )

    @property
    def coming(self) -> tuple[str, ...]:
        """Names that were added since the desk started."""
        if self.is_played:
            return ()
        return tuple(each for each in self._wanted if each not in self._started and each not in self._names)

    def is_leaving(self, symbol: str) -> bool:
        """Whether a symbol with prices is removed at the next start."""
        names = self._names.get(symbol, ())
        return not self.is_played and bool(names) and not {symbol, *names} & set(self._wanted)

    @property
    def kept(self) -> frozenset[str]:
        """The symbols that the list has and keeps."""
        return frozenset(
            name for name in (*self.of_market, *self.missing, *self.coming) if not self.is_leaving(name)
        )  # fmt: skip

    def has(self, name: str) -> bool:
        """Whether the list has a symbol, and keeps it."""
        return name in self.kept

    @property
    def waits(self) -> str:
        """What waits for the next start, in a sentence; empty if nothing does."""
        if self.coming or any(self.is_leaving(symbol) for symbol in self._names):
            return "Changes take effect at the next start"
        return ""

    @property
    def when(self) -> str:
        """When a symbol that is added is shown, in a sentence."""
        return AT_ONCE if self.is_played else NEXT_START

    @property
    def _wanted(self) -> tuple[str, ...]:
        return self._settings.wanted.symbols

    # -- added and removed

    def add(self, name: str) -> str:
        """Adds a symbol; returns a sentence about it, or why that is not possible."""
        if self.has(name):
            return f"{name} is in the list already"
        if self.is_played:
            self.hide(self._hidden - {name})
            return f"{name} is in the list"
        try:
            self._choose((*self._wanted, *(self._names.get(name) or (name,))))
        except ValidationError:
            return f"{name} cannot be added: there can be 100 symbols, with names of 40 characters"
        return f"{name} is kept" if name in self._names else f"{name} was added: the desk shows it from its next start"

    def remove(self, name: str) -> str:
        """Removes a symbol; returns a sentence about it, or why that is not possible."""
        if objection := self.objection(name):
            return objection
        if self.is_played:
            self.hide(self._hidden | {name})
            return f"{name} is removed from the list; its chart stays"
        self._choose(self._without(name))
        if name in self._names:
            return f"{name} will be removed at the next start of the desk"
        return f"{name} is removed"

    def objection(self, name: str) -> str:
        """Why a symbol cannot be removed, in a sentence; empty if it can."""
        trading = self._trading
        if any(trade.symbol == name for trade in trading.positions.trades):
            return f"{name} is not removed: it has open positions. Close them first"
        if any(plan.symbol == name for plan in trading.plans.waiting) or name in trading.approvals.waiting_symbols:
            return f"{name} is not removed: plans or proposals of it wait. Cancel or reject them first"
        if name in self._names and trading.orders_on_way:
            return f"{name} is not removed: an order is on its way. Try again when its outcome is known"
        if self.is_played:
            return ""
        if name in self._names and not self._names[name]:
            return f"{name} is not removed: it is not among the symbols in the settings"
        return "" if self._without(name) else f"{name} is not removed: the desk needs at least one symbol"

    def _without(self, name: str) -> tuple[str, ...]:
        gone = {name, *self._names.get(name, ())}
        return tuple(each for each in self._wanted if each not in gone)

    def _choose(self, names: Sequence[str]) -> None:
        self._settings.choose({SYMBOLS_KEY: list(names)})
        self.changed.emit()

    # -- rows that the user does not want to see in a played market

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(sorted(self._hidden))

    def hide(self, symbols: Sequence[str] | frozenset[str]) -> None:
        """Hides the rows of these symbols of played markets, and shows all others."""
        if frozenset(symbols) != self._hidden:
            self._hidden = frozenset(symbols)
            self.changed.emit()
