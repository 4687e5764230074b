"""A desk is killed at random points of its orders' lives and started again: is anything lost, doubled or unprotected?

    python -m benchmarks.chaos.crash [--runs N] [--seed S] [--broker paper|metatrader] [--json]

The desk runs headless in a separate process, against a paper broker in another one: the broker. Each run kills
the desk with SIGKILL, starts it again on the same store, and compares what it says with the broker and the store.
Recovery is counted in seconds of the market, which runs at 25 times its speed. With `--broker metatrader` it is the
whole live desk on the strict terminal, in true time, and no worker may outlive its desk.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Client, Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from benchmarks.chaos.headless import SETTINGS
from benchmarks.history import Figure, record
from benchmarks.machine import print_machine, print_table, summary
from engine.persistence.opening import DATABASE_FILE

KILLS_PER_SERIES: Final = 10
"""After so many kills a new store and a new broker begin."""
PATIENCE_S: Final = 30.0
ROOT: Final = Path(__file__).parents[2]
HALT_SHARE: Final = 0.15
"""Of all kills, those that come right after a halt."""
_COOL_OFF_S: Final = SETTINGS.risk_mitigation.cool_off_seconds
COUNTED: Final = ("duplicates", "unprotected", "unknown_positions", "missing_intents", "lost_locks")


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What broker and store say after one recovery; all but the time must be nothing."""

    duplicates: int
    unprotected: int
    unknown_positions: int
    missing_intents: int
    lost_locks: int
    orders: int
    positions: int
    in_flight: int
    """Intents of the killed desk whose outcome it did not know."""
    recovery_s: float


class DeskProcess:
    """One desk, from its start to its violent end."""

    def __init__(self, arguments: list[str], module: str = "crash_desk", *, reads_input: bool = False) -> None:
        """`module` stands next to this one; `reads_input` where it reads from standard input."""
        command = [sys.executable, "-m", f"benchmarks.chaos.{module}", *arguments]
        stdin = subprocess.PIPE if reads_input else None
        self._process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def command(self, word: str) -> None:
        assert self._process.stdin is not None
        print(word, file=self._process.stdin, flush=True)

    def hear(self, word: str) -> Any:
        """What the desk says under that word; raises `RuntimeError` if it ends without, or takes too long."""
        assert self._process.stdout is not None
        patience = threading.Timer(PATIENCE_S, self._process.kill)
        patience.start()
        try:
            for line in self._process.stdout:
                message = json.loads(line)
                if word in message:
                    return message[word]
        finally:
            patience.cancel()
        raise RuntimeError(f"the desk ended before it said {word}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


class CrashSeries:
    """One store and one broker, with desks that come and go."""

    def __init__(self, harness: Connection, directory: Path, arguments: list[str], seed: int) -> None:
        self._harness = harness
        self._directory = directory
        self._arguments = arguments
        self._random = random.Random(seed)
        self._is_halted = False
        self._desk = self._start()

    def play(self, kills: int) -> Iterator[Comparison]:
        """Kills the desk so many times, and compares after each recovery."""
        self._desk.hear("recovered")
        for _ in range(kills):
            in_flight = self._trade_and_kill()
            self._desk = self._start()
            yield self._compare(self._desk.hear("recovered"), in_flight)

    def close(self) -> None:
        self._desk.kill()

    def _start(self) -> DeskProcess:
        return DeskProcess([*self._arguments, "--seed", str(self._random.randrange(1 << 30))])

    def _trade_and_kill(self) -> int:
        self._harness.send(("trade", None))
        time.sleep(self._random.uniform(0.02, 0.5))
        self._is_halted = self._random.random() < HALT_SHARE
        if self._is_halted:
            self._harness.send(("halt", None))
            self._desk.hear("halted")
        self._desk.kill()
        in_flight = self._count("SELECT count(*) FROM trade_plans WHERE status = 'executing'")
        time.sleep(self._random.uniform(0.0, 0.1))
        return in_flight

    def _compare(self, recovery_s: float, in_flight: int) -> Comparison:
        self._harness.send(("freeze", None))
        series: dict[str, Any] = self._harness.recv()
        managed = set(self._desk.hear("report"))
        positions = {position.ticket: position for position in series["positions"]}
        on_record = {row[0] for row in self._rows("SELECT ticket FROM trade_plans WHERE status = 'open'")}
        intents = {row[0] for row in self._rows("SELECT token FROM intents")}
        compared = Comparison(
            duplicates=sum(count - 1 for count in series["sent"].values()),
            unprotected=series["unprotected"] + sum(position.stop_loss is None for position in positions.values()),
            unknown_positions=len(managed ^ set(positions)) + len(on_record ^ set(positions)),
            missing_intents=len(set(series["sent"]) - intents),
            lost_locks=self._lost_locks(series),
            orders=len(series["sent"]),
            positions=len(positions),
            in_flight=in_flight,
            recovery_s=recovery_s,
        )
        self._harness.send(("thaw", None))
        return compared

    def _lost_locks(self, series: dict[str, Any]) -> int:
        """Locks that what happened at the broker asks for, and that the store does not hold."""
        held = dict(self._rows("SELECT name, until FROM locks"))
        waits = {"cooldown": (True, SETTINGS.cooldown_seconds), "cool_off": (False, _COOL_OFF_S)}
        lost = int(self._is_halted and "halt" not in held)
        for name, (is_entry, seconds) in waits.items():
            begins = [deal.at for deal in series["deals"] if deal.is_entry is is_entry]
            ends_at = max(begins) + timedelta(seconds=seconds) if begins else series["at"]
            if ends_at > series["at"]:
                lost += not (name in held and datetime.fromisoformat(held[name]) >= ends_at)
        return lost

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._directory / DATABASE_FILE)) as connection:
            return connection.execute(query).fetchall()

    def _count(self, query: str) -> int:
        return int(self._rows(query)[0][0])


@contextmanager
def opened_series(seed: int) -> Iterator[CrashSeries]:
    """A broker process without orders, a desk with an empty store."""
    key = secrets.token_hex(16)
    command = [sys.executable, "-m", "benchmarks.chaos.crash_broker", "--seed", str(seed), "--key", key]
    with (
        TemporaryDirectory() as directory,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as broker,
    ):
        assert broker.stdout is not None
        port = broker.stdout.readline().strip()
        with Client(("127.0.0.1", int(port)), authkey=bytes.fromhex(key)) as harness:
            series = CrashSeries(
                harness, Path(directory), ["--port", port, "--key", key, "--directory", directory], seed
            )
            try:
                yield series
            finally:
                series.close()


def results(runs: int, seed: int) -> dict[str, Any]:
    """All figures of `runs` kills. The seed gives the market and the kills; the machine gives their instants."""
    comparisons: list[Comparison] = []
    while len(comparisons) < runs:
        kills = min(KILLS_PER_SERIES, runs - len(comparisons))
        with opened_series(seed * 1_000_003 + len(comparisons)) as series:
            comparisons.extend(series.play(kills))
    return figures_of(comparisons, seed)


def figures_of(comparisons: Sequence[Comparison], seed: int) -> dict[str, Any]:
    """What all comparisons come to."""
    recovery = summary([one.recovery_s for one in comparisons])
    return {
        "runs": len(comparisons),
        "seed": seed,
        **{name: sum(getattr(one, name) for one in comparisons) for name in COUNTED},
        "recovery_p99_s": recovery["p99"],
        "recovery_median_s": recovery["median"],
        "kills_with_an_order_in_flight": sum(one.in_flight > 0 for one in comparisons),
        "kills_with_open_positions": sum(one.positions > 0 for one in comparisons),
    }


def main() -> int:
    """Measure and print; 1 if anything was lost, doubled or unprotected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="kills")
    parser.add_argument("--seed", type=int, default=1, help="of the market and of the kills")
    parser.add_argument("--broker", choices=("paper", "metatrader"), default="paper", help="where the broker is")
    parser.add_argument("--at-once", type=int, default=2, help="books at a time, on metatrader")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    if options.broker == "metatrader":
        from benchmarks.chaos.crash_terminal import compare_all

        comparisons, orphans = compare_all(options.runs, options.seed, options.at_once)
        figures = figures_of(comparisons, options.seed) | {"orphans": orphans}
    else:
        figures = results(options.runs, options.seed)
    if options.json:
        print(json.dumps({name: figures[name] for name in ("runs", "seed", *COUNTED, "recovery_p99_s")}))
    else:
        print_machine()
        print_table("A desk killed with SIGKILL and started again", [figures])
    record("chaos.crash", options, {"recovery": Figure(figures["recovery_median_s"], "s")})
    return int(any(figures.get(name) for name in (*COUNTED, "orphans")))


if __name__ == "__main__":
    raise SystemExit(main())
