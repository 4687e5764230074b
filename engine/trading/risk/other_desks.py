"""Other desks on the account: once one is seen, this desk takes no AUTO until the user says which desk trades."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from engine.domain.facts import AccountClaimed, OtherDesksSeen
from engine.domain.records import record_of
from engine.domain.risk import Authority
from engine.domain.tokens import PAPER_INSTALLATION, Installation, installation_words
from engine.trading.risk.modes import ModeMemory

_MEMORY: Final = "other desks of"


class _Seen(msgspec.Struct, frozen=True, array_like=True):
    """Installations: those that the user has not decided about, and those that this desk trades beside."""

    undecided: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


class OtherDesks:
    """Remembers for the account which other desks were seen, across restarts, until the user has decided."""

    def __init__(self, memory: ModeMemory, account: str, installation: Installation, beside: str | None = None) -> None:
        """`installation` is that of this desk, `beside` that of one on this computer which has the account already."""
        self.at_start = tuple(each for each in (installation.copied_from, beside) if each is not None)
        self._memory = memory
        self._account = account
        self.installation = installation
        self._seen = _restored(memory.remembered(self._name))

    @classmethod
    def of_paper(cls, memory: ModeMemory) -> OtherDesks:
        """The state of a paper account, which no other desk trades on."""
        return cls(memory, "paper account", Installation(PAPER_INSTALLATION))

    @property
    def _name(self) -> str:
        return f"{_MEMORY} {self._account}"

    @property
    def undecided(self) -> tuple[str, ...]:
        """Installations about which the user has not decided, in the order in which they were seen."""
        return self._seen.undecided

    @property
    def seen(self) -> tuple[str, ...]:
        """Every other installation that was seen on the account."""
        return (*self._seen.undecided, *self._seen.accepted)

    def see(self, installations: Iterable[str], at: datetime) -> None:
        """Other desks were seen; never fails."""
        seen = self._seen
        new = tuple(each for each in installations if each not in self.seen)
        if new:
            self._seen = msgspec.structs.replace(seen, undecided=(*seen.undecided, *new))
            self._memory.tighten(self._name, self._text, record_of(OtherDesksSeen(new, "desk"), at))

    def accept(self, at: datetime, *, by: str) -> None:
        """The user says that this desk trades on the account. Raises `UnusableStore`, and nothing has changed."""
        before = self._seen
        record = record_of(AccountClaimed(before.undecided, by), at)
        self._seen = _Seen(accepted=(*before.accepted, *before.undecided))
        try:
            self._memory.remember(self._name, self._text, record)
        except BaseException:
            self._seen = before
            raise

    def objection(self, to: Authority) -> str | None:
        """Why authority cannot be as high as `to` now; None where it can."""
        if to < Authority.AUTO or not self.undecided:
            return None
        return (
            f"another desk trades on this account ({installation_words(self.undecided)}): "
            "first confirm that this desk trades there"
        )

    @property
    def _text(self) -> str:
        return msgspec.json.encode(self._seen).decode()


def _restored(remembered: str | None) -> _Seen:
    if remembered is None:
        return _Seen()
    try:
        return msgspec.json.decode(remembered, type=_Seen)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return _Seen()
