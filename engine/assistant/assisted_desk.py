"""The desk as operations see it: they read its state, and hand it commands of the door alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from config.settings import Settings
from engine.archive import Archive
from engine.assistant.evidence_shelf import EvidenceShelf
from engine.bus import Bus
from engine.domain.contract import Contract
from engine.domain.market import Source
from engine.domain.messages.engine import Event
from engine.domain.messages.proposals import ProposalCard, ProposalReviewed, ProposePlan, WithdrawProposal
from engine.domain.messages.trading import CommandRefused
from engine.engine import TradingEngine
from engine.errors import DeskError
from engine.pipeline import Pipeline
from engine.settings_store import SettingsStore


class Refused(DeskError):
    """The desk does not do what was asked, or cannot answer it; the words are for the program that asked."""


class RunningDesk(Protocol):
    """Any desk: on the demo market, a recording, an exchange or a broker's account."""

    @property
    def engine(self) -> TradingEngine: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def settings_store(self) -> SettingsStore: ...
    @property
    def contracts(self) -> Mapping[str, Contract]: ...


class AssistedDesk:
    """`directory` is the data folder with the measurements; `new_id` names plans."""

    def __init__(self, desk: RunningDesk, directory: Path, new_id: Callable[[], str]) -> None:
        self._desk, self.new_id = desk, new_id
        self.evidence = EvidenceShelf(directory)
        self._refusal: str | None = None
        self._cards: list[ProposalCard] = []
        self._asked: object = None
        desk.bus.subscribe(self._hear, CommandRefused, ProposalReviewed)

    # -- what is read -------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self._desk.settings_store.in_force

    @property
    def archive(self) -> Archive:
        return self._desk.archive

    @property
    def contracts(self) -> Mapping[str, Contract]:
        return self._desk.contracts

    @property
    def engine(self) -> TradingEngine:
        return self._desk.engine

    @property
    def pipeline(self) -> Pipeline:
        """The open market. Raises `Refused` before there is one."""
        opened = self._desk.engine.opened
        if opened is None:
            raise Refused("the market is not open yet: ask again in a moment")
        return opened

    def source(self, symbol: str) -> Source:
        """Raises `Refused` for a symbol that the desk does not watch."""
        sources = {source.symbol: source for source in self._desk.engine.sources}
        if symbol not in sources:
            raise Refused(f"{symbol[:80]!r} is not watched: allowed are {', '.join(sources) or 'none yet'}")
        return sources[symbol]

    # -- what is done -------------------------------------------------------------------------------------------

    def do(self, command: ProposePlan | WithdrawProposal) -> tuple[ProposalCard, ...]:
        """Hands the desk a command of the door; returns the cards that came of it. Raises `Refused`.

        No other command can be handed over: the door has no word for arming, approving, modes or settings.
        """
        if not isinstance(command, ProposePlan | WithdrawProposal):
            raise Refused("the API has no such command")
        self._asked, self._refusal, self._cards = command, None, []
        try:
            self._desk.engine.handle(command)
        finally:
            self._asked = None
        if self._refusal is not None:
            raise Refused(self._refusal)
        return tuple(self._cards)

    def _hear(self, event: Event) -> None:
        if self._asked is None:
            return
        match event:
            case CommandRefused(command, reason) if command is self._asked:
                self._refusal = reason
            case ProposalReviewed(card):
                self._cards.append(card)
