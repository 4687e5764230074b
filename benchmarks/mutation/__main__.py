"""Counts how many small faults in the path of a trade the tests notice.

    python -m benchmarks.mutation [risk orders positions plans approvals reconciliation]
        [--sample N] [--seed S] [--keep FOLDER] [--survivors] [--json]

Each mutant is the code with one small change: a comparison turned round, a number one larger, an argument left out.
It is killed where a test fails. Texts are not changed (see `child.py`). `equivalents.toml` lists changes that no test
can notice, with the reason. Needs `pip install -e .[mutation]`, and Linux or macOS.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.machine import print_json, print_machine, print_table

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final[dict[str, tuple[str, ...]]] = {
    "risk": ("tests/risk",),
    "orders": ("tests/execution",),
    "positions": ("tests/execution",),
    "plans": ("tests/plans", "tests/persistence/test_outside_rows.py", "tests/persistence/test_plan_visitor.py"),
    "approvals": (
        "tests/plans/test_approval.py",
        "tests/trading/test_auto.py",
        "tests/trading/test_manual.py",
        "tests/trading/test_pending_plans.py",
        "tests/trading/test_waiting_intents.py",
        "tests/trading/test_what_is_sent.py",
    ),
    "reconciliation": ("tests/reconciliation", "tests/execution", "tests/trading/test_account_records.py"),
}
"""Folders of engine/trading, and the tests that state their facts: what others notice beside them is not counted."""
SLOW: Final = ("tests/execution/test_execution_properties.py",)
"""Left out: searches, threads and processes, which take most of the time."""
PYTEST: Final = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
MUTATED_WITH: Final = ("engine", "config", "resources")
EQUIVALENTS: Final = Path(__file__).with_name("equivalents.toml")
NEEDED_PERCENT: Final = 90.0


class Mutant(NamedTuple):
    """One change and what became of it: killed, survived, no tests, timeout or not checked."""

    path: str
    function: str
    outcome: str
    change: str
    """Lines taken out and put in, as in a diff; empty for one that was killed."""


class Equivalent(NamedTuple):
    """A change that no test can notice, wherever its lines stand, and why."""

    function: str
    change: str
    reason: str


def prepare(tree: Path, package: str) -> None:
    """Copies the program and its tests to `tree`, with the table that says what is mutated."""
    hidden = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, tree, ignore=hidden, dirs_exist_ok=True)
    shutil.rmtree(tree / "tests" / "gui", ignore_errors=True)
    others = sorted(path.name for path in tree.iterdir() if path.name not in (*MUTATED_WITH, "tests", "mutants"))
    table = {
        "source_paths": MUTATED_WITH,
        "only_mutate": [f"engine/trading/{package}/*.py"],
        "also_copy": others,
        "pytest_add_cli_args": [
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            *(f"--ignore={each}" for each in SLOW),
        ],
        "pytest_add_cli_args_test_selection": PACKAGES[package],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in table.items()]
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n".join(["\n[tool.mutmut]", *lines, ""]))


def run(tree: Path, sample: int, seed: int) -> list[Mutant]:
    """Tries the mutants of `tree` in a separate process."""
    results, log = tree / "mutants.json", tree / "mutants.log"
    # -P: else the unmutated tree, being the folder that it is started in, would be imported.
    command = [sys.executable, "-P", str(Path(__file__).with_name("child.py")), str(results), str(sample), str(seed)]
    with log.open("wb") as output:
        ended = subprocess.run(command, cwd=tree, stdout=output, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        raise SystemExit(log.read_text(encoding="utf-8", errors="replace")[-4000:])
    return [Mutant(**each) for each in json.loads(results.read_text(encoding="utf-8"))]


def equivalents() -> set[Equivalent]:
    table = tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))
    return {Equivalent(each["function"], each["change"].strip(), each["reason"]) for each in table["equivalent"]}


def is_listed(mutant: Mutant, listed: set[Equivalent]) -> bool:
    return any((each.function, each.change) == (mutant.function, mutant.change) for each in listed)


def row(package: str, mutants: Sequence[Mutant], listed: set[Equivalent]) -> dict[str, object]:
    """Counts of one package; its share counts what was killed or ran forever, of all that are not equivalent."""
    equal = sum(is_listed(each, listed) for each in mutants)
    counts = Counter(each.outcome for each in mutants if not is_listed(each, listed))
    total = counts.total() - counts["not checked"]
    noticed = counts["killed"] + counts["timeout"]
    return {
        "package": package, "mutants": total + equal, "equivalent": equal, "killed": counts["killed"],
        "timeouts": counts["timeout"], "survived": total - noticed - counts["no tests"],
        "without tests": counts["no tests"], "killed %": round(100.0 * noticed / total, 1) if total else None,
    }  # fmt: skip


def measure(packages: Iterable[str], folder: Path, sample: int, seed: int) -> dict[str, object]:
    """Counts of each package and of all, and what the tests did not notice."""
    listed, found = equivalents(), []
    rows = []
    for package in packages:
        prepare(folder / package, package)
        mutants = run(folder / package, sample, seed)
        rows.append(row(package, mutants, listed))
        found += mutants
    survivors = [
        {"function": each.function, "change": each.change, "path": each.path, "outcome": each.outcome}
        for each in found
        if each.change and each.outcome != "timeout" and not is_listed(each, listed)
    ]
    return {"packages": [*rows, row("all", found, listed)], "survivors": survivors}


def print_survivors(survivors: Sequence[Mapping[str, str]]) -> None:
    for each in survivors:
        print(f"\n{each['path']} {each['function']}: {each['outcome']}\n{each['change']}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a package has fewer of its mutants killed than are needed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", choices=[*PACKAGES, []], help="of engine/trading; all of them if none")
    parser.add_argument("--sample", type=int, default=0, help="try that many mutants of each package, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--keep", type=Path, help="folder for the mutants; what was killed there is not tried again")
    parser.add_argument("--survivors", action="store_true", help="print what the tests did not notice")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        kept = (options.keep or Path(folder)).resolve()
        results = measure(options.packages or PACKAGES, kept, options.sample, options.seed)
    rows, survivors = results["packages"], results["survivors"]
    assert isinstance(rows, list)
    assert isinstance(survivors, list)
    if options.json:
        print_json(results)
    else:
        print_machine()
        print_table("Mutants of the path of a trade", rows)
        if options.survivors:
            print_survivors(survivors)
    return int(any(each["killed %"] is not None and each["killed %"] < NEEDED_PERCENT for each in rows))


if __name__ == "__main__":
    raise SystemExit(main())
