"""Joins what two windows did to the same drawings."""

from __future__ import annotations

from gui.features.drawing.model.drawing import Drawing

Drawn = tuple[Drawing, ...]
"""From the back to the front."""


def merged(base: Drawn, mine: Drawn, theirs: Drawn) -> Drawn:
    """What became of `base` in both: deletions and additions of both; where both changed one, mine counts."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    before, own, ids = {each.id: each for each in base}, {each.id: each for each in mine}, {each.id for each in theirs}

    def newest(each: Drawing) -> Drawing:
        ours = own.get(each.id)
        return each if ours is None or ours == before.get(each.id) else ours

    return (
        *(newest(each) for each in theirs if each.id in own or each.id not in before),
        *(each for each in mine if each.id not in ids and each != before.get(each.id)),
    )
