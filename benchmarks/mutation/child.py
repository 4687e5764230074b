"""Creates the mutants of the tree that it is started in, tests them, and writes the outcome of each to a file.

Run as a script, in a separate process: `python -P child.py RESULTS.json SAMPLE SEED`. Texts are left as they are:
strings and what stands in them, exceptions with their words, and the calls named by `TEXT_CALLS`.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import libcst
from mutmut import __main__ as mutmut
from mutmut.mutation import mutators
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.stats import status_by_exit_code

TEXT_CALLS: Final = re.compile(r"(\w*\.)*_?log(ger)?\.\w+|warnings\.warn|\w+_words|\w*_sentence")
"""Calls that only make or write text, by the whole name that is called."""

Operator = Callable[[Any], Iterable[Any]]


def leave_texts() -> None:
    """From now on no text is mutated, nor taken from a call or a name that is given it."""
    mutators.mutation_operators[:] = [
        (kind, partial(_but_texts, operator))
        for kind, operator in mutators.mutation_operators
        if operator is not mutators.operator_string
    ]
    skips = MutationVisitor._skip_node_and_children
    MutationVisitor._skip_node_and_children = lambda visitor, node: _is_text(node) or skips(visitor, node)


def _but_texts(operator: Operator, node: Any) -> Iterator[Any]:
    return (mutated for mutated in operator(node) if _texts(mutated) == _texts(node))


def _texts(node: Any) -> int:
    """How many of the values that `node` passes on or assigns are texts."""
    parts = node.args if isinstance(node, libcst.Call) else (node,)
    return sum(isinstance(getattr(part, "value", None), libcst.BaseString) for part in parts)


def _is_text(node: Any) -> bool:
    if isinstance(node, libcst.Call):
        return TEXT_CALLS.fullmatch(libcst.Module([]).code_for_node(node.func)) is not None
    return isinstance(node, libcst.BaseString | libcst.Raise)


def choose(sample: int, seed: int) -> None:
    """Only what has not been killed yet is tried, or `sample` of it where that is above zero."""
    collect = mutmut.collect_source_file_mutation_data

    def chosen(*, mutant_names: Iterable[str]) -> tuple[list[tuple[Any, str, None]], Any]:
        mutants, by_path = collect(mutant_names=mutant_names)
        open_ones = [(data, name, None) for data, name, code in mutants if status_by_exit_code[code] != "killed"]
        if 0 < sample < len(open_ones):
            open_ones = random.Random(seed).sample(open_ones, sample)
        return open_ones, by_path

    mutmut.collect_source_file_mutation_data = chosen


def outcomes() -> Iterator[dict[str, str]]:
    """File, function, outcome and, where it was not killed, change of each mutant; changes as in a diff."""
    files = {str(path): mutmut.SourceFileMutationData(path=path) for path in mutmut.walk_mutatable_files()}
    for path, data in sorted(files.items()):
        data.load()
        for name, code in data.exit_code_by_key.items():
            outcome = status_by_exit_code[code]
            change = "" if outcome in ("killed", "not checked") else _change(name, path)
            yield {"path": path, "function": _function(name), "outcome": outcome, "change": change}


def _function(name: str) -> str:
    """`Class.method` or `function` of a mutant such as `engine.room.xǁClassǁmethod__mutmut_3`."""
    mangled = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def _change(name: str, path: str) -> str:
    lines = get_diff_for_mutant(name, path=path).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed)


def main() -> None:
    results, sample, seed = sys.argv[1:]
    os.nice(10)
    leave_texts()
    choose(int(sample), int(seed))
    mutmut.cli(["run", "--max-children", "1"], standalone_mode=False)
    Path(results).write_text(json.dumps(list(outcomes())), encoding="utf-8")


if __name__ == "__main__":
    main()
