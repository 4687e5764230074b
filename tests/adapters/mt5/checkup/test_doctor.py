"""Facts about the examination of a terminal, and about the recording of its answers."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from engine.adapters.mt5.checkup.doctor import Doctor, Finding
from engine.adapters.mt5.checkup.visit import checkup
from engine.adapters.mt5.clock.doubts import clock_unusual
from engine.adapters.mt5.port import LinkReport, ServerClock
from engine.cli import main
from tests.adapters.mt5.links import ReportingLink
from tests.adapters.mt5.on_fake import GOLD, fake_settings, quick_world
from tests.builders import MONDAY
from tests.fake_metatrader5.simulator import Account, SimulatorClient, exness_gold

pytestmark = pytest.mark.long

RECORDINGS = sorted(Path(__file__).with_name("recordings").glob("*.json"))
"""Of real terminals, made by `microscalp mt5 record`."""


async def findings(
    simulator: SimulatorClient, names: tuple[str, ...] = (GOLD,), *, wait_s: float = 30.0, **settings: object
) -> dict[str, Finding]:
    """What is found, by subject."""
    terminal = fake_settings(terminal_path=simulator.address, **settings)
    chosen = Settings(symbols=names, metatrader=terminal)
    return {finding.subject: finding async for finding in checkup(chosen, wait_s)}


async def test_that_a_sound_terminal_is_found_sound(simulator: SimulatorClient) -> None:
    simulator.reset(quick_world())
    found = await findings(simulator)
    assert found.pop("Terminal round trip")  # slow ones on a busy machine
    assert [finding for finding in found.values() if not finding.is_well] == []
    assert {"Connection", "Account", "Server's clock", GOLD, f"{GOLD}, trial of an order"} <= found.keys()
    assert simulator.log(function="order_send") == []


async def test_that_a_tick_value_that_is_not_there_is_found(simulator: SimulatorClient) -> None:
    simulator.reset(quick_world())
    simulator.change_symbol(GOLD, tick_value=0.0)
    found = (await findings(simulator))[GOLD]
    assert not found.is_well
    assert "reports no tick value" in found.words


async def test_that_a_servers_time_that_nothing_proves_is_found() -> None:
    five = timedelta(hours=5)
    clock = ServerClock(offset=five, residual=timedelta(0), measured_at=MONDAY)
    link = ReportingLink(LinkReport(condition=clock_unusual(five), clock=clock, asked_offset=five))
    found = {finding.subject: finding async for finding in Doctor(link, (), 1).examine()}["Server's clock"]
    assert not found.is_well
    assert found.words.startswith("UTC+5 h by this computer's clock")


async def test_that_the_servers_clock_is_reported_even_without_the_suffix_of_the_symbol(
    simulator: SimulatorClient,
) -> None:
    simulator.reset(quick_world())
    found = await findings(simulator, ("XAUUSD",))
    assert found["Connection"].is_well
    assert found["Server's clock"].words.startswith("UTC+")


@pytest.mark.parametrize(
    ("account", "is_open", "words", "advice"),
    [
        (Account(balance=1.0), True, "No money (10019)", "deposit money"),
        (Account(), False, "Market closed (10018)", "Wait until"),
    ],
)
async def test_that_a_refused_trial_says_what_to_do(
    simulator: SimulatorClient, account: Account, is_open: bool, words: str, advice: str
) -> None:
    simulator.reset(quick_world(accounts=(account,)))
    if not is_open:
        simulator.close_market(GOLD)
    wait_s = 30.0 if is_open else 4.0  # a closed market shows no clock
    trial = (await findings(simulator, wait_s=wait_s))[f"{GOLD}, trial of an order"]
    assert (trial.is_well, trial.words) == (False, words)
    assert advice in trial.advice


async def test_that_a_terminal_without_its_broker_is_not_called_a_desk_that_connects(
    simulator: SimulatorClient,
) -> None:
    simulator.reset(quick_world())
    simulator.change_terminal(connected=False)
    found = await findings(simulator, wait_s=0.3, attach_timeout_s=60)
    assert [finding.subject for finding in found.values()] == ["Connection"]
    assert "login window" in found["Connection"].advice


async def test_that_a_switch_that_is_off_is_named_with_what_to_press(simulator: SimulatorClient) -> None:
    simulator.reset(quick_world())
    simulator.change_terminal(trade_allowed=False)
    connection = (await findings(simulator))["Connection"]
    assert not connection.is_well
    assert "Algo Trading" in connection.advice


async def test_that_a_netting_account_is_found_unsuited(simulator: SimulatorClient) -> None:
    simulator.reset(quick_world(accounts=(Account(margin_mode=0),)))
    found = await findings(simulator)
    assert "nets positions" in found["Connection"].words
    assert (found["Account"].is_well, "hedging" in found["Account"].advice) == (False, True)


async def test_that_a_symbol_the_broker_has_not_and_one_that_may_only_be_closed_are_reported(
    simulator: SimulatorClient,
) -> None:
    simulator.reset(quick_world(symbols=(exness_gold(ticks_per_s=60.0, trade_mode=3, history_minutes=10),)))
    found = await findings(simulator, (GOLD, "EURUSD"))
    assert not found["Symbol"].is_well
    assert "close only" in found[GOLD].advice


async def test_that_where_no_terminal_can_be_spoken_to_only_that_is_said() -> None:
    settings = Settings(metatrader=fake_settings(module="no.such.module", check_interval_s=0.05))
    found = [finding async for finding in checkup(settings, 0.5)]
    assert [(finding.subject, finding.is_well) for finding in found] == [("Connection", False)]


def test_that_a_letter_which_the_output_has_not_ends_no_examination(
    simulator: SimulatorClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.reset(quick_world(accounts=(Account(server="Брокер-Demo"),)))
    config, output = tmp_path / "config.json", BytesIO()
    settings = {"module": "tests.fake_metatrader5", "terminal_path": simulator.address}
    config.write_text(json.dumps({"symbols": [GOLD], "metatrader": settings}), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", TextIOWrapper(output, encoding="cp1252"))
    assert main(("mt5", "doctor", "--config", str(config))) in (0, 1)  # a busy machine is nothing to be content with
    sys.stdout.flush()
    assert b"1001 at ??????-Demo" in output.getvalue()


# -- recordings -------------------------------------------------------------------------------------------------


def recorded(simulator: SimulatorClient, tmp_path: Path) -> str:
    """A recording of the fake, as the command writes it."""
    config, output = tmp_path / "config.json", tmp_path / "answers.json"
    settings = {"module": "tests.fake_metatrader5", "terminal_path": simulator.address}
    config.write_text(json.dumps({"symbols": [GOLD], "metatrader": settings}), encoding="utf-8")
    assert main(("mt5", "record", "--config", str(config), "--output", str(output))) == 0
    return output.read_text(encoding="utf-8")


def shapes(recording: dict[str, Any]) -> dict[str, Any]:
    """Names and types of every field, by function; a function that failed has none."""
    return {
        call["function"]: _shape(call["result"]) for call in recording["calls"] if call.get("result") is not None
    }  # fmt: skip


def _shape(result: dict[str, Any]) -> Any:
    if "fields" in result:
        return [[name, kind] for name, kind, _ in result["fields"]]
    if "columns" in result:
        return result["columns"]
    return [_shape(each) for each in result.get("first", []) if isinstance(each, dict)]


def test_that_a_recording_says_nothing_of_whose_terminal_it_is(simulator: SimulatorClient, tmp_path: Path) -> None:
    jane = Account(login=98_765_432, name="Jane Trader", server="Secret-Live7", company="Secret Ltd", balance=12_345.67)
    simulator.reset(quick_world(accounts=(jane,)))
    simulator.trade(GOLD, 0.01, comment="my secret")
    text = recorded(simulator, tmp_path)
    for secret in ("98765432", "Jane", "Secret", "12345.67", "my secret", "Program Files"):
        assert secret not in text
    assert simulator.log(function="order_send") == []


def test_that_the_stand_in_answers_in_the_shape_of_recorded_terminals(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    if not RECORDINGS:
        pytest.skip("no recording of a real terminal is kept here yet: make one by `microscalp mt5 record`")
    simulator.reset(quick_world())
    ours = shapes(json.loads(recorded(simulator, tmp_path)))
    for path in RECORDINGS:
        theirs = shapes(json.loads(path.read_text(encoding="utf-8")))
        for function in ours.keys() & theirs.keys():
            if ours[function] and theirs[function]:
                assert ours[function] == theirs[function], f"{path.name}: {function}"


def test_that_two_recordings_of_one_terminal_have_one_shape(simulator: SimulatorClient, tmp_path: Path) -> None:
    simulator.reset(quick_world())
    first, second = (shapes(json.loads(recorded(simulator, tmp_path))) for _ in range(2))
    assert first == second
    assert first["symbol_info"][:2] == [["custom", "bool"], ["chart_mode", "int"]]
    assert len(first["symbol_info"]) == 96
    assert first["copy_rates_from_pos"][0] == ["time", "<i8"]
