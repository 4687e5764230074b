"""What a paper account is at one moment, as it is kept on disk."""

from __future__ import annotations

import math
import threading
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import reason_of, write_atomically
from config.plain_file import read_plain_file
from config.private_files import make_private_directory
from engine.domain.orders import Deal, EndedOrder, Position
from engine.errors import UnusableStore

FILE: Final = "paper_account.json"
LARGEST_FILE: Final = 512 * 2**20
"""Bytes; a deal has about 300."""


class HeldPosition(msgspec.Struct):
    """A position, what the entry of its open volume cost, and when the broker's state shows it."""

    position: Position
    entry_commission: float
    entry_price_cost: float
    visible_at: datetime


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """Money in the account's currency; `seen_until` is when the newest quote of each symbol with a position came, and
    `seen_spreads` its spread in price units."""

    balance: float
    next_ticket: int
    held: list[HeldPosition]
    deals: list[Deal]
    ended: list[tuple[EndedOrder, datetime]]
    seen_until: dict[str, datetime]
    seen_spreads: dict[str, float] = {}


class AccountFile:
    """The state of a paper account in `directory`; nothing is kept without one."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._is_closed = False

    def read(self) -> AccountState | None:
        """None where there is none yet; raises `UnusableStore` for one that cannot be read: money is never made up."""
        if self._directory is None:
            return None
        path = self._directory / FILE
        try:
            state = msgspec.json.decode(read_plain_file(path, LARGEST_FILE), type=AccountState)
            _require_sound(state)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnusableStore(f"{path} cannot be read: {reason_of(error)}") from error
        except (ValueError, RecursionError) as error:
            raise UnusableStore(
                f"{path} is damaged: {error}; move it away, and the desk begins a new paper account"
            ) from error
        return state

    def write(self, state: AccountState) -> None:
        """Raises `OSError`; does nothing after `close`. Not for the event loop."""
        with self._lock:
            if not self._is_closed:
                self._write(state)

    def close(self, state: AccountState) -> None:
        """Writes the last state: one that a thread is still to write is older, and must not take its place. Raises
        `OSError`."""
        with self._lock:
            self._is_closed = True
            self._write(state)

    def _write(self, state: AccountState) -> None:
        if self._directory is not None:
            make_private_directory(self._directory)
            write_atomically(self._directory / FILE, msgspec.json.encode(state).decode())


def _require_sound(state: AccountState) -> None:
    """Raises `ValueError` for what no account can hold, as an edited file may."""
    positions = [held.position for held in state.held]
    instants = [
        *state.seen_until.values(),
        *(held.visible_at for held in state.held),
        *(position.opened_at for position in positions),
        *(deal.at for deal in state.deals),
        *(instant for order, shown_at in state.ended for instant in (order.at, shown_at)),
    ]
    if any(instant.tzinfo is None for instant in instants):
        raise ValueError("a time has no time zone")
    if any(position.volume_lots <= 0.0 or position.entry <= 0.0 for position in positions):
        raise ValueError("a position has no volume or no price")
    if not all(0.0 <= spread < math.inf for spread in state.seen_spreads.values()):
        raise ValueError("a spread is negative or infinite")
    tickets = [*(position.ticket for position in positions), *(deal.ticket for deal in state.deals)]
    if state.next_ticket <= max(tickets, default=0):
        raise ValueError("the next ticket is one that was given already")
