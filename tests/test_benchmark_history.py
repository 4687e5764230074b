"""What benchmarks keep of their runs: the line that is appended, and which losses are warned of."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.history import LOSS, Figure, Run, medians, record, warnings
from benchmarks.machine import machine

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.jsonl"


def run(load: float | None = None, **figures: Figure) -> Run:
    return Run("panel", {}, {}, NOW, load, figures)


def measure(file: Path, value: float, rounds: int = 400) -> None:
    record("panel", Namespace(rounds=rounds, json=False), {"refresh": Figure(value, "ms")}, file)


def edit_last(file: Path, edit: Edit) -> None:
    """Changes the newest line of a history."""
    *before, last = file.read_text(encoding="utf-8").splitlines()
    line = json.loads(last)
    edit(line)
    file.write_text("\n".join([*before, json.dumps(line)]) + "\n", encoding="utf-8")


def test_that_a_run_is_one_line_with_machine_arguments_and_figures(file: Path) -> None:
    measure(file, 1.5)
    measure(file, 1.6, rounds=10)
    first, second = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    assert first.pop("at").endswith("Z")
    assert first.pop("load") is None or second["load"] >= 0.0
    assert first == {
        "benchmark": "panel",
        "arguments": {"rounds": "400"},
        "machine": {name: machine()[name] for name in ("processor", "cores", "system", "python")},
        "figures": {"refresh": {"value": 1.5, "unit": "ms", "is_higher_better": False}},
    }
    assert second["arguments"] == {"rounds": "10"}


def test_that_a_loss_of_more_than_a_fifth_since_the_last_run_is_warned_of(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in (1.0, 1.5, 1.79):
        measure(file, value)
    (warning,) = capsys.readouterr().err.splitlines()
    assert warning.startswith(f"panel, refresh: 1.5 ms, 50 % higher than 1 ms on {today(file)}")


def today(file: Path) -> str:
    return str(json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["at"])[:10]


@pytest.mark.parametrize(
    "edit",
    [
        lambda line: line["machine"].update(processor="another"),
        lambda line: line["machine"].update(cores=1_000),
        lambda line: line["machine"].update(python="3.10.0"),
        lambda line: line["arguments"].update(rounds="10"),
        lambda line: line.update(benchmark="chart"),
        lambda line: line["figures"].clear(),
    ],
)
def test_that_other_machines_arguments_benchmarks_and_figures_are_not_compared(
    edit: Edit, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(file, 1.0)
    edit_last(file, edit)
    measure(file, 9.0)
    assert capsys.readouterr().err == ""


def test_that_the_last_comparable_run_counts_even_if_others_ran_since(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(file, 1.0)
    measure(file, 5.0, rounds=10)
    measure(file, 1.3)
    assert "30 % higher than 1 ms" in capsys.readouterr().err


def test_that_damaged_lines_are_skipped_and_named_and_cost_no_other_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(file, 1.0)
    with file.open("ab") as history:
        history.write(b'\xff\n{"benchmark": "panel", "figu')
    measure(file, 2.0)
    damaged, torn, warning = capsys.readouterr().err.splitlines()
    assert damaged.startswith("history.jsonl, line 2: ")
    assert torn.startswith("history.jsonl, line 3: ")
    assert torn.endswith("; the line is skipped")
    assert "100 % higher" in warning
    assert json.loads(file.read_bytes().splitlines()[-1])["figures"]["refresh"]["value"] == 2.0


def test_that_a_history_that_cannot_be_kept_is_said_and_no_reason_to_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(tmp_path / "missing" / "history.jsonl", 1.0)
    measure(tmp_path, 1.0)
    assert capsys.readouterr().err.count("these figures are not kept\n") == 2


def test_that_a_rate_loses_where_it_falls_and_is_written_with_its_unit() -> None:
    before = run(rate=Figure(100_000, "candles/s", is_higher_better=True), peak=Figure(187, "MB"))
    now = run(rate=Figure(75_000, "candles/s", is_higher_better=True), peak=Figure(100, "MB"))
    found = list(warnings(now, before))
    assert found == ["panel, rate: 75,000 candles/s, 25 % lower than 100,000 candles/s on 2026-11-30"]
    assert list(warnings(before, run(rate=Figure(75_000, "candles/s", is_higher_better=True)))) == []


def test_that_the_load_of_both_runs_stands_beside_a_loss_where_it_is_known() -> None:
    (found,) = warnings(run(load=6.3, x=Figure(2.0, "ms")), run(load=0.4, x=Figure(1.0, "ms")))
    assert found == "panel, x: 2 ms, 100 % higher than 1 ms on 2026-11-30; load 0.4 then, 6.3 now"


@given(before=st.floats(1e-6, 1e9), change=st.floats(0.5, 1.5), is_higher_better=st.booleans())
def test_that_a_figure_is_warned_of_exactly_where_it_is_a_fifth_worse(
    before: float, change: float, is_higher_better: bool
) -> None:
    loss = 1.0 - change if is_higher_better else change - 1.0
    if abs(loss - LOSS) < 1e-9:
        return
    figures = [run(x=Figure(value, "ms", is_higher_better)) for value in (before * change, before)]
    assert bool(list(warnings(*figures))) == (loss > LOSS)


@given(st.floats(-1e9, 0.0), st.floats(-1e9, 1e9))
def test_that_nothing_is_compared_with_a_value_that_is_not_positive(before: float, now: float) -> None:
    assert Figure(now, "MB").loss_from(before) == 0.0


def test_that_of_summaries_the_medians_are_kept() -> None:
    assert medians({"pan": {"min": 1.0, "median": 2.0, "p99": 3.0}}, "ms") == {"pan": Figure(2.0, "ms")}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_that_a_figure_that_is_not_a_number_is_reported_and_not_kept(
    value: float, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in (1.0, value, 1.5):
        measure(file, each)
    said, *others = capsys.readouterr().err.splitlines()
    assert said == "panel, refresh: no number was measured; it is not kept"
    assert not any("skipped" in other for other in others)
