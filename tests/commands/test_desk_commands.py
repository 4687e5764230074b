"""Commands beside a desk with an open door: they ask it, and what they add is a proposal to its user."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.door.address import FILE, read_address
from engine.adapters.door.limits import DoorLimits
from engine.assistant.desk_door import DeskDoor
from engine.cli import main
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.persistence.opening import DATABASE_FILE
from tests.assistant.desks import AssistedScript
from tests.assistant.test_desk_door import door_of, until

Run = Callable[..., Awaitable[tuple[int, str, str]]]
GOLD = "--symbol XAUUSD --side buy --entry 2000 --stop 1999.2 --target 2001.6 --volume 0.01".split()  # noqa: SIM905


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AssistedScript]:
    desk = await AssistedScript(tmp_path).open()
    yield desk
    desk.archive.close()


@pytest.fixture
async def door(desk: AssistedScript, tmp_path: Path) -> AsyncIterator[DeskDoor]:
    async with door_of(desk, tmp_path, is_always_open=True) as door:
        await until((tmp_path / FILE).exists)
        yield door


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    async def command(*arguments: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(main, [*arguments, "--data-dir", str(tmp_path)])
        output = capfd.readouterr()
        return code, output.out, output.err

    return command


def plans(desk: AssistedScript) -> list[tuple[str, PlanStatus]]:
    return [(plan.created_by, plan.status) for plan in desk.engine.pipeline.trader.recent_plans(200)]


@pytest.mark.usefixtures("door")
async def test_that_a_plan_beside_a_running_desk_is_a_proposal_even_at_auto(desk: AssistedScript, run: Run) -> None:
    desk.engine.handle(SetAuto("XAUUSD", True))
    desk.engine.handle(SetAuthority(Authority.AUTO))
    code, output, _ = await run("plan", "add", *GOLD, "--notes", "by hand")
    assert code == 0
    assert " is proposed; arm it in the window, before 2026-03-02 " in output
    assert plans(desk) == [("terminal", PlanStatus.PROPOSED)]
    assert "its stop would lose 0.80 USD" in output


@pytest.mark.usefixtures("door")
async def test_that_a_row_of_the_table_is_proposed_as_json_too(desk: AssistedScript, run: Run) -> None:
    row: dict[str, Any] = {
        "symbol": "XAUUSD",
        "direction": "BUY",
        "entry_price": 2000.0,
        "stop_loss": 1999.2,
        "take_profit": 2001.6,
        "volume": 0.01,
        "status": "pending",
        "conditions": '{"plan_type": "micro_scalp", "timeframe": "M1"}',
        "notes": None,
    }
    assert (await run("plan", "add", "--json", json.dumps(row)))[0] == 0
    assert plans(desk) == [("terminal", PlanStatus.PROPOSED)]


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["--id", "mine"], "plan_id"),
        (["--expires-minutes", "5"], "expires_at"),
        (["--json", '{"created_by": "person"}'], "created_by"),
        (["--json", '{"status": "open"}'], "status"),
        (["--json", '{"conditions": {"plan_type": "other"}}'], "conditions"),
    ],
)
async def test_that_what_the_desk_decides_is_refused_and_never_dropped(
    desk: AssistedScript, run: Run, more: list[str], named: str
) -> None:
    code, output, refusal = await run("plan", "add", *GOLD, *more)
    assert (code, output) == (2, "")
    assert f"and sets {named} by itself: leave it out" in refusal
    assert plans(desk) == []


@pytest.mark.usefixtures("door")
async def test_that_a_plan_the_desk_refuses_is_refused_in_its_words(desk: AssistedScript, run: Run) -> None:
    code, _, refusal = await run("plan", "add", *GOLD, "--stop", "2000.5")
    assert code == 2
    assert "stop_loss 2000.5 of a BUY must lie below" in refusal
    assert plans(desk) == []


@pytest.mark.usefixtures("door")
async def test_that_proposals_are_listed_shown_and_taken_back_through_the_door(desk: AssistedScript, run: Run) -> None:
    await run("plan", "add", *GOLD, "--notes", "why")
    (row,) = map(json.loads, (await run("plan", "list", "--json"))[1].splitlines())
    assert (row["created_by"], row["status"], row["notes"], row["volume"]) == ("terminal", "proposed", "why", 0.01)
    assert json.loads((await run("plan", "show", row["plan_id"]))[1]) == row
    assert row["plan_id"] in (await run("plan", "list"))[1]
    assert await run("plan", "cancel", row["plan_id"]) == (0, f"{row['plan_id']} is cancelled\n", "")
    assert plans(desk) == [("terminal", PlanStatus.CANCELLED)]


@pytest.mark.usefixtures("desk")
async def test_that_a_busy_door_makes_no_row_that_would_be_traded(
    desk: AssistedScript, run: Run, tmp_path: Path
) -> None:
    door = DeskDoor(desk, tmp_path, is_always_open=True, limits=DoorLimits(connections=0))
    task = asyncio.create_task(door.run())
    try:
        await until((tmp_path / FILE).exists)
        code, output, _ = await run("plan", "add", *GOLD)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (code, output) == (2, "")
    assert plans(desk) == []
    assert not (tmp_path / DATABASE_FILE).exists()


async def test_that_a_damaged_address_makes_no_row_either(run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}")
    code, _, refusal = await run("plan", "add", *GOLD)
    assert code == 2
    assert "cannot be read" in refusal
    assert not (tmp_path / DATABASE_FILE).exists()


@pytest.mark.usefixtures("door")
async def test_that_a_desk_that_was_killed_with_its_door_open_stands_in_no_way(run: Run, tmp_path: Path) -> None:
    address = read_address(tmp_path)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        left = (tmp_path / FILE).read_text().replace(str(address.port), str(unused.getsockname()[1]))
    (tmp_path / FILE).write_text(left)
    code, output, _ = await run("plan", "add", *GOLD)
    assert code == 0
    assert "waits for a setup until" in output


@pytest.mark.usefixtures("door")
async def test_that_the_status_names_the_day_the_modes_and_the_door(run: Run, tmp_path: Path) -> None:
    code, output, _ = await run("status")
    assert code == 0
    lines = output.splitlines()
    assert lines[0].startswith("Account")
    assert "0 of" in next(line for line in lines if line.startswith("Positions"))
    assert f"open on port {read_address(tmp_path).port}" in output
    assert any(line.split()[:4] == ["XAUUSD", "MANUAL", "1999.80", "2000.00"] for line in lines)
    found = json.loads((await run("status", "--json"))[1])
    assert found.keys() == {"today", "positions", "symbols", "door"}
    assert found["today"]["authority"] == "MANUAL"
    assert "tokens" not in json.dumps(found)


@pytest.mark.usefixtures("door")
async def test_that_a_candle_of_the_running_desk_is_explained(run: Run) -> None:
    code, output, _ = await run("explain", "--at", "2026-03-02T08:30")
    assert code == 0
    assert output.startswith("XAUUSD  candle of 2026-03-02 08:30 UTC")
    assert "\nSELL: " in output
    assert "Pre-trade filters: " in output
    code, _, refusal = await run("explain", "--at", "2026-03-02T08:30", "--symbol", "EURUSD")
    assert (code, refusal) == (2, "microscalp: 'EURUSD' is not watched: allowed are XAUUSD\n")
    code, _, refusal = await run("explain", "--at", "2026-03-02T08:30", "--clock", "UTC")
    assert (code, refusal[:45]) == (2, "microscalp: --clock is for a recording: name ")


@pytest.mark.parametrize("command", [["status"], ["explain", "--at", "2026-03-02T08:30"]])
async def test_that_without_a_desk_they_say_what_to_do(run: Run, command: list[str]) -> None:
    code, _, refusal = await run(*command)
    assert code == 2
    assert "start the desk, and switch on Settings, Assistant, Let programs connect" in refusal
