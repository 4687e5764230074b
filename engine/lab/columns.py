"""A recording as columns, over which conditions are judged at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from config.settings import SymbolRules
from engine.conditions.expression import Term, compiled
from engine.conditions.facing import Facing, facings_of_symbol
from engine.conditions.layers import DECIDING, outcome
from engine.conditions.location import EDGES
from engine.conditions.pre_trade import PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot

_ROWS_AT_ONCE = 4096
"""A year of Python's own numbers would take gigabytes."""


def columns_of(snapshots: Iterable[MarketSnapshot], tick_size: float) -> dict[Side, Facing]:
    """What each side sees of a recording, candle by candle: columns of floats and of flags, which conditions judge.

    What both sides see alike is one column.
    """
    facings = facings_of_symbol("snapshot", tick_size)
    terms = {term.code: term for facing in facings.values() for term in vars(facing).values()}
    read = compiled("", "snapshot", [*terms.values()])()
    columns = dict(zip(terms, _columns(map(read, snapshots), len(terms)), strict=True))
    return {side: _filled(facing, columns) for side, facing in facings.items()}


def checks_of(facing: Facing, rules: SymbolRules) -> dict[str, tuple[Term, Term, Term]]:
    """Value, limit and whether it holds of every check of one side, by name, switched off or not.

    NaN where nothing is measured; what does not depend on the candle may be a single number.
    """
    of_candle = {each.name: each.measured(facing, rules) for each in (*PRE_TRADE, *EDGES, *PRIMARY, *SECONDARY)}
    found = outcome(facing, rules)
    return of_candle | {each.name: each.measured(found, rules) for each in DECIDING}


def _columns(rows: Iterator[tuple[float | bool, ...]], width: int) -> list[NDArray[np.float64] | NDArray[np.bool_]]:
    blocks, are_flags = [np.empty((0, width))], [False] * width
    while block := list(islice(rows, _ROWS_AT_ONCE)):
        are_flags = [isinstance(value, bool) for value in block[0]]
        blocks.append(np.array(block, dtype=np.float64))
    columns = np.concatenate(blocks).T
    return [
        column > 0.0 if is_flag else np.ascontiguousarray(column)
        for column, is_flag in zip(columns, are_flags, strict=True)
    ]


def _filled(facing: Facing, columns: dict[str, NDArray[np.float64] | NDArray[np.bool_]]) -> Facing:
    """The same view with the columns in place of the symbols."""
    filled = copy(facing)
    for name, term in vars(facing).items():
        setattr(filled, name, columns[term.code])
    return filled
