"""From the printed result of a study to its page; nothing that was printed is believed unread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from engine.errors import DeskError
from gui.features.lab.model.answers import checks, compare, costs, evidence, null, odds, search, walk
from gui.features.lab.model.answers.provenance import Answer
from gui.features.lab.model.page import Page

_READERS: Final[Mapping[str, tuple[type[Answer], Callable[[Any], Page]]]] = {
    "evidence": (evidence.Evidence, evidence.page_of),
    "gates": (checks.Gates, checks.gates_page),
    "diff": (compare.Diff, compare.page_of),
    "ablation": (checks.Ablation, checks.ablation_page),
    "sweep": (search.Sweep, search.page_of),
    "walk": (walk.Walk, walk.page_of),
    "chance": (odds.Chance, odds.chance_page),
    "costs": (costs.CostTable, costs.page_of),
    "ruin": (odds.Ruin, odds.ruin_page),
    "drift": (odds.Drift, odds.drift_page),
    "null": (null.NullMarket, null.page_of),
}


class UnreadableAnswer(DeskError):
    """A result that is not what the study prints."""


def page_of(kind: str, result: bytes) -> Page:
    """The page of a result. Raises `UnreadableAnswer`. Not for the event loop."""
    answer_type, make_page = _READERS[kind]
    try:
        return make_page(msgspec.json.decode(result, type=answer_type))
    except msgspec.DecodeError as error:
        raise UnreadableAnswer(f"The result is damaged: {error}. Run the study again.") from error
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableAnswer(f"The result contradicts itself: {error}. Run the study again.") from error
