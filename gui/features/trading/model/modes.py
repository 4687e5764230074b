"""Trading modes, as state: the master switch, each symbol's mode, the halt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo

from PySide6.QtCore import QObject, Signal

from config.words import capitalised
from engine.domain.messages.commands import Flatten, Halt, ReleaseHalt, SetAuthority, SetAuto
from engine.domain.messages.execution import BrokerLinkChanged, Reconciled, ReconciliationStarted
from engine.domain.messages.trading import FlattenChanged, ModesChanged
from engine.domain.risk import Authority
from gui.zones import second_text, zone_name

SYMBOL_MODES = ("MANUAL", "AUTO", "AUTO (off)")
MASTER_SWITCH = (
    ("AUTO", Authority.AUTO, "Symbols set to AUTO trade without approval"),
    ("MANUAL", Authority.MANUAL, "Every entry waits for your approval"),
    ("CLOSE ONLY", Authority.EXITS_ONLY, "Positions are managed and closed; no entries"),
)
"""Positions of the master switch, the most authority first: name, level, what it means."""

HALT_REASON = "manual halt"
_COMPARING = (
    "reconciling positions and orders with the broker's",
    "the market is paused; press Play",
)
"""Why nothing is entered before the broker has sent its state: while the market goes on, and while it is paused."""


class ModesModel(QObject):
    """Nothing is known, and nothing can be asked for, before the engine has announced its modes."""

    changed = Signal()
    commanded = Signal(object)
    permission_wanted = Signal(object, object)
    """Symbols that need a permit with the hash of their settings, and the command to send once they have it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.symbols: tuple[str, ...] = ()
        self._newest: ModesChanged | None = None
        self._link = self._doubt = ""
        self._is_comparing = self._is_paused = False
        self.is_flattening = False
        """Whether everything is being closed, and nothing can be entered."""
        self._zone: tzinfo = UTC

    def open(self, symbols: Iterable[str]) -> None:
        """The symbols of a market that begins; its modes are announced later."""
        self.symbols = tuple(symbols)
        self._link = self._doubt = ""
        self._is_comparing = self.is_flattening = False
        self.changed.emit()

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.changed.emit()

    def show(self, event: ModesChanged) -> None:
        self._newest = event
        self.changed.emit()

    def show_flatten(self, event: FlattenChanged) -> None:
        """Whether a Flatten is in force."""
        if self.is_flattening != (event.rest is not None):
            self.is_flattening = event.rest is not None
            self.changed.emit()

    def show_broker(self, event: BrokerLinkChanged | ReconciliationStarted | Reconciled) -> None:
        """What keeps entries back on the broker's side."""
        match event:
            case BrokerLinkChanged(is_connected=is_connected, may_trade=may_trade, reason=reason):
                self._link = "" if is_connected and may_trade else f"the broker cannot trade: {reason}"
            case ReconciliationStarted():
                self._is_comparing = True
            case Reconciled(unknown=unknown):
                self._is_comparing = False
                self._doubt = f"outcome unknown: {', '.join(unknown)}" if unknown else ""
        self.changed.emit()

    def set_paused(self, is_paused: bool) -> None:
        """A broker that is simulated answers nothing while its market is paused."""
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self.changed.emit()

    # -- what is shown

    @property
    def hindrance(self) -> str:
        """Why nothing can be entered, in words, the gravest reason first; empty where something can."""
        if self.unwritten:
            return f"{'HALTED. ' if self.is_halted else ''}{capitalised(self.unwritten)}"
        if self.is_halted:
            return f"HALTED: {self.halt_reason}"
        if self.is_flattening:
            return "No entries: every position is being closed (Flatten)"
        doubt = _COMPARING[self._is_paused] if self._is_comparing else self._doubt
        if self._link or doubt:
            return f"No entries: {self._link or doubt}"
        return f"Reduced by the desk: {self.cause}" if self.cause else ""

    @property
    def unwritten(self) -> str:
        """What is in force but not durable yet, and why; empty where all of it is."""
        return "" if self._newest is None else self._newest.unwritten

    @property
    def is_known(self) -> bool:
        return self._newest is not None

    @property
    def master(self) -> str:
        """The position of the master switch by name; empty while unknown."""
        if self._newest is None:
            return ""
        return next((name for name, level, _ in MASTER_SWITCH if level is self._newest.authority), "HALT")

    @property
    def cause(self) -> str:
        """Why the desk lowered its own authority; empty where it did not."""
        return "" if self._newest is None else self._newest.cause

    @property
    def authority(self) -> Authority | None:
        """The level of the master switch; None while unknown."""
        return None if self._newest is None else self._newest.authority

    @property
    def before(self) -> Authority | None:
        """What the user had set before the desk lowered itself; None where it did not."""
        return None if self._newest is None else self._newest.before

    @property
    def is_halted(self) -> bool:
        return self._newest is not None and self._newest.halt is not None

    @property
    def halt_reason(self) -> str:
        if self._newest is None or self._newest.halt is None:
            return ""
        since = self._newest.halt.since
        return f"{self._newest.halt.reason}, since {second_text(since, self._zone)} {zone_name(self._zone, since)}"

    def is_auto(self, symbol: str) -> bool:
        """Whether the symbol is set to trade without approval, regardless of the master switch."""
        return self._newest is not None and symbol in self._newest.auto_symbols

    def mode_words(self, symbol: str) -> str:
        """One of `SYMBOL_MODES`; the last where the master switch or a halt keeps an automatic symbol from trading."""
        manual, auto, off = SYMBOL_MODES
        if not self.is_auto(symbol):
            return manual
        return auto if self.master == "AUTO" and not self.is_halted else off

    # -- what the user asks for

    def set_master(self, name: str) -> None:
        """Raises StopIteration for a name that is no position of the switch."""
        self.set_authority(next(level for each, level, _ in MASTER_SWITCH if each == name))

    def set_authority(self, to: Authority) -> None:
        """Requests a level of the master switch; AUTO only once every symbol on AUTO has a permit."""
        autos = frozenset[str]() if self._newest is None or to is not Authority.AUTO else self._newest.auto_symbols
        self._ask_with_permits(autos, SetAuthority(to))

    def toggle_symbol(self, symbol: str) -> None:
        is_auto = not self.is_auto(symbol)
        self._ask_with_permits(frozenset({symbol} if is_auto else ()), SetAuto(symbol, is_auto))

    def _ask_with_permits(self, symbols: frozenset[str], command: SetAuthority | SetAuto) -> None:
        unpermitted = {} if self._newest is None else self._newest.unpermitted
        missing = {symbol: unpermitted[symbol] for symbol in sorted(symbols & unpermitted.keys())}
        if missing:
            self.permission_wanted.emit(missing, command)
        else:
            self.commanded.emit(command)

    def halt(self) -> None:
        self.commanded.emit(Halt(HALT_REASON))

    def release_halt(self) -> None:
        self.commanded.emit(ReleaseHalt())

    def flatten(self) -> None:
        self.commanded.emit(Flatten())
