"""Every module of the product stands behind a wall: a layer of a contract that leaves no sibling out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PACKAGES = ("config", "engine", "gui")


def contracts() -> list[dict[str, Any]]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = declared["tool"]["importlinter"]["contracts"]
    return found


def modules() -> Iterator[str]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def walls() -> Iterator[str]:
    """Patterns of the modules that stand in a layer of a contract in which a module left out is an error."""
    for contract in contracts():
        if contract["type"] == "layers" and contract.get("exhaustive"):
            layers = [name.strip(" ()") for layer in contract["layers"] for name in layer.split("|")]
            yield from (f"{container}.{name}" for container in contract["containers"] for name in layers)


def test_that_every_module_stands_in_a_contract() -> None:
    patterns = [*walls()]
    outside = [
        name
        for name in modules()
        if name not in PACKAGES and not any(fnmatchcase(f"{name}.", f"{pattern}.*") for pattern in patterns)
    ]
    assert not outside


def test_that_every_folder_of_modules_is_a_package() -> None:
    """Another one would be left out of a built distribution."""
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_that_no_contract_lets_an_import_pass_that_it_forbids() -> None:
    assert [contract["name"] for contract in contracts() if contract.get("ignore_imports")] == []
