"""Expressions that are written once for one candle and for columns of candles.

A term is a number or a flag of one candle, a numpy column of them, or a `Symbol` while a function is compiled. Terms
are combined by arithmetic, comparisons, `&`, `|` and the functions below, never by `if`, `and`, `or` and `not`.
What is not known is NaN, which passes no comparison; `absent` asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

Term: TypeAlias = Any
"""A float, a bool, a column of either, or a `Symbol`; which one is for the caller to choose."""

NAN = float("nan")


def where(condition: Term, then: Term, otherwise: Term) -> Term:
    """`then` where the condition is met; either may be worked out where it is not needed, so neither may fail."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, then, otherwise)
    if not isinstance(condition, Symbol):
        return then if condition else otherwise
    if then is otherwise:
        return then
    if then is True:
        return condition if otherwise is False else Symbol("({} or {})", condition, otherwise)
    if then is False:
        return Symbol("(not {} and {})", condition, otherwise)
    return Symbol("({} and {})" if otherwise is False else "({1} if {0} else {2})", condition, then, otherwise)


def absent(term: Term) -> Term:
    """Where nothing is known."""
    return term != term


def known(value: Term, otherwise: Term = NAN) -> Term:
    """A field of a snapshot as a term; None becomes `otherwise`, NaN by default."""
    if isinstance(value, Symbol):
        return Symbol("({} if {} is None else {})", otherwise, value, value)
    return otherwise if value is None else value


def call(function: Callable[..., Any], *arguments: Term) -> Term:
    """What a function makes of numbers of one candle, which must not fail; it sees columns as they are."""
    if any(isinstance(argument, Symbol) for argument in arguments):
        return Symbol("{}(" + ", ".join("{}" for _ in arguments) + ")", function, *arguments)
    return function(*arguments)


def packed(flags: Sequence[Term]) -> Term:
    """The bits of an integer, the first flag lowest."""
    return sum((where(flag, 1 << bit, 0) for bit, flag in enumerate(flags)), start=0)


def counted(bits: Term) -> Term:
    """How many flags of an integer are set, as a float."""
    return 1.0 * (np.bitwise_count(bits) if isinstance(bits, np.ndarray) else call(int.bit_count, bits))


def _operator(template: str) -> Any:
    return lambda *operands: Symbol(template, *operands)


class Symbol:
    """Stands for a value that the compiled function will have; operating on it writes that function.

    Fixed ones, and what is made of nothing else, are known when the function is made.
    """

    __slots__ = ("code", "is_fixed", "operands", "template")

    def __init__(self, template: str, *operands: Term, is_fixed: bool = True) -> None:
        self.template, self.operands = template, operands
        self.is_fixed: bool = is_fixed and all(each.is_fixed for each in operands if isinstance(each, Symbol))
        self.code = template.format(*map(_code, operands))

    def __getattr__(self, name: str) -> Symbol:
        return Symbol("{}." + name, self)

    def __bool__(self) -> bool:
        raise TypeError("an expression decides by `where`, `&` and `|`: it has no value while it is compiled")

    __add__, __radd__, __getitem__ = _operator("({} + {})"), _operator("({1} + {0})"), _operator("{}[{}]")
    __sub__, __rsub__, __neg__ = _operator("({} - {})"), _operator("({1} - {0})"), _operator("(-{})")
    __mul__, __rmul__, __abs__ = _operator("({} * {})"), _operator("({1} * {0})"), _operator("abs({})")
    __truediv__, __eq__, __ne__ = _operator("({} / {})"), _operator("({} == {})"), _operator("({} != {})")
    __lt__, __le__ = _operator("({} < {})"), _operator("({} <= {})")
    __gt__, __ge__ = _operator("({} > {})"), _operator("({} >= {})")
    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: Term) -> Term:
        return where(self, other, False)

    def __or__(self, other: Term) -> Term:
        return where(self, True, other)

    __rand__, __ror__ = __and__, __or__


def _code(term: Term) -> str:
    """A term as source; functions and members of enumerations by a name of their own."""
    if isinstance(term, Symbol):
        return term.code
    return repr(term) if isinstance(term, float) or type(term) in (bool, int) else f"constant_{id(term)}"


def compiled(fixed: str, varying: str, result: list[Term]) -> Callable[..., Callable[..., Any]]:
    """A function of the fixed symbols that makes a function of the varying ones, which gives the result.

    `fixed` and `varying` are names with commas between them; the result may hold further lists, which come as tuples.
    """
    writer = _Writer()
    writer.count(result)
    found = writer.text(result)
    made = [f"def judge({varying}):", *(f"    {line}" for line in writer.lines[False]), f"    return {found}"]
    source = "\n    ".join([f"def make({fixed}):", *writer.lines[True], *made, "return judge"])
    exec(source, writer.names)
    make: Callable[..., Callable[..., Any]] = writer.names["make"]
    return make


class _Writer:
    """Writes terms as source, and what is fixed or needed more than once as variables."""

    def __init__(self) -> None:
        self.lines: dict[bool, list[str]] = {True: [], False: []}
        self.names: dict[str, Any] = {"nan": NAN}
        self._uses: Counter[str] = Counter()
        self._variables: dict[str, str] = {}

    def count(self, term: Term) -> None:
        """To be called with everything that is to be written, before it is."""
        if isinstance(term, list):
            for part in term:
                self.count(part)
        elif isinstance(term, Symbol):
            self._uses[term.code] += 1
            if self._uses[term.code] == 1:
                self.count([*term.operands])
        else:
            self.names[_code(term)] = term

    def text(self, term: Term) -> str:
        if isinstance(term, list):
            return f"({', '.join(map(self.text, term))},)"
        if not isinstance(term, Symbol) or not term.operands:
            return _code(term)
        if term.code not in self._variables:
            text = term.template.format(*map(self.text, term.operands))
            if self._uses[term.code] == 1 and not term.is_fixed:
                return text
            self._variables[term.code] = f"v{len(self._variables)}"
            self.lines[term.is_fixed].append(f"{self._variables[term.code]} = {text}")
        return self._variables[term.code]
