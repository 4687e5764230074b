"""The price of one point, in which MetaTrader states spreads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.adapters.recorded.tables.rows import Floats
from engine.adapters.recorded.tables.tables import Table
from engine.adapters.recorded.times import parts_of
from engine.domain.market import Instrument

_ENOUGH_FOR_DIGITS: Final = 1000
_MAX_DIGITS: Final = 6


def point_size(
    table: Table, names: Sequence[str], prices: Sequence[Floats], instrument: Instrument, *, is_export: bool = False
) -> float:
    """What the text of the columns `names` shows, else the last decimal that their values use, `prices`.

    An export spells each price with all digits of its symbol; a program that writes numbers leaves out zeros at their
    end. Few values say less than the instrument.
    """
    spelt = _spelt_digits(table, names, is_export=is_export)
    if spelt is not None:
        return _point_of(spelt)
    parts = [each[part] for each in prices for part in parts_of(each)]
    used = next((n for n in range(_MAX_DIGITS + 1) if all(_are_multiples(part, n) for part in parts)), None)
    if used is None:
        return instrument.tick_size
    is_certain = sum(map(len, prices)) >= _ENOUGH_FOR_DIGITS
    return _point_of(used if is_certain else max(used, instrument.digits))


def _spelt_digits(table: Table, names: Sequence[str], *, is_export: bool) -> int | None:
    """The digits with which all prices are spelt; None where zeros may have been left out."""
    places = [table.names.index(name) for name in names]
    decimals = [row[place].strip().partition(table.decimal)[2] for row in table.sample for place in places]
    digits = set(map(len, decimals))
    if len(digits) != 1:
        return None
    has_zeros = any(len(each) > 1 and each.endswith("0") for each in decimals)
    return digits.pop() if is_export or has_zeros else None


def _point_of(digits: int) -> float:
    return float(f"1e-{digits}")


def _are_multiples(prices: Floats, digits: int) -> bool:
    scaled = prices * 10.0**digits
    is_whole = np.abs(scaled - np.round(scaled)) <= 1e-6 + 1e-12 * np.abs(scaled)
    return bool(np.all(is_whole | np.isnan(prices)))
