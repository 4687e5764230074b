"""Which symbols may trade without approval: those whose settings are proven, or were confirmed by the user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from config.settings import Settings
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.contract import Contract
from engine.domain.messages.auto import AllowAuto, AutoAllowed, AutoPermitLost
from engine.domain.records import record_of
from engine.trading.risk.modes import ModeMemory

MEMORY: Final = "auto permits"
"""Name under which permits are stored; the name of an account is added to it."""
POSITIVE: Final = "positive"
"""The verdict that needs no confirmation."""

SettingsHash = Callable[[Settings, Contract], str]
"""Identifies all settings that affect the trades of a symbol."""


class AutoPermit(msgspec.Struct, frozen=True, kw_only=True):
    """Given at `at` for exactly these settings; `figure` is what was measured for them, in words."""

    settings_hash: str
    verdict: str
    figure: str
    at: datetime


class AutoPermits:
    """Keeps permits across a restart. A permit ends with the settings that it was given for.

    Without `settings_hash` none are needed: on a paper account no money is at stake.
    """

    def __init__(
        self,
        memory: ModeMemory,
        settings: Settings,
        contracts: Mapping[str, Contract],
        settings_hash: SettingsHash | None = None,
        account: str = PAPER_ACCOUNT,
    ) -> None:
        self._memory = memory
        self._settings, self._contracts = settings, contracts
        self._settings_hash = settings_hash
        self._name = MEMORY if account == PAPER_ACCOUNT else f"{MEMORY} of {account}"
        self._permits = {} if settings_hash is None else _restored(memory.remembered(self._name))

    def use(self, settings: Settings) -> None:
        """Other settings are in force: permits for the previous ones are no longer valid."""
        self._settings = settings

    def missing(self) -> dict[str, str]:
        """The hash of the settings in force, by symbol, for all symbols that have no permit for them."""
        if self._settings_hash is None:
            return {}
        hashes = {symbol: self._settings_hash(self._settings, terms) for symbol, terms in self._contracts.items()}
        return {symbol: each for symbol, each in hashes.items() if not self._holds(symbol, each)}

    def objection(self, symbols: Iterable[str]) -> str | None:
        """Why one of these symbols may not trade without approval; None if all may."""
        if self._settings_hash is None:
            return None
        missing = self.missing()
        without = [symbol for symbol in sorted(symbols) if symbol in missing or symbol not in self._contracts]
        if not without:
            return None
        return f"{', '.join(without)}: these settings have no positive verdict, and AUTO was not confirmed without one"

    def allow(self, command: AllowAuto, at: datetime, *, by: str) -> str | None:
        """On the disk when this returns, or raises `UnusableStore`; returns why the permit was refused."""
        if self.missing().get(command.symbol) != command.settings_hash:
            return f"{command.symbol}: other settings are in force now, or AUTO is allowed already"
        if command.verdict != POSITIVE and not command.asked:
            return f"{command.symbol}: AUTO without a positive verdict needs a confirmation"
        if command.typed != command.asked:
            return f"{command.symbol}: {command.typed!r} was typed instead of {command.asked!r}"
        permit = AutoPermit(settings_hash=command.settings_hash, verdict=command.verdict, figure=command.figure, at=at)
        permits = self._permits | {command.symbol: permit}
        self._memory.remember(self._name, _encoded(permits), record_of(AutoAllowed(by, **_plain(command)), at))
        self._permits = permits
        return None

    def forget(self, symbol: str, at: datetime, *, reason: str) -> None:
        """The symbol needs a new permit; never fails: what cannot be written now is written later."""
        if symbol in self._permits:
            self._permits = {each: permit for each, permit in self._permits.items() if each != symbol}
            self._memory.tighten(self._name, _encoded(self._permits), record_of(AutoPermitLost(symbol, reason), at))

    def is_by_verdict(self, symbol: str) -> bool:
        """Whether the permit of the symbol rests on a positive verdict alone, not confirmed by the user."""
        permit = self._permits.get(symbol)
        return permit is not None and permit.verdict == POSITIVE

    def _holds(self, symbol: str, settings_hash: str) -> bool:
        permit = self._permits.get(symbol)
        return permit is not None and permit.settings_hash == settings_hash


def permits_in_both(value: str, other: str | None) -> str:
    """The permits that both remembered values have alike."""
    one, two = _restored(value), _restored(other)
    return _encoded({symbol: permit for symbol, permit in one.items() if two.get(symbol) == permit})


def _plain(command: AllowAuto) -> dict[str, str]:
    return {name: getattr(command, name) for name in ("symbol", "settings_hash", "verdict", "figure", "typed")}


def _encoded(permits: Mapping[str, AutoPermit]) -> str:
    return msgspec.json.encode(permits).decode()


def _restored(remembered: str | None) -> dict[str, AutoPermit]:
    """No permits if the stored ones cannot be read: AUTO has to be confirmed again."""
    try:
        return msgspec.json.decode(remembered or "{}", type=dict[str, AutoPermit])
    except (msgspec.DecodeError, ValueError):
        return {}
