"""One simulator for all tests here, with a world of its own for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import tests.fake_metatrader5 as mt5
from tests.fake_metatrader5.simulator import SimulatorClient, World, exness_bitcoin, exness_gold

SYMBOLS = (exness_gold(seed=None, history_minutes=60), exness_bitcoin(seed=None, history_minutes=60))


@pytest.fixture
def simulator(running_simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorClient]:
    """A still world; the module is attached to its terminal."""
    running_simulator.reset(World.still(symbols=SYMBOLS))
    monkeypatch.setenv(*running_simulator.variable)
    assert mt5.initialize()
    yield running_simulator
    mt5.shutdown()
