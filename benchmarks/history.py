"""What benchmarks measured before, one JSON object a line in `benchmarks/history.jsonl`, and a warning where one lost.

A run is compared with the last one of the same benchmark with the same arguments on the same machine: processor, cores,
system and Python.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.machine import machine

HISTORY: Final = Path(__file__).with_name("history.jsonl")
LOSS: Final = 0.2
"""Part of the last value by which a figure may be worse without a warning."""
_SAME: Final = ("processor", "cores", "system", "python")
_OUTPUT: Final = {"json"}
"""Options that change nothing about what is measured."""


class Figure(msgspec.Struct, frozen=True):
    """One measured number; `is_higher_better` for rates, not for times and memory."""

    value: float
    unit: str
    is_higher_better: bool = False

    def loss_from(self, before: float) -> float:
        """By which part of the value before this one is worse; negative where it is better, 0 without a comparison."""
        if before <= 0.0:
            return 0.0
        change = self.value / before - 1.0
        return -change if self.is_higher_better else change

    def written(self, value: float) -> str:
        return f"{value:,.4g} {self.unit}" if abs(value) < 1000.0 else f"{value:,.0f} {self.unit}"


class Run(msgspec.Struct, frozen=True):
    """A line of the history: figures by name, and what has to be the same for a comparison.

    `load` is that of the last minute before the line was written, None where the system does not say.
    """

    benchmark: str
    arguments: dict[str, str]
    machine: dict[str, str | int | None]
    at: datetime
    load: float | None
    figures: dict[str, Figure]

    def is_like(self, other: Run) -> bool:
        return (self.benchmark, self.arguments, self.machine) == (other.benchmark, other.arguments, other.machine)


def medians(summaries: Mapping[str, Mapping[str, float]], unit: str) -> dict[str, Figure]:
    """Return the median of each summary as a figure of the same name."""
    return {name: Figure(summary["median"], unit) for name, summary in summaries.items()}


def record(benchmark: str, options: Namespace, figures: Mapping[str, Figure], file: Path = HISTORY) -> None:
    """Append the figures of a run, and print on standard error which of them lost more than `LOSS`."""
    kept = {name: figure for name, figure in figures.items() if isfinite(figure.value)}
    not_measured = [
        f"{benchmark}, {name}: no number was measured; it is not kept" for name in figures if name not in kept
    ]
    run, before, said = _run(benchmark, options, kept), None, list[str]()
    try:
        runs, said = _read(file)
        before = next((each for each in reversed(runs) if each.is_like(run)), None)
        _append(file, run)
    except OSError as error:
        said.append(f"{file} cannot be used: {error.strerror}; these figures are not kept")
    for sentence in (*not_measured, *said, *warnings(run, before)):
        print(sentence, file=sys.stderr)


def warnings(run: Run, before: Run | None) -> Iterator[str]:
    """One sentence for each figure that is worse than before by more than `LOSS`."""
    for name, figure in run.figures.items():
        last = before.figures.get(name) if before is not None else None
        if before is None or last is None or (loss := figure.loss_from(last.value)) <= LOSS:
            continue
        direction = "lower" if figure.is_higher_better else "higher"
        yield (
            f"{run.benchmark}, {name}: {figure.written(figure.value)}, {100.0 * loss:.0f} % {direction} than "
            f"{figure.written(last.value)} on {before.at:%Y-%m-%d}{_loads(before, run)}"
        )


def _run(benchmark: str, options: Namespace, figures: Mapping[str, Figure]) -> Run:
    arguments = {name: str(value) for name, value in vars(options).items() if name not in _OUTPUT}
    here = machine()
    same = {name: here[name] for name in _SAME}
    return Run(benchmark, arguments, same, datetime.now(UTC).replace(microsecond=0), here["load"], dict(figures))


def _loads(before: Run, now: Run) -> str:
    """The usual cause of a loss is other work on the machine."""
    return "" if before.load is None or now.load is None else f"; load {before.load:g} then, {now.load:g} now"


def _read(file: Path) -> tuple[Sequence[Run], list[str]]:
    """Return the runs of a history, and a sentence for each line that is none."""
    runs, said = list[Run](), list[str]()
    lines = file.read_bytes().splitlines() if file.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            runs.append(msgspec.json.decode(line, type=Run))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            said.append(f"{file.name}, line {number}: {error}; the line is skipped")
    return runs, said


def _append(file: Path, run: Run) -> None:
    """On a line of its own, also after one that a killed run left half written."""
    is_whole = not file.exists() or file.read_bytes()[-1:] in (b"", b"\n")
    with file.open("ab") as history:
        history.write((b"" if is_whole else b"\n") + msgspec.json.encode(run) + b"\n")
