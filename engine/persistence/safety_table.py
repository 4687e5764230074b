"""Locks and modes that are never lost: what the store cannot take now is kept on a page next to it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from engine.domain.health import SafetySigns
from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock
from engine.errors import DeskError, UnusableStore
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.safety_orders import Fitting, OrderKey, SafetyOrder, decoded, fitting, halt, lock_key
from engine.persistence.safety_page import SafetyPage
from engine.trading.risk.auto_permits import MEMORY as PERMITS
from engine.trading.risk.auto_permits import permits_in_both
from engine.trading.risk.modes import MEMORY as MODES
from engine.trading.risk.modes import stricter

_STRICTEST: Final[dict[str, Callable[[str, str | None], str]]] = {MODES: stricter, PERMITS: permits_in_both}
"""What counts of a value on the page and the store's own, by the beginning of its name."""


class SafetyTable:
    """Implements `LockTable` and `ModeMemory`; what makes the desk safer never fails here.

    It is in force at once. Where the store cannot be written it is kept on the page, and written by `catch_up` as soon
    as that is possible. What allows more takes effect only once it is durable, and raises `UnusableStore` otherwise.
    """

    def __init__(self, table: SqliteLockTable, open_page: Callable[[], SafetyPage] | None, at: datetime) -> None:
        """`open_page` opens the page of a store on the disk, None for one in memory, which nothing outlives."""
        self._table = table
        self._open_page = open_page
        self._page: SafetyPage | None = None
        self._page_writer: ThreadPoolExecutor | None = None
        self._page_fault = self._store_fault = ""
        self._is_page_used = False
        self._unwritten: dict[OrderKey, SafetyOrder] = {}
        self._on_its_way: dict[OrderKey, SafetyOrder] = {}
        table.on_failure(self._fail)
        self._open_reserve(at)
        self._write_what_waits()

    # -- what is not durable yet --------------------------------------------------------------------------------

    @property
    def is_behind(self) -> bool:
        """Whether there is something to do for `catch_up`."""
        return bool(self._unwritten) or self._is_page_used or self._is_page_missing

    @property
    def unwritten(self) -> str:
        """What is in force and the store could not take, and why, in words; empty where the store takes everything."""
        if not self._unwritten or not self._store_fault:
            return ""
        names = ", ".join(dict.fromkeys(one.title for one in self._unwritten.values()))
        return f"in force, but not in the store yet: {names} ({self._store_fault})"

    def signs(self) -> SafetySigns | None:
        """What health looks at; None for a store in memory."""
        if self._open_page is None:
            return None
        return SafetySigns(unwritten=self.unwritten, page_fault=self._page_fault)

    def catch_up(self, at: datetime) -> None:
        """Writes what had to wait, as far as that is possible now."""
        if self._is_page_missing:
            self._open_reserve(at)
        self._write_what_waits()

    @property
    def _is_page_missing(self) -> bool:
        return self._page is None and self._open_page is not None

    # -- locks --------------------------------------------------------------------------------------------------

    def locks(self) -> tuple[Lock, ...]:
        waiting = {one.key: one.lock for one in self._unwritten.values() if one.lock is not None}
        stored = (lock for lock in self._table.locks() if lock_key(lock) not in waiting)
        return (*stored, *waiting.values())

    def hold(self, lock: Lock, record: JournalRecord) -> None:
        self._make_safer(SafetyOrder(record=record, lock=lock))

    def lift(self, lock: Lock, record: JournalRecord) -> None:
        self._allow_more(lambda: self._table.lift(lock, record))

    # -- memory -------------------------------------------------------------------------------------------------

    def remembered(self, name: str) -> str | None:
        waiting = self._unwritten.get(("", name, ""))
        return self._table.remembered(name) if waiting is None else waiting.value

    def tighten(self, name: str, value: str, record: JournalRecord) -> None:
        self._make_safer(SafetyOrder(record=record, name=name, value=value))

    def remember(self, name: str, value: str, record: JournalRecord, *, is_durable: bool = True) -> None:
        self._allow_more(lambda: self._table.remember(name, value, record, is_durable=is_durable))

    def close(self) -> None:
        """Tries once more, then closes the page."""
        if self._unwritten or self._is_page_used:
            self._write_what_waits()
        if self._page_writer is not None:
            self._page_writer.shutdown()
        if self._page is not None:
            self._page.close()

    # -- writing ------------------------------------------------------------------------------------------------

    def _make_safer(self, order: SafetyOrder) -> None:
        self._unwritten.pop(order.key, None)
        self._unwritten[order.key] = order
        self._write_what_waits()

    def _write_what_waits(self) -> None:
        with suppress(UnusableStore):
            self._write_store()
        self._write_page()

    def _allow_more(self, write: Callable[[], None]) -> None:
        """All that was ordered before is written first, and nothing of it may come back from the page."""
        self._write_store()
        self._write_page()
        if self._page_fault and self._is_page_used:
            raise UnusableStore(self._page_fault)
        write()

    def _write_store(self) -> None:
        """Sends the store what it lacks; raises `UnusableStore` if the store is known not to take it now."""
        for order in tuple(self._unwritten.values()):
            if self._on_its_way.get(order.key) is not order:
                self._send(order)
        if self._unwritten and self._store_fault:
            raise UnusableStore(self._store_fault)

    def _send(self, order: SafetyOrder) -> None:
        self._on_its_way[order.key] = order
        done = partial(self._end, order)
        if order.lock is not None:
            self._table.hold(order.lock, order.record, done)
        else:
            self._table.remember(order.name, order.value, order.record, done=done)

    def _end(self, order: SafetyOrder, error: DeskError | None) -> None:
        """The store has the order, or does not take it now."""
        if self._on_its_way.get(order.key) is order:
            del self._on_its_way[order.key]
        if error is not None:
            self._store_fault = str(error)
            return
        if self._unwritten.get(order.key) is order:
            del self._unwritten[order.key]
        if not self._unwritten:
            self._store_fault = ""
            self._write_page()

    def _fail(self, error: UnusableStore) -> None:
        """The store has not taken a pending write for a long time."""
        if self._unwritten:
            self._store_fault = str(error)
            self._write_page()

    def _write_page(self) -> None:
        """Brings the page up to what the store does not have; one that is empty and is to be is left alone."""
        orders = [one for one in self._unwritten.values() if self._store_fault or one.is_rare]
        if self._page is None or not (orders or self._is_page_used):
            return
        self._is_page_used = True
        put = partial(self._put_on_page, self._page, fitting(orders) if orders else Fitting(b"", ""))
        if self._table.writes_later or self._page_writer is not None:
            # Off the loop, and not behind the store: that may be waiting for another program.
            self._page_writer = self._page_writer or ThreadPoolExecutor(1, thread_name_prefix="safety")
            written = self._page_writer.submit(put)
            if not self._table.writes_later:
                written.result()
        else:
            put()

    def _put_on_page(self, page: SafetyPage, fitting: Fitting) -> None:
        try:
            page.write(fitting.text)
        except UnusableStore as error:
            self._page_fault = str(error)
        else:
            left_out = f"{page.path} has no room for: {fitting.left_out}" if fitting.left_out else ""
            self._page_fault, self._is_page_used = left_out, bool(fitting.text)

    # -- the run before -----------------------------------------------------------------------------------------

    def _open_reserve(self, at: datetime) -> None:
        """Takes up what the run before could not write to its store: the stricter of page and store counts."""
        if self._open_page is None:
            return
        try:
            self._page = self._open_page()
        except UnusableStore as error:
            self._page_fault = str(error)
            return
        self._page_fault = ""
        content = self._page.content
        self._is_page_used = content.is_damaged or bool(content.text)
        orders = decoded(content.text)
        if orders is None or content.is_damaged:
            orders = [
                *(orders or ()),
                halt(f"{self._page.path.name} is damaged or was changed: a safety order may be lost", at),
            ]
        stored = {lock_key(lock) for lock in self._table.locks()}
        for order in orders:
            for name, strictest in _STRICTEST.items():
                if order.name.startswith(name):
                    value = strictest(order.value, self._table.remembered(order.name))
                    order = msgspec.structs.replace(order, value=value)
            if order.key not in stored:  # else the store has it, and its first reason stands
                self._unwritten.setdefault(order.key, order)
