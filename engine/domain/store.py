"""The state of the desk's own store."""

from __future__ import annotations

import msgspec


class StoreSigns(msgspec.Struct, frozen=True, kw_only=True):
    """What was found wrong with the store, as phrases; empty where nothing was."""

    damage: str = ""
    unreadable: str = ""
    upkeep: str = ""


class UnreadableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that holds something impossible and was left out: its table, what names it there, and why."""

    table: str
    row: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.table} {self.row} cannot be read: {self.reason}"
