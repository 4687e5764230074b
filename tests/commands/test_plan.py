"""`microscalp plan`: beside a running desk, and without one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.domain.plan import PlanStatus
from engine.persistence.opening import DATABASE_FILE
from tests.trading.desks import TradingDesk

Run = Callable[..., tuple[int, str, str]]

GOLD = "--symbol XAUUSDc --side buy --entry 2000 --stop 1999.5 --target 2001.5 --volume 0.01".split()  # noqa: SIM905
ROW: dict[str, Any] = {
    "plan_id": "micro_scalp_001",
    "symbol": "XAUUSD",
    "direction": "BUY",
    "entry_price": 2000.0,
    "stop_loss": 1999.5,
    "take_profit": 2001.5,
    "volume": 0.01,
    "conditions": {"plan_type": "micro_scalp", "timeframe": "M1"},
    "status": "pending",
}


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["plan", *arguments, "--data-dir", str(tmp_path)])
        output = capfd.readouterr()
        return code, output.out, output.err

    return command


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TradingDesk]:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    yield desk
    desk.close()


def listed(run: Run) -> list[tuple[str, str]]:
    return [(row["plan_id"], row["status"]) for row in map(json.loads, run("list", "--json")[1].splitlines())]


def test_that_a_plan_is_added_listed_shown_and_cancelled_without_a_desk(run: Run) -> None:
    code, output, _ = run("add", *GOLD, "--id", "mine", "--notes", "by hand", "--expires-minutes", "5")
    assert (code, output[:29]) == (0, "mine waits for a setup until ")
    assert listed(run) == [("mine", "pending")]
    shown = json.loads(run("show", "mine")[1])
    assert (shown["symbol"], shown["created_by"], shown["notes"]) == ("XAUUSDc", "command line", "by hand")
    assert run("cancel", "mine")[:2] == (0, "mine is cancelled\n")
    assert listed(run) == [("mine", "cancelled")]
    assert "mine" in run("list")[1]


def test_that_a_plan_given_as_json_is_picked_up_by_the_running_desk(run: Run, desk: TradingDesk) -> None:
    assert run("add", "--json", json.dumps(ROW))[0] == 0
    desk.tick(15)
    assert desk.plans["micro_scalp_001"].status is PlanStatus.PENDING
    assert desk.plans["micro_scalp_001"].expires_at.date() == desk.clock.now().date()
    desk.propose()
    desk.tick(61)
    assert listed(run) == [("micro_scalp_001", "open")]


def test_that_a_plan_of_the_running_desk_can_be_cancelled_until_its_order_is_sent(run: Run, desk: TradingDesk) -> None:
    run("add", "--json", json.dumps(ROW))
    run("add", "--json", json.dumps(ROW | {"plan_id": "other"}))
    desk.tick(15)
    assert run("cancel", "other")[0] == 0
    desk.tick(30)
    assert desk.plans["other"].status is PlanStatus.CANCELLED
    desk.propose()
    assert run("cancel", "micro_scalp_001") == (
        2,
        "",
        "microscalp: plan micro_scalp_001 is executing: it cannot become cancelled\n",
    )


def test_that_json_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "row.json"
    path.write_text(json.dumps(ROW), encoding="utf-8")
    assert run("add", "--json", str(path))[0] == 0
    assert listed(run) == [("micro_scalp_001", "pending")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_that_json_is_read_from_a_file_as_windows_writes_it(run: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "row.json"
    path.write_text(json.dumps(ROW), encoding=encoding)
    assert run("add", "--json", str(path))[0] == 0
    assert listed(run) == [("micro_scalp_001", "pending")]


def test_that_json_is_read_from_standard_input_with_a_byte_order_mark(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(json.dumps(ROW).encode("utf-8-sig"))))
    assert run("add", "--json", "-")[0] == 0


@pytest.mark.parametrize("status", [{}, {"status": None}, {"status": ""}])
def test_that_a_plan_without_a_status_is_pending(run: Run, status: dict[str, str | None]) -> None:
    row = {name: value for name, value in ROW.items() if name != "status"} | status
    assert run("add", "--json", json.dumps(row))[0] == 0
    assert listed(run) == [("micro_scalp_001", "pending")]


@pytest.mark.parametrize("field", ["notes", "plan_id", "symbol", "created_by", "conditions", "expires_at"])
def test_that_half_a_surrogate_pair_is_refused_with_a_sentence(run: Run, field: str) -> None:
    broken = ROW["conditions"] | {"note": "a\udcff"} if field == "conditions" else "a\udcff"
    code, _, faults = run("add", "--json", json.dumps(ROW | {field: broken}))
    assert code == 2
    assert field in faults or "conditions" in faults
    assert "Traceback" not in faults


@pytest.mark.parametrize("action", ["show", "cancel"])
def test_that_an_id_of_half_a_surrogate_pair_is_refused_with_a_sentence(run: Run, action: str) -> None:
    assert run(action, "a\udcff") == (
        2,
        "",
        "microscalp: character 2 of the plan's id is half of a surrogate pair; whole Unicode text is allowed\n",
    )


def test_that_notes_of_half_a_surrogate_pair_are_refused_with_a_sentence(run: Run) -> None:
    code, _, faults = run("add", *GOLD, "--notes", "a\udcff")
    assert code == 2
    assert "notes is" in faults


def test_that_json_that_is_nested_without_end_is_refused_with_a_sentence(run: Run) -> None:
    code, _, faults = run("add", "--json", '{"conditions": ' + "[" * 100_000)
    assert code == 2
    assert faults.startswith("microscalp: --json: not JSON")


def test_that_every_fault_is_reported_in_a_line_of_its_own_and_nothing_is_added(run: Run) -> None:
    code, output, faults = run("add", *GOLD, "--stop", "2000.5", "--volume", "0.015")
    assert (code, output) == (2, "")
    assert faults.splitlines() == [
        "microscalp: stop_loss 2000.5 of a BUY must lie below entry_price 2000",
        "microscalp: volume 0.015 is not a multiple of the step 0.01 lots",
    ]
    assert listed(run) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--json", "{"], "--json: not JSON"),
        (["--json", "[]"], "--json: one JSON object"),
        (["--json", json.dumps(ROW | {"ticket": 7})], "--json: ticket cannot be given; allowed are plan_id"),
        (["--json", json.dumps(ROW | {"status": "open"})], "status is 'open'; a new plan must be 'pending'"),
        (["--json", json.dumps(ROW | {"symbol": "EURUSD"})], "symbol EURUSD is not traded by this desk"),
        (["--json", json.dumps(ROW | {"expires_at": "2020-01-01T00:00:00Z"})], "is in the past"),
        (["--json", "nowhere.json"], "--json: nowhere.json cannot be read"),
        (["--symbol", "XAUUSD"], "direction is missing; it must be BUY or SELL"),
        ([*GOLD, "--entry", "nan"], "entry_price is nan; it must be a number above zero"),
    ],
)
def test_that_what_is_no_plan_is_refused(run: Run, arguments: list[str], sentence: str) -> None:
    code, output, faults = run("add", *arguments)
    assert (code, output) == (2, "")
    assert sentence in faults


def test_that_an_id_is_good_for_one_plan(run: Run) -> None:
    run("add", "--json", json.dumps(ROW))
    assert run("add", "--json", json.dumps(ROW)) == (2, "", "microscalp: plan micro_scalp_001 exists already\n")


def test_that_an_unknown_plan_is_reported_as_such(run: Run) -> None:
    for action in ("show", "cancel"):
        assert run(action, "nothing") == (2, "", "microscalp: there is no plan nothing\n")


def test_that_a_list_obeys_no_row_of_another_program(run: Run, tmp_path: Path) -> None:
    run("add", *GOLD, "--id", "mine")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
        values = ("\x1b[2J\n\x00", "X" * 1_000_000, b"\xff")
        other.execute("INSERT INTO trade_plans (plan_id, symbol, status) VALUES (?, ?, ?)", values)
        other.commit()
    code, output, _ = run("list")
    head, hostile, mine = output.splitlines()
    assert (code, head[:2], mine[:4]) == (0, "ID", "mine")
    assert r"\x1b[2J\n\x00" in hostile
    assert len(output) < 2_000
