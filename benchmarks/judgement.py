"""The cost of judging a closed candle, for both sides, alone and together with its indicators.

    python -m benchmarks.judgement [--candles N] [--rounds R] [--file FILE] [--json]

Without a file the demo market's gold and bitcoin are judged; a file needs no internet either, but must hold a symbol
that has rules. Each candle's cost is the least of all rounds, so that the machine's other work does not count.
"Live" judges each candle right after its indicators, as the desk does; "alone" judges stored snapshots.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter, perf_counter_ns

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table, summary
from config.loader import shipped_settings
from config.settings import Settings, SymbolRules
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.conditions.catalogue import sentence
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Explanation
from engine.domain.market import Candle, Side, Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer

WARM_UP = 500
"""Candles after which all indicators are warmed up."""

MIN_RATE, MAX_US = 40_000, 15.0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candles", type=int, default=10_000, help="candles of each symbol")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of which the least counts")
    parser.add_argument("--file", type=Path, help="a recording instead of the demo market")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args()
    settings = shipped_settings()
    costs: list[Row] = []
    rates: list[Row] = []
    for source, candles in _markets(options.file, options.candles):
        rules = settings.rules_for(source.symbol)
        if rules is None:
            parser.error(
                f"{source.symbol} has no rules; allowed are symbols that begin with {', '.join(settings.rules)}"
            )
        bench = Bench(source, candles, rules, settings)
        costs += bench.costs(options.rounds)
        rates.append(bench.rates(options.rounds))
    _print(costs, rates, as_json=options.json)
    record("judgement", options, figures(costs, rates))
    return 0


def figures(costs: Sequence[Row], rates: Sequence[Row]) -> dict[str, Figure]:
    """What the history keeps: the median cost of each kind of judging, and the rate with indicators."""
    found = {f"{row['symbol']}, {row['microseconds']}": Figure(row["median"], "us") for row in costs}
    for row in rates:
        rate = Figure(row["readings_and_judgement_per_s"], "candles/s", is_higher_better=True)
        found[f"{row['symbol']}, readings and judgement"] = rate
    return found


def _markets(file: Path | None, count: int) -> list[tuple[Source, list[Candle]]]:
    if file is None:
        return [
            (market.source, list(islice(market.candles_before(market.opens_at), count))) for market in demo_markets(7)
        ]
    recording = open_recording(file, symbol=None, clock=None, spread=None)
    return [(recording.source, list(islice(recording.candles(), count)))]


class Bench:
    """One symbol's candles with everything that judges them."""

    def __init__(self, source: Source, candles: Sequence[Candle], rules: SymbolRules, settings: Settings) -> None:
        self._source = source
        self._candles = candles
        self._rules = rules
        self._sessions = settings.sessions
        self._evaluator = Evaluator(source.instrument, rules)

    def costs(self, rounds: int) -> list[Row]:
        """Microseconds per candle of each kind of judging."""
        snapshots = self._snapshots()[WARM_UP:]
        evaluator = self._evaluator
        kinds: dict[str, Callable[[MarketSnapshot], object]] = {
            "judged alone": evaluator.evaluate,
            "explained, every check": evaluator.explain,
            "explained in sentences": lambda snapshot: _sentences(evaluator.explain(snapshot)),
        }
        rows = [self._row("judged live", self._live(rounds))]
        return rows + [self._row(kind, _each(work, snapshots, rounds)) for kind, work in kinds.items()]

    def rates(self, rounds: int) -> Row:
        """Candles per second through the indicators, and through indicators and judgement."""
        readings = min(self._seconds(lambda _: None) for _ in range(rounds))
        both = min(self._seconds(self._evaluator.evaluate) for _ in range(rounds))
        count = len(self._candles)
        return {
            "symbol": self._source.symbol,
            "candles": count,
            "readings_per_s": round(count / readings),
            "readings_and_judgement_per_s": round(count / both),
            "wanted_per_s": MIN_RATE,
        }

    def _row(self, kind: str, samples: Sequence[float]) -> Row:
        return {"symbol": self._source.symbol, "microseconds": kind, **summary(samples, 2)}

    def _analyzer(self) -> Analyzer:
        return Analyzer(self._source, self._rules, self._sessions)

    def _snapshots(self) -> list[MarketSnapshot]:
        update = self._analyzer().update
        return [update(candle) for candle in self._candles]

    def _live(self, rounds: int) -> list[float]:
        minimum = [float("inf")] * len(self._candles)
        for _ in range(rounds):
            update, evaluate = self._analyzer().update, self._evaluator.evaluate
            for at, candle in enumerate(self._candles):
                snapshot = update(candle)
                started = perf_counter_ns()
                evaluate(snapshot)
                minimum[at] = min(minimum[at], (perf_counter_ns() - started) / 1000.0)
        return minimum[WARM_UP:]

    def _seconds(self, judge: Callable[[MarketSnapshot], object]) -> float:
        update = self._analyzer().update
        started = perf_counter()
        for candle in self._candles:
            judge(update(candle))
        return perf_counter() - started


def _each(work: Callable[[MarketSnapshot], object], snapshots: Sequence[MarketSnapshot], rounds: int) -> list[float]:
    minimum = [float("inf")] * len(snapshots)
    for _ in range(rounds):
        for at, snapshot in enumerate(snapshots):
            started = perf_counter_ns()
            work(snapshot)
            minimum[at] = min(minimum[at], (perf_counter_ns() - started) / 1000.0)
    return minimum


def _sentences(explanation: Explanation) -> list[str]:
    return [sentence(check) for side in Side for layer in explanation.of(side) for check in layer.checks]


def _print(costs: Sequence[Row], rates: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print_json({"costs": costs, "rates": rates, "most_us": MAX_US})
        return
    print_machine()
    print_table(f"One candle, both sides, in microseconds (wanted: judged below {MAX_US:g})", costs)
    print_table("Candles per second", rates)


if __name__ == "__main__":
    raise SystemExit(main())
