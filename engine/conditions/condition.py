"""A condition: the cases of one check; the first that applies gives value, limit and whether it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from config.settings import SymbolRules
from engine.conditions.expression import NAN, Term, absent, where
from engine.domain.judgement import Check
from engine.domain.market import Side


class Case(NamedTuple):
    """One way in which a check can come out; `applies` is True for the last one. NaN where nothing is measured."""

    name: str
    """By it the catalogue finds the sentence for the user."""
    applies: Term
    value: Term = NAN
    limit: Term = NAN
    holds: bool = False
    unit: str | None = None
    """Where it is not the condition's."""


Cases = tuple[Case, ...]


class Condition(NamedTuple):
    """One comparison of a measured value with what is allowed, written once for a candle and for columns of them.

    `cases` makes expressions of what is judged (a `Facing`, a `LiveState` or an `Outcome`) and the rules.
    """

    name: str
    unit: str
    cases: Callable[[Any, SymbolRules], Cases]
    section: str = ""
    """Where the rules can switch it off, by its name."""
    is_of_side: bool = True
    """Otherwise it is the same for both sides."""
    wants: str = "≤"
    """How the value should stand to the limit: "≥", "≤" or "<"."""

    def is_on(self, rules: SymbolRules) -> Term:
        return getattr(getattr(rules, self.section), self.name.lower()) if self.section else True

    def holds(self, judged: Any, rules: SymbolRules) -> Term:
        return first_of(self.cases(judged, rules), "holds")

    def measured(self, judged: Any, rules: SymbolRules) -> tuple[Term, Term, Term]:
        """Value, limit and whether it holds."""
        cases = self.cases(judged, rules)
        return first_of(cases, "value"), first_of(cases, "limit"), first_of(cases, "holds")

    def check(self, side: Side, judged: Any, rules: SymbolRules) -> Check:
        """How it comes out for one candle."""
        case = next(case for case in self.cases(judged, rules) if case.applies)
        value, limit = (None if absent(number) else float(number) for number in (case.value, case.limit))
        unit = self.unit if case.unit is None else case.unit
        return Check(self.name, side if self.is_of_side else None, case.holds, value, limit, unit, case.name)


def first_of(cases: Cases, field: str) -> Term:
    """A field of the first case that applies."""
    *others, last = cases
    found = getattr(last, field)
    for case in reversed(others):
        found = where(case.applies, getattr(case, field), found)
    return found


def at_least(value: Term, limit: Term, enough: Term = None) -> tuple[Case, Case]:
    """`enough` where value and limit are shown in other numbers than those compared."""
    enough = value >= limit if enough is None else enough
    return Case("at_least", enough, value, limit, True), Case("below", True, value, limit)


def at_most(value: Term, limit: Term) -> tuple[Case, Case]:
    return Case("at_most", value <= limit, value, limit, True), Case("above", True, value, limit)


def not_ready(*needed: Term) -> Case:
    """Nothing holds before all that it needs is known."""
    is_missing: Term = False
    for term in needed:
        is_missing = absent(term) | is_missing
    return Case("not_ready", is_missing)
