"""The desk's health, as state: a short word for each vital, a table of all, and restoring authority."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from engine.domain.health import Health, Vital, VitalName, VitalState
from engine.domain.messages.door import DoorChanged
from engine.domain.messages.proposals import author_words
from engine.domain.risk import Authority
from gui.features.trading.model.modes import MASTER_SWITCH, ModesModel
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import MISSING

TITLES = {
    VitalName.DATA_AGE: ("data", "Quote age"),
    VitalName.WORKER: ("worker", "Worker"),
    VitalName.SAFETY_ORDERS: ("safety", "Safety orders"),
    VitalName.STORE: ("store", "Store"),
    VitalName.CLOCK_OFFSET: ("clock", "Clock offset"),
    VitalName.LOOP_LAG: ("loop", "Loop lag"),
    VitalName.MEMORY: ("memory", "Memory"),
    VitalName.DECISION_AGE: ("decision", "Last decision"),
    VitalName.ROUND_TRIP: ("broker", "Broker round trip"),
    VitalName.CALENDAR: ("news", "Economic calendar"),
}
"""The short word and the title of each vital."""

_STATES = {
    VitalState.BAD: Cell("bad", Tone.FAILED),
    VitalState.WARN: Cell("doubtful", Tone.WARNING),
    VitalState.UNKNOWN: Cell("not measured yet", Tone.MUTED),
    VitalState.GOOD: Cell("good", Tone.PASSED),
    VitalState.NOT_NEEDED: Cell("not needed", Tone.MUTED),
}
"""From the worst to the best."""

_SEVERITY = {state: place for place, state in enumerate(_STATES)}
_OF_BROKER = frozenset({VitalName.WORKER, VitalName.CLOCK_OFFSET, VitalName.ROUND_TRIP})
_LEVELS = {level: name for name, level, _ in MASTER_SWITCH}

COLUMNS = (
    Column("Vital", "What is measured", "Quote age BTCUSDc"),
    Column("Now", "The latest value", "15,000 ms", is_number=True),
    Column("Doubtful", "The value from which it is doubtful", "15,000 ms", is_number=True),
    Column("Bad", "The value from which it is bad; set under Settings, Health", "15,000 ms", is_number=True),
    Column("State", "How good it is now", "not measured yet"),
    Column("Allows while bad", "What the desk may still do if it stays bad for some seconds", "CLOSE ONLY"),
)


class Mark(NamedTuple):
    """A vital in the strip: its word, with the value where it is not good."""

    words: str
    state: str


class HealthModel(QObject):
    """The health that the engine published last; `announced` carries a message."""

    changed = Signal()

    def __init__(self, modes: ModesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = RowTable(COLUMNS, self)
        self._modes = modes
        self._health = Health(())
        self._stopped = ""
        self.door_words = ""
        """The door for programs, and who is connected; empty while it is closed."""
        self._sorted: tuple[Vital, ...] = ()
        modes.changed.connect(self.changed)

    def show(self, health: Health) -> None:
        self._health = health
        self._sorted = tuple(sorted(health.vitals, key=_worst_first))
        self._fill_table()
        self.changed.emit()

    def show_door(self, door: DoorChanged) -> None:
        """The door for programs was opened or closed, or a program came or left."""
        if door.is_open:
            clients = ", ".join(map(author_words, door.clients)) or "none"
            http = f", HTTP on port {door.http_port}" if door.http_port else ""
            failure = f"; {door.failure}" if door.failure else ""
            self.door_words = f"The local API is open on port {door.port}{http}; connected: {clients}{failure}"
        elif door.failure:
            self.door_words = f"Programs cannot connect: {door.failure}"
        else:
            self.door_words = ""
        self.changed.emit()

    def stop(self, sentence: str) -> None:
        """Nothing is measured any more; `sentence` says why."""
        self._stopped = sentence
        self.show(Health(()))

    def _fill_table(self) -> None:
        rows = [((vital.name, vital.symbol), _cells(vital)) for vital in reversed(self._sorted)]
        if self.table.keys != [key for key, _ in reversed(rows)]:
            self.table.replace(rows)
            return
        for key, cells in rows:
            self.table.put(key, cells)

    # -- what is shown

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The strip, worst first: one mark for each kind of vital; what a market without a broker lacks is left out."""
        if self._stopped:
            return (Mark("stopped", VitalState.BAD),)
        worst: dict[VitalName, Vital] = {}
        for vital in self._sorted:
            if vital.state is not VitalState.NOT_NEEDED or vital.name not in _OF_BROKER:
                worst.setdefault(vital.name, vital)
        return tuple(map(_mark, worst.values()))

    @property
    def headline(self) -> str:
        """How the desk is, in a sentence or two."""
        if self._stopped:
            return self._stopped
        if not self._sorted:
            return "Health is measured once the market runs."
        if self.is_lowered:
            return f"The desk switched itself to {self._modes.master}: {self._modes.cause}"
        troubled = [vital for vital in self._sorted if vital.state in (VitalState.BAD, VitalState.WARN)]
        return troubled[0].sentence if troubled else "The desk is healthy."

    @property
    def tip(self) -> str:
        """The headline, and what is not good next to it."""
        sentences = [vital.sentence for vital in self._sorted if vital.state in (VitalState.BAD, VitalState.WARN)]
        return "\n".join(dict.fromkeys([self.headline, *sentences, "A click opens the health panel."]))

    def details(self, row: int | None) -> str:
        """Sentence and way back of a row of the table; for None the way back from what the headline says."""
        if row is not None and row < self.table.rowCount():
            key = self.table.key(row)
            vital = next(each for each in self._sorted if (each.name, each.symbol) == key)
            return " ".join(words for words in (vital.sentence, vital.way_back) if words)
        return self._sorted[0].way_back if self._sorted and not self.is_lowered else ""

    # -- the way back

    @property
    def is_lowered(self) -> bool:
        """Whether the desk has lowered its own authority, for any cause."""
        return bool(self._modes.cause)

    @property
    def may_restore(self) -> bool:
        return self._restored is not None

    @property
    def restore_words(self) -> str:
        """What one click gives back."""
        return f"Back to {_LEVELS.get(self._restored or self._wanted, 'AUTO')}"

    @property
    def way_back(self) -> str:
        """How to get back what was lowered; empty where nothing was."""
        if not self.is_lowered:
            return ""
        if self.may_restore:
            return "The cause is gone. Authority is not restored by itself: click to restore it."
        held = self._health.holding
        return held[0].way_back if held and held[0].way_back else "Wait until this has been good for some seconds."

    def restore(self) -> None:
        """Asks for what the user had set before; nothing where health does not allow more than there is."""
        if self._restored is not None:
            self._modes.set_authority(self._restored)

    @property
    def _wanted(self) -> Authority:
        return Authority.AUTO if self._modes.before is None else self._modes.before

    @property
    def _restored(self) -> Authority | None:
        """What can be given back now."""
        target = min(self._wanted, self._health.allowed)
        is_more = self._modes.authority is not None and target > self._modes.authority
        return target if self.is_lowered and is_more and not self._stopped else None


def _worst_first(vital: Vital) -> tuple[bool, int, int, str]:
    return not vital.is_holding, _SEVERITY[vital.state], tuple(TITLES).index(vital.name), vital.symbol


def _mark(vital: Vital) -> Mark:
    word = TITLES[vital.name][0]
    if vital.state in (VitalState.BAD, VitalState.WARN) and vital.value is not None:
        word = f"{word} {_value_text(vital.value, vital.unit)}"
    return Mark(word, VitalState.BAD if vital.is_holding else vital.state)


def _cells(vital: Vital) -> tuple[Cell, ...]:
    title = f"{TITLES[vital.name][1]} {vital.symbol}".strip()
    state = _STATES[vital.state]
    if vital.is_holding:
        state = state._replace(text="bad, holds" if vital.state is VitalState.BAD else "holds on", tone=Tone.FAILED)
    return (
        Cell(title, Tone.MUTED if vital.state is VitalState.NOT_NEEDED else Tone.PLAIN),
        *(
            Cell(_value_text(value, vital.unit), tone)
            for value, tone in ((vital.value, Tone.PLAIN), (vital.warn, Tone.MUTED), (vital.bad, Tone.MUTED))
        ),
        state,
        Cell(_LEVELS[vital.allowed_while_bad], Tone.MUTED),
    )


def _value_text(value: float | None, unit: str) -> str:
    if value is None:
        return MISSING
    return f"{value:.1f} {unit}" if value < 10 and unit == "s" else f"{value:,.0f} {unit}"
