from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.persistence.upkeep import housekeeping
from tests.persistence.upkeep.desks import NOW, Desk


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"KEPT_RECORDS": 5, "_BATCH": 40, "_PAUSE_S": 0.0}.items():
        monkeypatch.setattr(housekeeping, name, value)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.write(NOW - timedelta(days=300), 301)
    yield desk
    desk.close()
