"""Everything that is known to go wrong between a desk and MetaTrader goes wrong: what is noticed, and what is lost?

    python -m benchmarks.chaos.faults [--seeds N] [--fault NAME ...] [--unknown N] [--hang SECONDS] [--at-once N]
                                      [--no-exchange] [--json]

Each run starts the whole desk against the strict terminal, lets it trade, lets one fault strike a few times at random
moments and judges by the broker's own records. Then answers to `--unknown` orders are lost in every way there is, a
call hangs for `--hang` seconds while Qt's event loop keeps time, and everything goes wrong at an exchange whose live
prices a paper account trades.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.context import SpawnContext
from typing import Any, Final

import msgspec

from benchmarks.chaos.exchange import NAMES as EXCHANGE_FAULTS
from benchmarks.chaos.exchange import play_faults
from benchmarks.chaos.fault_cases import CASES
from benchmarks.chaos.fault_desk import running_desk, world
from benchmarks.chaos.fault_judge import VIOLATIONS, Verdict, Watchman, agreement, judge
from benchmarks.chaos.fault_outcomes import lose_answers
from benchmarks.chaos.fault_stage import Case, Stage
from benchmarks.chaos.fault_stall import is_late, stall
from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table, summary
from engine.domain.messages.engine import Event
from tests.fake_metatrader5.simulator import Account, Server, SimulatorClient

SYMBOLS: Final = 8
LOST_ANSWERS: Final = "unknown outcomes"
_PER_DESK: Final = 125
_EARLY_S: Final = 5.0
_BY_NAME: Final = {case.name: case for case in CASES}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One desk under one fault: how often it struck, after how many seconds each was noticed, what was lost."""

    name: str
    seed: int
    struck: int
    noticed_s: tuple[float, ...]
    verdict: Verdict | None
    failure: str = ""

    @property
    def violations(self) -> int:
        """A desk that fell is one."""
        return 1 if self.verdict is None else self.verdict.violations


def run_case(name: str, seed: int, strikes: int | None = None) -> Run:
    """A few strikes, or so many; a desk that falls is a violation, and does not take other runs along."""
    try:
        return asyncio.run(_play(_BY_NAME[name], seed, strikes))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Run(name=name, seed=seed, struck=0, noticed_s=(), verdict=None, failure=_described(error))


async def _play(case: Case, seed: int, strikes: int | None) -> Run:
    dice = random.Random(seed)
    with SimulatorClient.start() as simulator:
        accounts = (
            Account(balance=1e9, commission_on_entry=3.0, commission_on_exit=2.0),
            Account(login=2002, balance=1e9, server="Other-Demo"),
        )
        simulator.reset(world(SYMBOLS, seed, accounts=accounts, server=Server(**case.server)))
        others = _positions_of_others(simulator)
        async with running_desk(simulator, seed, SYMBOLS, **case.link) as desk:
            stage, watchman = Stage(simulator, desk, seed, SYMBOLS), Watchman(simulator, desk)
            watching = asyncio.create_task(watchman.watch())
            desk.is_trading = True
            for _ in range(strikes or dice.randint(2, 4)):
                await stage.wait(0.5, 1.5)
                await case.strike(stage)
            simulator.clear_faults()
            await desk.settles()
            odd = await agreement(simulator, desk)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            struck = [*stage.struck_at, *(each.at for each in simulator.log() if each.faults)]
            return Run(
                name=case.name,
                seed=seed,
                struck=len(struck),
                noticed_s=_noticed(desk.diary.events, struck, case.notices),
                verdict=judge(simulator, desk, watchman, stage.blind, others, odd),
            )


def _positions_of_others(simulator: SimulatorClient) -> list[dict[str, Any]]:
    """One opened manually, one by another program, and one on another account with the desk's own magic number."""
    simulator.trade("XAUUSD.00", 0.5, sl=1.0, tp=90_000.0, login=2002, magic=772_601, by_hand=False)
    simulator.trade("XAUUSD.00", 0.3, sl=1.0, tp=90_000.0)
    simulator.trade("XAUUSD.01", 0.2, side="sell", sl=90_000.0, tp=1.0, magic=77, by_hand=False)
    return [*simulator.positions(1001), *simulator.positions(2002)]


def _noticed(
    events: Sequence[tuple[float, Event]], struck: Iterable[float], notices: Callable[[Event], bool] | None
) -> tuple[float, ...]:
    """For each strike the seconds to the desk's first word of it; a strike within another is the same."""
    if notices is None:
        return ()
    words = [at for at, event in events if notices(event)]
    delays = []
    heard = 0.0
    for at in sorted(struck):
        if at < heard:
            continue
        heard = next((word for word in words if word >= at), 0.0)
        if heard:
            delays.append(heard - at)
    return tuple(delays)


def _described(error: BaseException) -> str:
    inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
    return _described(inner) if inner is not None else f"{type(error).__name__}: {error}"


# -- many runs ------------------------------------------------------------------------------------------------------


def play_all(pool: Executor, names: Sequence[str], seeds: Sequence[int]) -> list[Run]:
    """Every fault with every seed; reports what was lost on standard error as it goes."""
    jobs = [(name, seed) for seed in seeds for name in names]
    runs = []
    for run in pool.map(run_case, [name for name, _ in jobs], [seed for _, seed in jobs]):
        runs.append(run)
        if run.violations:
            _complain(f"{run.name}, seed {run.seed}", (run.failure,) if run.verdict is None else run.verdict.notes)
    return runs


def row_of(name: str, runs: Sequence[Run]) -> Row:
    """All runs under one fault."""
    mine = [run for run in runs if run.name == name]
    verdicts = [run.verdict for run in mine if run.verdict is not None]
    delays = [delay for run in mine for delay in run.noticed_s]
    return {
        "fault": name,
        "runs": len(mine),
        "struck": sum(run.struck for run in mine),
        "orders": sum(verdict.orders for verdict in verdicts),
        "unknown": sum(verdict.unknown for verdict in verdicts),
        "astray": sum(verdict.astray for verdict in verdicts),
        "noticed s": summary(delays)["median"] if delays else None,
        "p99 s": summary(delays)["p99"] if delays else None,
        "no stop s": max((verdict.naked_s for verdict in verdicts), default=None),
        "violations": sum(run.violations for run in mine),
        "lost": _lost(verdicts, sum(run.verdict is None for run in mine)),
    }


def lose_all(pool: Executor, wanted: int, first_seed: int) -> Row:
    """Loses the answers to so many orders, and waits until each outcome is known: that is its time here."""
    parts = [min(_PER_DESK, wanted - done) for done in range(0, wanted, _PER_DESK)]
    seeds = range(first_seed, first_seed + len(parts))
    desks = list(pool.map(lose_answers, seeds, parts))
    for seed, desk in zip(seeds, desks, strict=True):
        if desk.verdict.violations:
            _complain(f"{LOST_ANSWERS}, seed {seed}", desk.verdict.notes)
    times = [second for desk in desks for second in desk.known_s]
    return {
        "fault": LOST_ANSWERS,
        "runs": sum(desk.unknown for desk in desks),
        "filled": sum(desk.filled for desk in desks),
        "orders": sum(desk.verdict.orders for desk in desks),
        "known s": summary(times)["median"] if times else None,
        "p99 s": summary(times)["p99"] if times else None,
        "no stop s": max(desk.verdict.naked_s for desk in desks),
        "violations": sum(desk.verdict.violations for desk in desks),
        "lost": _lost([desk.verdict for desk in desks], 0),
    }


def _lost(verdicts: Sequence[Verdict], fallen: int) -> str:
    counts = {name: sum(getattr(verdict, name) for verdict in verdicts) for name in VIOLATIONS}
    words = [f"{count} {name}" for name, count in counts.items() if count]
    return ", ".join([*words, *([f"{fallen} desks fell"] if fallen else [])]) or "nothing"


def _complain(about: str, notes: Iterable[str]) -> None:
    print(f"{about}:", *notes, sep="\n  ", file=sys.stderr, flush=True)


def stalls(hang_s: float, context: SpawnContext) -> list[Row]:
    """A worker that is ended early, and one that is let hang; after all else, so that only the call can be to blame."""
    rows: list[Row] = []
    for limit_s in (_EARLY_S, hang_s + _EARLY_S):
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            rows += pool.submit(stall, hang_s, limit_s).result()
    return rows


def main() -> int:
    """Measure and print; 1 if anything was lost."""
    options = _options()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.at_once, mp_context=context) as pool:
        runs = play_all(pool, options.fault, seeds)
        lost = [lose_all(pool, options.unknown, options.first_seed)] if options.unknown else []
    held = stalls(options.hang, context) if options.hang else []
    exchange = play_faults(EXCHANGE_FAULTS) if options.exchange else []
    rows = [row_of(name, runs) for name in options.fault]
    late = sum(map(is_late, held))
    violations = sum(row["violations"] for row in [*rows, *lost, *exchange]) + late
    if options.json:
        print_json(
            {
                "violations": violations,
                "faults": [_brief(row) for row in [*rows, *lost, *exchange]] + _brief_stall(held, late),
            }
        )
    else:
        print_machine()
        for title, table in (
            ("The desk under each fault, judged by the broker's records", rows if runs else []),
            ("Orders whose answer was lost", lost),
            ("Qt's event loop", held),
            ("The desk under each fault of an exchange, judged by the exchange's trades", exchange),
        ):
            if table:
                print_table(title, table)
    noticed = {row["fault"]: Figure(row["noticed s"], "s") for row in rows if row["noticed s"] is not None}
    record("chaos.faults", options, noticed)
    return int(violations > 0)


def _brief(row: Row) -> Row:
    names = {"name": "fault", "runs": "runs", "violations": "violations", "detection_p99_s": "p99 s"}
    return {name: row.get(column) for name, column in names.items()}


def _brief_stall(rows: Sequence[Row], late: int) -> list[Row]:
    if not rows:
        return []
    return [{"name": "event loop while a call hangs", "runs": len(rows), "violations": late, "detection_p99_s": None}]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="runs of each fault")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--fault", nargs="+", choices=tuple(_BY_NAME), default=tuple(_BY_NAME), metavar="NAME")
    parser.add_argument("--unknown", type=int, default=2000, help="orders whose answer is lost; 0 for none")
    parser.add_argument("--hang", type=float, default=120.0, help="seconds that a call hangs; 0 for no such call")
    parser.add_argument("--exchange", action=argparse.BooleanOptionalAction, default=True, help="faults of an exchange")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="desks at a time")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
