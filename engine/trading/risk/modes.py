"""Trading modes of the desk and its symbols: raised by the user, lowered by failures."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.facts import ModesSet
from engine.domain.journal import JournalRecord
from engine.domain.messages.commands import DESK
from engine.domain.records import record_of
from engine.domain.risk import Authority

MEMORY = "modes"
"""Name under which the modes of the paper account are remembered; others have the account next to it."""


class ModeMemory(Protocol):
    """What is remembered across a restart.

    `tighten` never fails: what cannot be written now is kept and written later. `remember` raises `UnusableStore`.
    """

    def remembered(self, name: str) -> str | None: ...

    def tighten(self, name: str, value: str, record: JournalRecord) -> None: ...

    def remember(self, name: str, value: str, record: JournalRecord) -> None: ...


class Modes(msgspec.Struct, frozen=True, kw_only=True):
    """The master switch and the symbols that trade without approval while it stands at `AUTO`."""

    authority: Authority = Authority.MANUAL
    auto_symbols: frozenset[str] = frozenset()
    cause: str = ""
    """Why authority is as low as it is."""
    before: Authority | None = None
    """What the user had set before failures lowered it; None where none did."""

    def is_auto(self, symbol: str) -> bool:
        return self.authority is Authority.AUTO and symbol in self.auto_symbols


class ModeSwitch:
    """Keeps the modes. A failure can only lower authority, and it stays lowered until the user raises it.

    A desk begins in manual mode with the symbols named in its settings, or with less where the user had set less; only
    where `may_remember` says so does it take up the modes of the run before. The halt is a lock: see `Locks`.
    """

    def __init__(
        self, memory: ModeMemory, auto_symbols: frozenset[str], *, may_remember: bool, account: str = PAPER_ACCOUNT
    ) -> None:
        self._memory = memory
        self._name = MEMORY if account == PAPER_ACCOUNT else f"{MEMORY} of {account}"
        remembered, begun = _restored(memory.remembered(self._name)), Modes(auto_symbols=auto_symbols)
        if remembered is None:
            self.modes = begun
        elif may_remember:
            self.modes = remembered
        elif remembered.authority < begun.authority and not remembered.cause:
            self.modes = msgspec.structs.replace(begun, authority=remembered.authority)
        else:
            self.modes = begun

    def lower(self, to: Authority, at: datetime, *, cause: str, by: str = DESK) -> Modes:
        """A failure, or who ordered it, takes authority down to `to`; nothing changes where it is that low already."""
        if to >= self.modes.authority:
            return self.modes
        before = self.modes.authority if self.modes.before is None else self.modes.before
        lowered = msgspec.structs.replace(self.modes, authority=to, cause=cause, before=before)
        return self._become(lowered, at, by=by)

    def set_authority(self, to: Authority, at: datetime, *, by: str) -> Modes:
        """The user sets the master switch, up or down."""
        return self._become(msgspec.structs.replace(self.modes, authority=to, cause="", before=None), at, by=by)

    def set_symbol(self, symbol: str, at: datetime, *, is_auto: bool, by: str) -> Modes:
        """The user lets `symbol` trade without approval, or not."""
        others = self.modes.auto_symbols - {symbol}
        chosen = others | {symbol} if is_auto else others
        return self._become(msgspec.structs.replace(self.modes, auto_symbols=chosen), at, by=by)

    def _become(self, modes: Modes, at: datetime, *, by: str) -> Modes:
        was = self.modes
        if modes == was:
            return modes
        record = record_of(ModesSet(by, was, modes), at)
        value = msgspec.json.encode(modes).decode()
        if modes.authority < was.authority or modes.auto_symbols < was.auto_symbols:
            self.modes = modes
            self._memory.tighten(self._name, value, record)
        else:
            self._memory.remember(self._name, value, record)
            self.modes = modes
        return modes


def stricter(value: str, other: str | None) -> str:
    """The modes that both remembered values allow; a value that cannot be read is ignored."""
    one, two = _restored(value), _restored(other)
    if one is None or two is None:
        return value if two is None or other is None else other
    lower = min(one, two, key=lambda modes: modes.authority)
    both = msgspec.structs.replace(lower, auto_symbols=one.auto_symbols & two.auto_symbols)
    return msgspec.json.encode(both).decode()


def _restored(remembered: str | None) -> Modes | None:
    if remembered is None:
        return None
    try:
        return msgspec.json.decode(remembered, type=Modes)
    except msgspec.DecodeError:
        return None
