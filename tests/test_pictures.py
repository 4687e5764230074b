"""The pictures of the pages: all of them are made by one command, shown somewhere, and small."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
SHOWN: Final = re.compile(r"!\[[^]]+\]\(([^)]+)\)")
MAX_BYTES: Final = 1_500_000


@pytest.fixture
def pictures() -> Iterator[Any]:
    sys.path.insert(0, str(ROOT / ".ci"))
    yield importlib.import_module("pictures")
    sys.path.remove(str(ROOT / ".ci"))


def test_that_every_picture_is_made_by_the_command_and_shown_on_a_page(pictures: Any) -> None:
    pages = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    shown = {
        (page.parent / link).resolve() for page in pages for link in SHOWN.findall(page.read_text(encoding="utf-8"))
    }
    made = {pictures.PICTURES / f"{name}.png" for name in pictures.CHOSEN}
    assert set(pictures.PICTURES.iterdir()) == made
    assert shown == made


def test_that_all_pictures_together_are_small(pictures: Any) -> None:
    assert sum(path.stat().st_size for path in pictures.PICTURES.iterdir()) < MAX_BYTES


def test_that_a_picture_keeps_its_size_and_nearly_its_colours(pictures: Any, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    gradient = image.radial_gradient("L").convert("RGB")
    gradient.save(tmp_path / "taken.png")
    pictures.make_small(tmp_path / "taken.png", tmp_path / "small.png")
    with image.open(tmp_path / "small.png") as small:
        assert small.size == gradient.size
        assert small.mode == "P"
        pairs = zip(gradient.tobytes(), small.convert("RGB").tobytes(), strict=True)
        assert max(abs(before - after) for before, after in pairs) <= 2
