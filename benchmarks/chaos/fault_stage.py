"""Where a fault of `faults` strikes: a running desk, the simulator behind it, and what is kept of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.chaos.fault_desk import MAGIC, FaultDesk, symbol_names
from engine.domain.messages.engine import Event
from tests.fake_metatrader5.simulator import Fault, SimulatorClient

STRUCK_WITHIN_S: Final = 4.0
_HEALED_WITHIN_S: Final = 20.0


class Stage:
    """Where faults strike: the simulator, the desk before it, and dice of the run's own."""

    def __init__(self, simulator: SimulatorClient, desk: FaultDesk, seed: int, symbols: int) -> None:
        self.simulator = simulator
        self.desk = desk
        self.random = random.Random(seed)
        self.symbols = symbol_names(symbols)
        self.struck_at: list[float] = []
        self.blind: list[tuple[float, float]] = []
        """Spans in which no entry may reach the terminal."""

    async def wait(self, min_s: float, max_s: float) -> None:
        await asyncio.sleep(self.random.uniform(min_s, max_s))

    async def arm(self, *faults: Fault) -> bool:
        """Lets each strike, and waits until it has; False if one did not in time."""
        numbers = [self.simulator.inject(fault) for fault in faults]
        until = time.monotonic() + STRUCK_WITHIN_S
        while time.monotonic() < until and not all(map(self.simulator.strikes_of, numbers)):
            await asyncio.sleep(0.02)
        return all(map(self.simulator.strikes_of, numbers))

    def strike(self) -> None:
        """Notes that something is going wrong from now on."""
        self.struck_at.append(time.time())

    @contextmanager
    def blinded(self, after_s: float) -> Iterator[None]:
        """The desk has to notice within `after_s` that it must not enter, for as long as this lasts."""
        self.strike()
        begun = time.time() + after_s
        try:
            yield
        finally:
            self.blind.append((begun, time.time()))

    async def healed(self) -> None:
        until = time.monotonic() + _HEALED_WITHIN_S
        await asyncio.sleep(0.5)
        while time.monotonic() < until and not self.desk.diary.is_ready:
            self.desk.try_again()
            await asyncio.sleep(0.02)

    async def own_position(self) -> dict[str, Any] | None:
        """One of the desk's positions, as the broker has it."""
        until = time.monotonic() + STRUCK_WITHIN_S
        while time.monotonic() < until:
            if own := [each for each in self.simulator.positions() if each["magic"] == MAGIC]:
                return self.random.choice(own)
            await asyncio.sleep(0.05)
        return None


Strike = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`notices` recognises the desk's first event about it, None where there is nothing to notice. `server` are habits
    of the world's trade server, `link` settings of the desk."""

    name: str
    strike: Strike
    notices: Callable[[Event], bool] | None = None
    server: dict[str, Any] = field(default_factory=dict)
    link: dict[str, Any] = field(default_factory=dict)
