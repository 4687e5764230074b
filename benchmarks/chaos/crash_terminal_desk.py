"""The desk of `benchmarks.chaos.crash --broker metatrader`: the live desk on the simulator, to be killed.

It prints one JSON object a line: `worker` with the process of its worker whenever that is another one, `recovered`
when it agrees with the broker and nothing is unknown (the user settles what never left), `halted` when a halt is on
record, `report` with the tickets that it leads. It reads `trade`, `halt` and `report`, one a line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from typing import Final

from benchmarks.chaos.crash_desk import Insight
from benchmarks.chaos.fault_desk import FaultDesk, running_desk
from engine.adapters.mt5.port import LinkReport
from engine.domain.messages.commands import Halt, ReleaseHalt
from engine.domain.messages.engine import Event
from tests.fake_metatrader5.simulator import SimulatorClient

SYMBOLS: Final = 6
WAIT_S: Final = 15
"""How long locks last: long enough to be missed after a restart."""


class Killable:
    """Recovers first, and trades on command."""

    def __init__(self, desk: FaultDesk, begun_at: float) -> None:
        self._desk = desk
        self._begun_at = begun_at
        self._insight = Insight()
        self._has_recovered = False
        self._worker: int | None = None
        desk.desk.link.listen(self._follow)
        for _, event in desk.diary.events:
            self._hear(event)
        desk.desk.bus.subscribe(self._hear)

    async def obey(self) -> None:
        """Does what comes in on standard input, until that ends."""
        words: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        threading.Thread(target=_read, args=(loop, words), daemon=True).start()
        while word := await words.get():
            await self._carry_out(word)

    async def _carry_out(self, word: str) -> None:
        if word == "trade":
            self._desk.desk.engine.handle(ReleaseHalt())
            self._desk.is_trading = True
        elif word == "halt":
            self._desk.desk.engine.handle(Halt("before the end"))
            await asyncio.to_thread(self._desk.desk.archive.journal.flush)
            _say(halted=True)
        else:
            await asyncio.to_thread(self._desk.desk.archive.journal.flush)  # what happened is written a moment later
            _say(report=sorted(self._desk.diary.stops))

    def _hear(self, event: Event) -> None:
        self._insight.on_event(event)  # type: ignore[arg-type]
        if self._insight.is_whole and not self._has_recovered:
            self._has_recovered = True
            _say(recovered=time.time() - self._begun_at)

    def _follow(self, report: LinkReport) -> None:
        if report.worker_pid not in (None, self._worker):
            self._worker = report.worker_pid
            _say(worker=self._worker)


def _read(loop: asyncio.AbstractEventLoop, words: asyncio.Queue[str]) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(words.put_nowait, line.strip())
    loop.call_soon_threadsafe(words.put_nowait, "")


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


async def _live(address: str, directory: Path, seed: int) -> None:
    begun_at = time.time()
    async with running_desk(SimulatorClient(address), seed, SYMBOLS, directory, wait_s=WAIT_S) as desk:
        await Killable(desk, begun_at).obey()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(_live(options.address, options.directory, options.seed))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
