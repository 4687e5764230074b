"""Copying rules from one symbol to another, as state: what changes is shown before anything is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from config.limits import RELAX_DELAY, limits_in, relaxed
from config.settings import Settings
from gui.features.settings.model.settings import SettingsModel
from gui.features.settings.model.words import NOTHING, title_of, value_text, value_with_unit
from gui.features.trading.model.modes import ModesModel
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.watchlist.model.copied_rules import (
    AUTO_KEY,
    Named,
    also_changed,
    rule_changes,
    with_copied_rules,
)

COLUMNS = (
    Column("Setting", "The setting that changes", "Pre-trade filters › Volatility › Dynamic ATR(1) threshold"),
    Column("Now", "Its value now", "0.7 times min ATR(1)"),
    Column("After", "Its value after copying", "0.00 to 0.00 price"),
)
NO_CHANGE = "Nothing changes: the rules are already the same."


class RulesCopy(QObject):
    """The rules of `source` for `target`. `changed` follows another choice, `begun` asks for the dialog."""

    begun = Signal()
    changed = Signal()
    announced = Signal(str)

    def __init__(self, settings: SettingsModel, modes: ModesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._modes = settings, modes
        self._others: tuple[Named, ...] = ()
        self._wanted: Settings | None = None
        self.target, self.source = Named(""), Named("")
        self.fault = ""
        self.choices: tuple[Named, ...] = ()
        self.table = RowTable(COLUMNS, self)
        settings.changed.connect(self._follow_settings)

    def _follow_settings(self) -> None:
        if self.target.name:
            self.choose(self.source)

    def end(self) -> None:
        """The dialog was closed."""
        self.target, self._wanted = Named(""), None

    def sources(self, target: Named, symbols: Sequence[Named]) -> tuple[Named, ...]:
        """Symbols with rules other than the target's, then other instruments that have rules."""
        settings = self._settings.wanted
        keys = {settings.rules_key_for(*target)}
        found = []
        for symbol in (*symbols, *(Named(prefix.upper()) for prefix in settings.rules)):
            key = settings.rules_key_for(*symbol)
            if symbol != target and key and key not in keys:
                keys.add(key)
                found.append(symbol)
        return tuple(found)

    def begin(self, target: Named, symbols: Sequence[Named]) -> None:
        """Asks for a symbol to copy from; `symbols` are all of the list."""
        self.target = target
        self._others = tuple(symbol for symbol in symbols if symbol != target)
        self.choices = self.sources(target, symbols)
        if self.choices:
            self.choose(self.choices[0])
            self.begun.emit()
        else:
            self.announced.emit(f"No other symbol has rules of its own that {target.name} could get")

    def title(self, source: Named) -> str:
        """A choice in words: the symbol and the title of its rules."""
        title = title_of(self._settings.wanted.rules_key_for(*source))
        return source.name if title.casefold() == source.name.casefold() else f"{source.name} ({title})"

    def choose(self, source: Named) -> None:
        """Shows what copying from this symbol would change."""
        self.source, self.fault, self._wanted = source, "", None
        before, rows = self._settings.wanted, []
        try:
            self._wanted = with_copied_rules(before, source, self.target, self._others)
        except ValidationError:
            self.fault = f"{self.target.name} cannot have rules of its own: its name does not fit a settings key."
        else:
            changes = rule_changes(before, self._wanted, self.target)
            rows = [(each.key, _cells(each.key, each.old, each.new)) for each in changes]
        self.table.replace(rows[::-1])
        self.changed.emit()

    @property
    def may_copy(self) -> bool:
        return self._wanted is not None and self._wanted != self._settings.wanted

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before copying, in sentences."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        wanted, before, name = self._wanted, self._settings.wanted, self.target.name
        if wanted is None:
            return
        if not self.may_copy:
            yield NO_CHANGE
            return
        count = self.table.count
        words = "1 setting changes" if count == 1 else f"{count} settings change"
        yield f"{words} for {name} with the next candle."
        yield f"{name} is set to MANUAL, now and when the desk starts."
        yield "Spreads, ranges, stops and targets are prices of the other symbol: check each of them."
        limits = limits_in(self._settings.in_force)
        if waiting := relaxed(limits, wanted).keys() - relaxed(limits, before).keys():
            yield f"Limits that are relaxed ({len(waiting)}) take effect after {limits[RELAX_DELAY]:g} minutes."
        if others := also_changed(before, wanted, self._others):
            yield f"The rules of {', '.join(others)} change as well: the name begins with {name}."
        if before.execution != wanted.execution:
            names = value_text(wanted.as_json()["execution"]["auto_symbols"])
            yield f"{title_of(AUTO_KEY)} becomes: {names}."
        if before.alerts != wanted.alerts:
            yield f"The same alerts are off for {name} as for {self.source.name}."

    def copy(self) -> bool:
        """Sets the target to MANUAL and asks for the settings; False if there is nothing to change."""
        self.choose(self.source)  # by the settings as they are now
        wanted, name = self._wanted, self.target.name
        if wanted is None or not self.may_copy:
            return False
        if self._modes.is_auto(name):
            self._modes.toggle_symbol(name)
        self._settings.ask(wanted)
        self.announced.emit(f"{name} gets the rules of {self.title(self.source)} with the next candle, at MANUAL")
        return True


def _cells(key: str, old: object, new: object) -> list[Cell]:
    _, _, place = title_of(key).partition(" › ")
    now = Cell(NOTHING, Tone.MUTED) if old is None else Cell(value_with_unit(key, old), Tone.MUTED)
    return [Cell(place), now, Cell(value_with_unit(key, new))]
