"""Facts about expressions: a float, a column and a compiled function give the same result."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conditions.expression import NAN, Symbol, Term, absent, call, compiled, counted, known, packed, where

numbers = st.none() | st.sampled_from([-2.0, -0.5, 0.0, 0.5, 2.0])


def terms_of(first: Term, second: Term, limit: Term) -> list[Term]:
    """Something of everything that an expression may be made of."""
    a, b = known(first), known(second)
    is_low, is_missing = abs(a - b) <= limit, absent(a) | absent(b)
    larger = where(a > b, a, b)
    bits = packed([is_low & (a < 0.0), is_missing, (b != limit) & is_low])
    return [
        is_low,
        is_missing,
        larger * 2.0 + (1.0 - larger) / 4.0,
        where(is_missing, limit, -larger),
        counted(bits),
        bits,
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1), st.sampled_from([0.0, 0.5, 2.5]))
def test_that_columns_and_the_compiled_function_say_what_each_single_row_says(
    rows: list[tuple[float | None, float | None]], limit: float
) -> None:
    one_by_one = np.array([terms_of(first, second, limit) for first, second in rows], dtype=float)
    firsts, seconds = np.array([[NAN if number is None else number for number in row] for row in rows]).T
    at_once = np.array(terms_of(firsts, seconds, limit), dtype=float).T
    first_name, second_name = (Symbol(name, is_fixed=False) for name in ("first", "second"))
    judge = compiled("limit", "first, second", terms_of(first_name, second_name, Symbol("limit")))(limit)
    np.testing.assert_array_equal(at_once, one_by_one)
    np.testing.assert_array_equal(np.array([judge(*row) for row in rows], dtype=float), one_by_one)


def test_that_what_is_not_known_passes_no_comparison() -> None:
    unknown = known(None)
    assert isnan(unknown)
    assert not any((unknown < 1.0, unknown <= 1.0, unknown > 1.0, unknown >= 1.0, unknown == 1.0))
    assert absent(unknown)
    assert not absent(known(1.0))


def test_that_what_several_results_need_is_worked_out_once() -> None:
    asked: list[float] = []
    found = call(asked.append, Symbol("price", is_fixed=False))
    compiled("", "price", [found, known(found), [found]])()(2.0)
    assert asked == [2.0]


def test_that_what_is_fixed_is_worked_out_when_the_function_is_made() -> None:
    asked: list[float] = []
    make = compiled("limit", "price", [Symbol("price", is_fixed=False), call(asked.append, Symbol("limit"))])
    judge = make(2.0)
    assert asked == [2.0]
    assert [judge(price) for price in (1.0, 3.0)] == [(1.0, None), (3.0, None)]
    assert asked == [2.0]


def test_that_an_expression_cannot_decide_by_if() -> None:
    with pytest.raises(TypeError, match="where"):
        assert Symbol("price") > 1.0
