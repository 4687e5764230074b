"""Shared by all benchmarks: the machine they ran on, medians and tails, and one way to print them."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def machine() -> dict[str, Any]:
    """Processor, cores, their load over the last minute (None where the system does not say), system and Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def summary(samples: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Least, median and 99th percentile (nearest rank) of at least one sample, in the samples' own unit."""
    ranked = sorted(samples)
    return {
        "min": round(ranked[0], digits),
        "median": round(statistics.median(ranked), digits),
        "p99": round(ranked[-(-len(ranked) * 99 // 100) - 1], digits),
    }


def print_table(title: str, rows: Sequence[Row]) -> None:
    """Print `rows` under the names of their columns; numbers to the right, words to the left, nothing for None."""
    print(f"\n{title}")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_text(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(name), *(len(line[at]) for line in cells)) for at, name in enumerate(columns)]
    is_number = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in columns]
    for line in [columns, ["-" * width for width in widths], *cells]:
        aligned = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        ]
        print("  ".join(aligned).rstrip())


def print_machine() -> None:
    """Print one line that says where the figures come from."""
    print(", ".join(f"{name} {value}" for name, value in machine().items() if value is not None))


def print_json(results: Mapping[str, object]) -> None:
    """Print one JSON object on standard output: the machine and `results`."""
    print(json.dumps({"machine": machine(), **results}))


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)
