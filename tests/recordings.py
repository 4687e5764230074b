"""Finds the real recordings that lie next to the repository; tests on them skip where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


def recording(name: str) -> Path:
    """The real recording of that file name; skips the calling test where it is absent."""
    path = RECORDINGS / name
    if not path.is_file():
        pytest.skip(f"the real recording {name} is not beside the repository")
    return path
