"""Correction of p values where many hypotheses are tested at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm_of_known(p_values: Sequence[float | None]) -> list[float | None]:
    """As `holm`, for the p values that are known; an unknown one stays None and is not counted."""
    adjusted = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(adjusted) for p in p_values]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values in the given order: what stays below a level is significant among all of them together.

    The step-down procedure of S. Holm, A simple sequentially rejective multiple test procedure (1979).
    """
    adjusted, at_least = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        at_least = max(at_least, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = at_least
    return adjusted
