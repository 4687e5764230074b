"""A recording as columns, over which conditions are judged at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.settings import SymbolRules
from engine.conditions.expression import Symbol, Term, compiled
from engine.conditions.facing import Facing, facings_of_symbol
from engine.conditions.layers import DECIDING, outcome
from engine.conditions.location import EDGES
from engine.conditions.pre_trade import PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.market import Session, Side
from engine.domain.snapshot import MarketSnapshot

BLOCK_ROWS: Final = 16_384
"""What is judged at once should fit a processor's cache."""
SESSIONS: Final = tuple(Session)

Column = NDArray[Any]
_Read = Callable[[MarketSnapshot], tuple[float | bool, ...]]
Block = Mapping[str, Column]
"""Columns of one length, by name."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)
_PLACES: Final = {session: place for place, session in enumerate(SESSIONS)}
_BESIDE: Final = {"at": np.int64, "session": np.int8, "trading_day": np.int32}
"""Columns that no condition needs."""


class _Slot(NamedTuple):
    """The column that an attribute of one side is read from, and whether its sign is changed on the way."""

    name: str
    is_mirrored: bool


class _Plan(NamedTuple):
    """What of a snapshot becomes a column, and what each side sees of the columns."""

    read: Callable[[float], _Read]
    """Makes for a tick size the function that reads one row."""
    names: tuple[str, ...]
    slots: dict[Side, dict[str, _Slot]]


def blocks_of(snapshots: Iterable[MarketSnapshot], tick_size: float) -> Iterator[Block]:
    """What both sides see of a recording, a block of rows at a time, in order; nothing for no snapshot.

    Columns of floats and flags; not a number is what is not known. Beside them `at` (opening in microseconds since
    1970), `session` (its place in `SESSIONS`) and `trading_day` (days since 1970).
    """
    rest, read = iter(snapshots), _plan().read(tick_size)
    while block := _block(islice(rest, BLOCK_ROWS), read):
        yield block


def columns_of(snapshots: Iterable[MarketSnapshot], tick_size: float) -> dict[Side, Facing]:
    """What each side sees of a recording, candle by candle: columns of floats and of flags, which conditions judge.

    What both sides see alike is one column.
    """
    blocks = list(blocks_of(snapshots, tick_size))
    if not blocks:
        return facings_of(dict.fromkeys(_plan().names, np.empty(0)))
    return facings_of({name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]})


def facings_of(block: Block) -> dict[Side, Facing]:
    """What each side sees of a block."""
    mirrored: dict[str, Column] = {}

    def column(slot: _Slot) -> Column:
        if not slot.is_mirrored:
            return block[slot.name]
        if slot.name not in mirrored:
            mirrored[slot.name] = -block[slot.name]
        return mirrored[slot.name]

    found = {side: Facing.__new__(Facing) for side in Side}
    for side, slots in _plan().slots.items():
        vars(found[side]).update({name: column(slot) for name, slot in slots.items()})
    return found


def checks_of(facing: Facing, rules: SymbolRules) -> dict[str, tuple[Term, Term, Term]]:
    """Value, limit and whether it holds of every check of one side, by name, switched off or not.

    NaN where nothing is measured; what does not depend on the candle may be a single number.
    """
    of_candle = {each.name: each.measured(facing, rules) for each in (*PRE_TRADE, *EDGES, *PRIMARY, *SECONDARY)}
    found = outcome(facing, rules)
    return of_candle | {each.name: each.measured(found, rules) for each in DECIDING}


def column_names() -> tuple[str, ...]:
    """The names of all columns of a block, in their order."""
    return *_BESIDE, *_plan().names


@cache
def _plan() -> _Plan:
    """Each attribute of a side is a column of its name; what SELL sees otherwise has a name of its own.

    What SELL sees reflected is kept once, as it is.
    """
    terms: dict[str, Symbol] = {}
    names: dict[str, str] = {}
    slots: dict[Side, dict[str, _Slot]] = {}
    for side, facing in facings_of_symbol("snapshot", Symbol("tick_size")).items():
        slots[side] = {}
        for attribute, term in vars(facing).items():
            is_mirrored = term.template == "(-{})"
            kept = term.operands[0] if is_mirrored else term
            name = names.setdefault(
                kept.code, attribute if attribute not in terms else f"{attribute}_of_{side.lower()}"
            )
            terms[name] = kept
            slots[side][attribute] = _Slot(name, is_mirrored)
    return _Plan(compiled("tick_size", "snapshot", [*terms.values()]), tuple(terms), slots)


def _block(snapshots: Iterable[MarketSnapshot], read: _Read) -> dict[str, Column]:
    """Some snapshots as columns, without ever holding all of them; empty for none.

    A column is of flags where its first row has one.
    """
    beside: list[tuple[int, int, int]] = []
    are_flags: list[bool] = []

    def rows() -> Iterator[tuple[float | bool, ...]]:
        for snapshot in snapshots:
            beside.append(_beside(snapshot))
            row = read(snapshot)
            if not are_flags:
                are_flags.extend(isinstance(value, bool) for value in row)
            yield row

    flat = np.fromiter(chain.from_iterable(rows()), np.float64)
    if not beside:
        return {}
    kinds = zip(_BESIDE.items(), zip(*beside, strict=True), strict=True)
    columns = zip(_plan().names, flat.reshape(len(beside), -1).T, are_flags, strict=True)
    return {name: np.array(values, dtype=kind) for (name, kind), values in kinds} | {
        name: column > 0.0 if is_flag else np.ascontiguousarray(column) for name, column, is_flag in columns
    }


def _beside(snapshot: MarketSnapshot) -> tuple[int, int, int]:
    opened_us = (snapshot.candle.opened_at - _EPOCH) // _MICROSECOND
    return opened_us, _PLACES[snapshot.session], snapshot.trading_day.toordinal() - _EPOCH_DAY
