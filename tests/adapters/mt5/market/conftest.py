"""Late ticks and candles come at once here, or when a test says so."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.feed._GRACE_S", 0.01)
    monkeypatch.setattr("engine.adapters.mt5.market.history._BETWEEN_TRIES_S", 0.01)
