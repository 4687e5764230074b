"""A stand-in terminal for each test, and one simulator for all of them: each test puts its own world into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.mt5.linked import StandIn
from tests.fake_metatrader5.simulator import SimulatorClient


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn(tmp_path)
    monkeypatch.setenv("STAND_IN_FILE", str(stand_in.file))
    return stand_in


@pytest.fixture(scope="package")
def running_simulator() -> Iterator[SimulatorClient]:
    """Ended after the last of these tests: the market of a simulator goes on by itself."""
    with SimulatorClient.start() as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: SimulatorClient) -> SimulatorClient:
    return running_simulator
