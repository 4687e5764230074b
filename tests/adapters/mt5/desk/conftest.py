"""The terminals of these desks have all their data: no test waits for late ticks or candles."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.mt5.market.feed._GRACE_S", 0.0)
    monkeypatch.setattr("engine.adapters.mt5.market.history._BETWEEN_TRIES_S", 0.0)
