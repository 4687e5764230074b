"""The lists of files in CONTRIBUTING.md lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATH: Final = re.compile(r"`((?:config|engine|gui|tests|resources|docs|\.ci)/[^`\s]*)`")
LINK: Final = re.compile(r"\]\(([^)#:]+)\)")
NAME: Final = re.compile(r"`([A-Z][A-Z_]{5,})`")


def test_that_every_path_and_link_exists() -> None:
    named = [*PATH.findall(PAGE), *LINK.findall(PAGE)]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_that_every_constant_stands_in_a_file_of_its_list() -> None:
    """Looked for in the files of the numbered list that names it."""
    for part in PAGE.split("\n### ")[1:]:
        files = [ROOT / path for path in PATH.findall(part) if path.endswith(".py")]
        text = "\n".join(path.read_text(encoding="utf-8") for path in files)
        assert [name for name in NAME.findall(part) if not re.search(rf"\b{name}\b", text)] == []
