"""What the four layers share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from config.settings import Section
from engine.domain.judgement import Check
from engine.domain.market import Side

NO_NAMES: tuple[str, ...] = ()

AnySection = TypeVar("AnySection", bound=Section)


class _Plain:
    """Attributes and nothing else."""


def at_hand(section: AnySection) -> AnySection:
    """The same values to read from a plain object: from the model they would cost a tenth of a judgement."""
    values = _Plain()
    for name in type(section).model_fields:
        setattr(values, name, getattr(section, name))
    return cast(AnySection, values)


def verdict(checks: Iterable[Check]) -> tuple[str | None, int]:
    """The first failing check's name, None where all pass, and how many fail."""
    reason, failures = None, 0
    for check in checks:
        if not check.is_passed:
            failures += 1
            if reason is None:
                reason = check.name
    return reason, failures


def not_ready(name: str, side: Side | None, unit: str) -> Check:
    """A check whose reading is absent fails, and says so."""
    return Check(name, side, False, None, None, unit, "not_ready")
