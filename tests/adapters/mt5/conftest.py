"""A stand-in terminal for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.mt5.linked import StandIn


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn(tmp_path)
    monkeypatch.setenv("STAND_IN_FILE", str(stand_in.file))
    return stand_in
