"""The broker of `benchmarks.chaos.crash --broker metatrader`: the strict terminal's, which outlives every desk."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psutil

from benchmarks.chaos.crash import HALT_SHARE, KILLS_PER_SERIES, Comparison, DeskProcess
from benchmarks.chaos.crash_terminal_desk import SYMBOLS, WAIT_S
from benchmarks.chaos.fault_desk import MAGIC, symbol_names, world
from benchmarks.chaos.fault_judge import is_doubled
from engine.persistence.opening import DATABASE_FILE
from tests.fake_metatrader5.simulator import Clock, Entry, Server, SimulatorClient, delay

_AGREED_WITHIN_S: Final = 4.0
_GONE_WITHIN_S: Final = 0.5
_SLOW_SHARE: Final = 0.6
"""Of all kills, those that may come in the middle of an order."""
_CLOCKS_S: Final = 1.0
_FILLED: Final = (10008, 10009, 10010)


class TerminalCrashSeries:
    """One store and one broker, with desks that come and go. `orphans` counts workers that outlived their desk."""

    def __init__(self, simulator: SimulatorClient, directory: Path, seed: int) -> None:
        self._simulator = simulator
        self._directory = directory
        self._random = random.Random(seed)
        self._is_halted = False
        self._judged = 0
        self._killed_at: dict[int, float] = {}
        self.orphans = 0
        self._desk = self._start()

    def play(self, kills: int) -> Iterable[Comparison]:
        """Kills the desk so many times, and compares after each recovery."""
        self._recover()
        for _ in range(kills):
            in_flight = self._trade_and_kill()
            self._desk = self._start()
            yield self._compare(self._recover(), in_flight)

    def close(self) -> None:
        self._desk.kill()

    def _start(self) -> DeskProcess:
        arguments = ["--address", self._simulator.address, "--directory", str(self._directory)]
        seed = str(self._random.randrange(1 << 30))
        return DeskProcess([*arguments, "--seed", seed], module="crash_terminal_desk", reads_input=True)

    def _recover(self) -> float:
        self._worker = self._desk.hear("worker")
        return float(self._desk.hear("recovered"))

    def _trade_and_kill(self) -> int:
        if self._random.random() < _SLOW_SHARE:
            self._simulator.inject(delay(self._random.uniform(0.3, 1.4), self._random.choice(("before", "after"))))
        self._desk.command("trade")
        time.sleep(self._random.uniform(0.1, 1.5))
        self._is_halted = self._random.random() < HALT_SHARE
        if self._is_halted:
            self._desk.command("halt")
            self._desk.hear("halted")
        self._desk.kill()
        self._killed_at[self._worker] = time.time()
        time.sleep(_GONE_WITHIN_S)
        self.orphans += _is_alive(self._worker)
        self._simulator.clear_faults()
        return int(self._rows("SELECT count(*) FROM trade_plans WHERE status = 'executing'")[0][0])

    # -- comparing ------------------------------------------------------------------------------------------------

    def _compare(self, recovery_s: float, in_flight: int) -> Comparison:
        for symbol in symbol_names(SYMBOLS):
            self._simulator.still(symbol)
        unknown, positions = self._unknown_positions()
        log = self._simulator.log(function="order_send")
        sent: dict[str, list[Entry]] = defaultdict(list)
        for entry in log:
            if entry.kind == "open":
                sent[entry.request["comment"]].append(entry)
        intents = {row[0] for row in self._rows("SELECT token FROM intents")}
        compared = Comparison(
            duplicates=sum(map(is_doubled, sent.values())) + self._sent_by_the_dead(log),
            unprotected=sum(not position["sl"] for position in positions),
            unknown_positions=unknown,
            missing_intents=len(set(sent) - intents),
            lost_locks=self._lost_locks(),
            orders=len(sent),
            positions=len(positions),
            in_flight=in_flight,
            recovery_s=recovery_s,
        )
        for symbol in symbol_names(SYMBOLS):
            self._simulator.still(symbol, False)
        return compared

    def _unknown_positions(self) -> tuple[int, list[dict[str, Any]]]:
        """Of the broker, of the desk or of its store, and not of all three, once stops hit a moment ago are through."""
        until = time.monotonic() + _AGREED_WITHIN_S
        while True:
            self._desk.command("report")
            managed = set(self._desk.hear("report"))
            positions = [each for each in self._simulator.positions() if each["magic"] == MAGIC]
            true = {each["ticket"] for each in positions}
            on_record = {row[0] for row in self._rows("SELECT ticket FROM trade_plans WHERE status = 'open'")}
            unknown = len(managed ^ true) + len(on_record ^ true)
            if not unknown or time.monotonic() > until:
                return unknown, positions
            time.sleep(0.1)

    def _sent_by_the_dead(self, log: list[Entry]) -> int:
        """Orders that a worker carried out after its desk was killed; what had begun by then is on its way."""
        return sum(each.retcode in _FILLED and each.at > self._killed_at.get(each.pid, each.at) + 0.05 for each in log)

    def _lost_locks(self) -> int:
        """Locks that what happened at the broker asks for, and that the store does not hold."""
        held = {(name, symbol): until for name, symbol, until in self._rows("SELECT name, symbol, until FROM locks")}
        lost = int(self._is_halted and not any(name == "halt" for name, _ in held))
        now = datetime.now(UTC)
        for deal in self._simulator.deals():
            if deal["magic"] != MAGIC:
                continue
            began = self._instant(deal)
            ends = began + timedelta(seconds=WAIT_S - _CLOCKS_S)
            until = held.get(("cooldown" if deal["entry"] == 0 else "cool_off", deal["symbol"]))
            lost += ends > now and (until is None or datetime.fromisoformat(until) < ends)
        return lost

    @staticmethod
    def _instant(deal: dict[str, Any]) -> datetime:
        """The simulator of this benchmark keeps UTC."""
        return datetime.fromtimestamp(deal["time_msc"] / 1000.0, UTC)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._directory / DATABASE_FILE)) as connection:
            return connection.execute(query).fetchall()


def _is_alive(pid: int) -> bool:
    """A process that has ended and that nobody has asked for yet is not alive."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill_desks(seed: int, kills: int) -> tuple[list[Comparison], int]:
    """In a separate process: a new store and a new broker, and so many kills; with the number of orphans."""
    server = Server(comment_kept=random.Random(seed).choice((29, 16, 0)))
    begun = world(SYMBOLS, seed, clock=Clock(rule="utc"), server=server)
    with TemporaryDirectory() as directory, SimulatorClient.start(begun) as simulator:
        one = TerminalCrashSeries(simulator, Path(directory), seed)
        try:
            return list(one.play(kills)), one.orphans
        finally:
            one.close()


def compare_all(runs: int, seed: int, at_once: int) -> tuple[list[Comparison], int]:
    """All comparisons of `runs` kills, and the number of orphans."""
    kills = [min(KILLS_PER_SERIES, runs - done) for done in range(0, runs, KILLS_PER_SERIES)]
    seeds = [seed * 1_000_003 + number for number in range(len(kills))]
    with ProcessPoolExecutor(at_once, mp_context=multiprocessing.get_context("spawn")) as pool:
        books = list(pool.map(kill_desks, seeds, kills))
    return [one for comparisons, _ in books for one in comparisons], sum(orphans for _, orphans in books)
