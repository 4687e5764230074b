"""In the worlds of these desks no tick of a minute comes after those of the next."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.feed._GRACE_S", 0.0)
