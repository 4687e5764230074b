"""The page of licenses: every pinned package, and every kind of file in the resources."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
OF_THE_DESK = {".py", ".md", ".pyc"}
"""Kinds of files that are under the desk's own license, or hold a license."""


@pytest.fixture
def licenses() -> Iterator[Any]:
    sys.path.insert(0, str(ROOT / ".ci"))
    yield importlib.import_module("licenses")
    sys.path.remove(str(ROOT / ".ci"))


def test_that_every_pinned_package_is_listed_with_the_license_it_states(licenses: Any) -> None:
    page = licenses.PAGE.read_text(encoding="utf-8")
    rows = licenses.licenses(licenses.pinned(), licenses.listed(page))
    assert licenses.with_table(page, rows) == page
    assert licenses.listed(page) == rows


def test_that_a_package_of_another_system_keeps_its_row_and_one_without_a_row_is_named(licenses: Any) -> None:
    elsewhere = {"no-such-package": "Zlib"}
    assert licenses.licenses(["numpy", "no-such-package"], {**elsewhere, "numpy": "?"}).items() >= elsewhere.items()
    with pytest.raises(licenses.NoLicense, match="no-such-package; add a row manually"):
        licenses.licenses(["numpy", "no-such-package"], {})


def test_that_every_file_of_the_resources_is_listed_with_its_origin(licenses: Any) -> None:
    rows = licenses.PAGE.read_text(encoding="utf-8").partition("## Packages")[0].splitlines()
    patterns = [
        pattern for row in rows if row.startswith("| `") for pattern in re.findall("`(.*?)`", row.split("|")[1])
    ]
    files = [file.relative_to(ROOT / "resources") for file in (ROOT / "resources").rglob("*") if file.is_file()]
    unlisted = [
        file.as_posix()
        for file in files
        if file.suffix not in OF_THE_DESK
        and not file.name.startswith("LICENSE-")
        and not any(PurePosixPath(file.as_posix()).match(pattern) for pattern in patterns)
    ]
    assert unlisted == []
