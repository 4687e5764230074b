"""The desk's sources call the terminal's module in no way that it refuses, and import it in one place.

The module distinguishes an empty `**{}` from no keywords: executors, partials and plain wrappers pass one along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[4]
IMPORTER = "engine/adapters/mt5/worker/serving.py"
PACKAGE = "MetaTrader5"
FORWARDERS = {"submit", "run_in_executor", "partial", "partialmethod", "map", "apply", "apply_async"}
ORDERS = {"order_send", "order_check"}
SUSPECT = re.compile(r"order_(send|check)|\(\*\w.*\*\*|\b_?module\b|\bmt5\.")
"""What a source has to have in it before it is worth parsing."""
MODULES = {"mt5", "module", "_module", PACKAGE}


def sources() -> Iterator[Path]:
    for package in ("engine", "config", "gui", "benchmarks"):
        yield from sorted((PROJECT / package).rglob("*.py"))


def refused_forms(source: str) -> list[str]:
    """Each call in the source that the module would refuse, with its line."""
    if not SUSPECT.search(source):
        return []
    tree = ast.parse(source)
    fetched = set(_names_of_fetched_functions(tree))
    guarded = set(_guarded_calls(tree))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    forwarded = [call for call in calls if _is_forwarding(call)]
    wrapped = [call for call in calls if call not in guarded and _is_wrapping(call, fetched)]
    return [f"line {call.lineno}: {ast.unparse(call)}" for call in (*forwarded, *wrapped)]


def imports_of_package(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(each.name.split(".")[0] == PACKAGE for each in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            return True
        if isinstance(node, ast.Call) and _name_of(node.func) in ("import_module", "__import__"):
            return True
    return False


def _is_forwarding(call: ast.Call) -> bool:
    return _name_of(call.func) in FORWARDERS and any(_name_of(argument) in ORDERS for argument in call.args)


def _is_wrapping(call: ast.Call, fetched: set[str]) -> bool:
    """Whether keywords that may be empty go to a function of the module."""
    if not any(keyword.arg is None for keyword in call.keywords):
        return False
    function = call.func
    if isinstance(function, ast.Attribute):
        return _name_of(function.value) in MODULES or function.attr in ORDERS
    is_fetched_here = isinstance(function, ast.Call) and _is_fetching(function)
    return is_fetched_here or _name_of(function) in fetched


def _names_of_fetched_functions(tree: ast.AST) -> Iterator[str]:
    """Names that stand for functions of the module: assigned from it, or given as the function to call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (_is_fetching(node.value) or _is_of_module(node.value)):
            yield from (_name_of(target) for target in node.targets)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.vararg and node.args.kwarg:
            yield from (argument.arg for argument in node.args.args if argument.arg in ("f", "fn", "func", "function"))


def _guarded_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that are made only where there are keywords."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.If):
            continue
        for call in (each for line in node.body for each in ast.walk(line) if isinstance(each, ast.Call)):
            spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
            if spread and all(ast.dump(each) == ast.dump(node.test) for each in spread):
                yield call


def _is_fetching(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name_of(node.func) == "getattr" and _name_of(node.args[0]) in MODULES


def _is_of_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and _name_of(node.value) in MODULES


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_that_no_source_calls_the_module_in_a_form_it_refuses() -> None:
    found = {str(path.relative_to(PROJECT)): refused_forms(path.read_text(encoding="utf-8")) for path in sources()}
    assert {path: forms for path, forms in found.items() if forms} == {}


def test_that_one_file_imports_the_module() -> None:
    packages = [path for path in sources() if path.is_relative_to(PROJECT / "engine" / "adapters" / "mt5")]
    importing = [path for path in packages if imports_of_package(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(PROJECT).as_posix() for path in importing] == [IMPORTER]
    named = [
        path for path in sources() if path not in packages and f"import {PACKAGE}" in path.read_text(encoding="utf-8")
    ]
    assert named == []


@pytest.mark.parametrize(
    "source",
    [
        "executor.submit(mt5.order_send, request)",
        "loop.run_in_executor(executor, mt5.order_check, request)",
        "partial(mt5.order_send, request)",
        "functools.partial(self._module.order_send, request)",
        "def call(*a, **k): return mt5.order_send(*a, **k)",
        "def call(name, *a, **k): return getattr(module, name)(*a, **k)",
        "def call(name, *a, **k):\n    found = getattr(self._module, name)\n    return found(*a, **k)",
        "def safely(f, *a, **k):\n    return f(*a, **k)",
        "send = mt5.order_send\nsend(request, **{})",
    ],
)
def test_that_a_refused_form_is_found(source: str) -> None:
    assert refused_forms(source)


@pytest.mark.parametrize(
    "source",
    [
        "mt5.order_send(request)",
        "executor.submit(lambda: mt5.order_send(request))",
        "asyncio.to_thread(mt5.order_send, request)",
        "execution.submit(order)",
        "mt5.initialize(path, timeout=1000)",
        "def call(name, a, k):\n    f = getattr(module, name)\n    if k:\n        return f(*a, **k)\n    return f(*a)",
    ],
)
def test_that_a_form_that_works_is_left_alone(source: str) -> None:
    assert not refused_forms(source)


@pytest.mark.parametrize(
    "source",
    ["import MetaTrader5", "import MetaTrader5 as mt5", "from MetaTrader5 import order_send", "__import__(name)"],
)
def test_that_an_import_is_found(source: str) -> None:
    assert imports_of_package(source)
