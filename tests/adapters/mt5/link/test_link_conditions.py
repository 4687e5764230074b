"""Each condition of the link: how it is reached, what it says, and how it is left."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Failed, NotSent, Priority, TerminalCall
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.rules import NEW_YORK_CLOSE, UTC_ALL_YEAR, ServerRule, new_york_rule
from engine.adapters.mt5.clock.watch import ClockWatch
from engine.adapters.mt5.conditions import LinkState, Switch
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.gateway import Gateway, gateway_changed
from engine.adapters.mt5.link.installation import is_terminal, probe_of, why_unavailable
from engine.adapters.mt5.link.sentences import of_failed_attach
from engine.clock import SteadyClock
from engine.domain.journal import JournalRecord
from engine.domain.market import DayRoll
from engine.domain.messages import ConfirmClock
from engine.market.hours import open_since
from tests.adapters.mt5.linked import (
    ACCOUNT,
    SERVER_AHEAD,
    SERVER_AHEAD_S,
    SWIFT,
    TERMINAL,
    SetTime,
    StandIn,
    linked,
    swift_settings,
)

ELSEWHERE = pytest.mark.skipif(sys.platform == "win32", reason="Windows can have the package")
ORDER = TerminalCall(function="order_send", arguments=({"symbol": "XAUUSD"},), priority=Priority.CLOSE)
REAL = ACCOUNT | {"login": 900, "server": "Broker-Real", "trade_mode": 2}


# -- the way to the terminal ------------------------------------------------------------------------------------------


def test_that_metatraders_package_is_for_windows_and_a_bridge_for_every_system() -> None:
    missing = why_unavailable("MetaTrader5", "linux")
    assert missing is not None
    assert missing.state is LinkState.PACKAGE_MISSING
    assert "Windows only" in missing.sentence
    assert "bridge" in missing.way_out
    assert why_unavailable("my.bridge", "darwin") is None


@ELSEWHERE
def test_that_windows_without_the_package_says_how_to_install_it() -> None:
    missing = why_unavailable("MetaTrader5", "win32")
    assert missing is not None
    assert "pip install MetaTrader5" in missing.way_out


@ELSEWHERE
async def test_that_choosing_metatrader_elsewhere_gives_the_reason_and_starts_no_worker() -> None:
    async with linked(MetaTraderSettings()) as desk:
        report = await desk.reach(LinkState.PACKAGE_MISSING)
    assert report.worker_pid is None


async def test_that_a_module_that_cannot_be_imported_is_named_and_tried_again(terminal: StandIn) -> None:
    terminal.set(unimportable=True)
    async with linked() as desk:
        report = await desk.reach(LinkState.PACKAGE_MISSING)
        assert "DLL load failed" in report.condition.sentence
        terminal.set(unimportable=False)
        assert (await desk.reach(LinkState.READY)).restarts == 0


@pytest.mark.parametrize(
    ("code", "text", "state"),
    [
        (-10003, "IPC initialize failed, MetaTrader 5 x64 not found", LinkState.TERMINAL_NOT_FOUND),
        (-10003, "IPC initialize failed, Process create failed 'C:\\MT5'", LinkState.TERMINAL_NOT_FOUND),
        (-10003, "IPC initialize failed, Pipe server didn't answer in 60 sec", LinkState.TERMINAL_SILENT),
        (-10004, "No IPC connection", LinkState.TERMINAL_SILENT),
        (-2, "Invalid arguments", LinkState.TERMINAL_SILENT),
        (-10005, "IPC timeout", LinkState.NOT_LOGGED_IN),
        (-6, "Terminal: Authorization failed", LinkState.NOT_LOGGED_IN),
        (-7, "Unsupported authorization mode", LinkState.NOT_LOGGED_IN),
        (-8, "Auto-Trading using Python API disabled in Terminal", LinkState.API_DISABLED),
        (-5, "Terminal: Incompatible versions", LinkState.INCOMPATIBLE),
    ],
)
def test_that_each_way_in_which_an_attachment_fails_has_its_condition(code: int, text: str, state: LinkState) -> None:
    condition = of_failed_attach(Failed(code=code, text=text))
    assert condition.state is state
    assert condition.way_out
    assert not state.may_read


@pytest.mark.parametrize(
    ("function", "code", "state"),
    [
        ("initialize", -10003, LinkState.TERMINAL_SILENT),
        ("initialize", -6, LinkState.NOT_LOGGED_IN),
        ("account_info", -8, LinkState.API_DISABLED),
    ],
)
async def test_that_a_terminal_which_cannot_be_attached_to_is_tried_again(
    terminal: StandIn, function: str, code: int, state: LinkState
) -> None:
    terminal.set(fails={function: [code, "words"]})
    async with linked() as desk:
        report = await desk.reach(state)
        assert not report.may_read
        terminal.set(fails={})
        await desk.reach(LinkState.READY)


async def test_that_a_terminal_which_fails_to_tell_of_itself_is_connected_anew(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(fails={"terminal_info": [-1, "Terminal: Call failed"]})
        report = await desk.reach(LinkState.TERMINAL_SILENT)
        assert "Terminal: Call failed (-1)" in report.condition.sentence
        assert isinstance(await desk.link.call(ORDER), NotSent)
        terminal.set(fails={})
        ready = await desk.reach(LinkState.READY)
    assert ready.restarts == 0
    assert len(terminal.calls("shutdown")) >= 1
    assert len(terminal.calls("initialize")) >= 2


async def test_that_an_answer_which_is_not_understood_is_no_reason_to_give_up(terminal: StandIn) -> None:
    terminal.set(terminal={"connected": True})
    async with linked() as desk:
        report = await desk.reach(LinkState.TERMINAL_SILENT)
        assert "not understood" in report.condition.sentence
        terminal.set(terminal=TERMINAL)
        await desk.reach(LinkState.READY)


async def test_that_a_connection_that_breaks_in_somebodys_call_is_noticed_at_once(terminal: StandIn) -> None:
    async with linked(swift_settings(check_interval_s=60)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(fails={"*": [-10002, "IPC recv failed"]})
        await desk.link.call(TerminalCall(function="positions_get"))
        await desk.reach(LinkState.TERMINAL_SILENT)


async def test_that_a_closed_terminal_is_not_opened_until_a_person_opens_it(terminal: StandIn) -> None:
    is_open = False
    async with linked(is_terminal_running=lambda _: is_open) as desk:
        await desk.reach(LinkState.TERMINAL_CLOSED)
        assert terminal.calls("initialize") == []
        is_open = True
        await desk.reach(LinkState.READY)


async def test_that_a_persons_consent_opens_a_closed_terminal_this_once(terminal: StandIn) -> None:
    async with linked(is_terminal_running=lambda _: False) as desk:
        await desk.reach(LinkState.TERMINAL_CLOSED)
        desk.link.retry(may_start_terminal=True)
        await desk.reach(LinkState.READY)
        terminal.set(fails={"terminal_info": [-10001, "IPC send failed"]})
        await desk.reach(LinkState.TERMINAL_CLOSED)
    assert len(terminal.calls("initialize")) == 1


async def test_that_a_consent_is_not_kept_for_a_terminal_that_was_open_after_all(terminal: StandIn) -> None:
    is_open = True
    async with linked(is_terminal_running=lambda _: is_open) as desk:
        desk.link.retry(may_start_terminal=True)
        await desk.reach(LinkState.READY)
        is_open = False
        terminal.set(fails={"terminal_info": [-10001, "IPC send failed"]})
        await desk.reach(LinkState.TERMINAL_CLOSED)


async def test_that_a_setting_consents_for_good(terminal: StandIn) -> None:
    async with linked(swift_settings(may_start_terminal=True), is_terminal_running=lambda _: False) as desk:
        await desk.reach(LinkState.READY)
    assert len(terminal.calls("initialize")) == 1


async def test_that_a_terminal_which_is_not_where_the_settings_say_is_not_found(terminal: StandIn) -> None:
    settings = swift_settings(terminal_path=str(terminal.file.with_name("terminal64.exe")))
    async with linked(settings, is_terminal_running=lambda _: False) as desk:
        report = await desk.reach(LinkState.TERMINAL_NOT_FOUND)
    assert "terminal64.exe" in report.condition.sentence


async def test_that_where_no_terminal_is_installed_it_is_not_called_closed(terminal: StandIn) -> None:
    is_installed = False
    closed = linked(is_terminal_running=lambda _: False, is_terminal_installed=lambda: is_installed)
    async with closed as desk:
        report = await desk.reach(LinkState.TERMINAL_NOT_FOUND)
        assert report.condition.way_out.startswith("Install MetaTrader 5 ")
        is_installed = True
        await desk.reach(LinkState.TERMINAL_CLOSED)
    assert terminal.calls("initialize") == []


async def test_that_a_terminal_which_could_not_be_opened_stays_missing_until_there_is_one(terminal: StandIn) -> None:
    is_open = False
    async with linked(is_terminal_running=lambda _: is_open) as desk:
        await desk.reach(LinkState.TERMINAL_CLOSED)
        terminal.set(fails={"initialize": [-10003, "IPC initialize failed, MetaTrader 5 x64 not found"]})
        desk.link.retry(may_start_terminal=True)
        await desk.reach(LinkState.TERMINAL_NOT_FOUND)
        told = len(desk.told)
        await asyncio.sleep(10 * SWIFT.closed_look_s)
        assert {each.condition.state for each in desk.told[told:]} <= {LinkState.TERMINAL_NOT_FOUND}
        assert "Install MetaTrader 5 " in desk.link.report.condition.way_out
        desk.link.retry()  # it was installed meanwhile, and is not open yet
        await desk.reach(LinkState.TERMINAL_CLOSED)
        terminal.set(fails={})
        is_open = True
        await desk.reach(LinkState.READY)


async def test_that_path_and_portable_mode_reach_the_terminal_as_it_wants_them(terminal: StandIn) -> None:
    settings = swift_settings(terminal_path="C:\\MT5\\terminal64.exe", portable=True)
    async with linked(settings) as desk:
        await desk.reach(LinkState.READY)
    assert terminal.calls("initialize") == [["C:\\MT5\\terminal64.exe", {"timeout": 1000, "portable": True}]]


# -- the account ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", [None, ACCOUNT | {"login": 0}])
async def test_that_a_terminal_without_an_account_is_not_logged_in(
    terminal: StandIn, account: dict[str, Any] | None
) -> None:
    terminal.set(account=account)
    async with linked() as desk:
        await desk.reach(LinkState.NOT_LOGGED_IN)
        terminal.set(account=ACCOUNT)
        await desk.reach(LinkState.READY)


async def test_that_a_real_account_waits_for_a_person_to_confirm_it(terminal: StandIn, tmp_path: Path) -> None:
    terminal.set(account=REAL)
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        report = await desk.reach(LinkState.ACCOUNT_UNCONFIRMED)
        assert "real account 900 at Broker-Real" in report.condition.sentence
        assert isinstance(await desk.link.call(ORDER), NotSent)
        desk.link.confirm_account(901)
        assert AccountMemory(tmp_path).confirmed is None
        desk.link.confirm_account(900)
        await desk.reach(LinkState.READY)
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.READY)
        assert LinkState.ACCOUNT_UNCONFIRMED not in {report.state for report in desk.told}


async def test_that_another_account_than_the_confirmed_one_takes_no_orders(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        for other in ({"login": 124}, {"server": "Broker-Demo2"}, {"trade_mode": 2}, {"margin_mode": 0}):
            terminal.set(account=ACCOUNT | other)
            report = await desk.reach(LinkState.ACCOUNT_SWITCHED)
            assert "account 123 at Broker-Demo was confirmed" in report.condition.sentence
            assert isinstance(await desk.link.call(ORDER), NotSent)
            terminal.set(account=ACCOUNT)
            await desk.reach(LinkState.READY)
    assert terminal.calls("order_send") == []


async def test_that_an_order_meets_no_other_account_even_before_the_switch_is_noticed(terminal: StandIn) -> None:
    async with linked(swift_settings(check_interval_s=60)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(account=REAL)
        answer = await desk.link.call(ORDER)
        assert isinstance(answer, NotSent)
        assert "900" in answer.reason
    assert terminal.calls("order_send") == []


async def test_that_an_account_confirmed_yesterday_is_missed_today(terminal: StandIn, tmp_path: Path) -> None:
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.READY)
    terminal.set(account=ACCOUNT | {"login": 555})
    async with linked(memory=AccountMemory(tmp_path)) as desk:
        await desk.reach(LinkState.ACCOUNT_SWITCHED)


def test_that_a_damaged_memory_of_the_account_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "metatrader-account.json").write_text('{"login": 5')
    assert AccountMemory(tmp_path).confirmed is None


# -- permissions, broker, build, clock --------------------------------------------------------------------------------


FORBIDDEN = [
    ("terminal", {"trade_allowed": False}, Switch.TERMINAL_BUTTON),
    ("terminal", {"tradeapi_disabled": True}, Switch.PYTHON_API),
    ("account", {"trade_allowed": False}, Switch.INVESTOR_PASSWORD),
    ("account", {"trade_expert": False}, Switch.BROKER_EXPERTS),
]


async def test_that_each_switch_that_forbids_trading_is_named(terminal: StandIn) -> None:
    opening = TerminalCall(function="order_send", arguments=({},), priority=Priority.OPEN)
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        for part, change, switch in FORBIDDEN:
            terminal.set(**{part: {"terminal": TERMINAL, "account": ACCOUNT}[part] | change})
            report = await desk.reach(LinkState.ALGO_TRADING_OFF)
            assert report.condition.switches == (switch,)
            assert report.may_read
            assert not report.may_trade
            assert isinstance(await desk.link.call(opening), NotSent)
            terminal.set(terminal=TERMINAL, account=ACCOUNT)
            await desk.reach(LinkState.READY)
    assert terminal.calls("order_send") == []


async def test_that_all_switches_are_named_at_once(terminal: StandIn) -> None:
    terminal.set(terminal=TERMINAL | {"trade_allowed": False, "tradeapi_disabled": True})
    async with linked() as desk:
        condition = (await desk.reach(LinkState.ALGO_TRADING_OFF)).condition
    assert "Algo Trading button and the terminal's option" in condition.sentence
    assert condition.way_out.count(".") == 2


@pytest.mark.parametrize(("change", "words"), [({"margin_mode": 0}, "nets positions"), ({"fifo_close": True}, "FIFO")])
async def test_that_an_account_on_which_no_exit_is_sure_takes_no_entries(
    terminal: StandIn, change: dict[str, object], words: str
) -> None:
    terminal.set(account=ACCOUNT | change)
    opening = TerminalCall(function="order_send", arguments=({},), priority=Priority.OPEN)
    async with linked() as desk:
        report = await desk.reach(LinkState.ACCOUNT_UNSUITED)
        assert words in report.condition.sentence
        assert report.condition.way_out
        assert isinstance(await desk.link.call(opening), NotSent)
        assert terminal.calls("order_send") == []
        assert report.may_read  # a position that stands there may still be led out


async def test_that_a_lost_broker_is_waited_for_without_touching_the_terminal(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(terminal=TERMINAL | {"connected": False})
        assert (await desk.reach(LinkState.BROKER_DISCONNECTED)).may_read
        terminal.set(terminal=TERMINAL)
        await desk.reach(LinkState.READY)
    assert len(terminal.calls("initialize")) == 1


async def test_that_an_updated_terminal_is_met_by_a_new_worker(terminal: StandIn) -> None:
    async with linked() as desk:
        before = await desk.reach(LinkState.READY)
        terminal.set(terminal=TERMINAL | {"build": 5200})
        changed = await desk.reach(LinkState.BUILD_CHANGED)
        assert "from build 5100 to 5200" in changed.condition.sentence
        after = await desk.reach(LinkState.READY)
    assert after.worker_pid != before.worker_pid
    assert after.restarts == 0


async def test_that_nobody_trades_by_a_clock_that_no_tick_has_told(terminal: StandIn) -> None:
    terminal.set(is_market_still=True)
    async with linked() as desk:
        report = await desk.reach(LinkState.CLOCK_UNSURE)
        assert report.clock is None
        assert report.may_read
        terminal.set(is_market_still=False)
        await desk.reach(LinkState.READY)


async def test_that_nothing_enters_in_the_hour_that_the_server_shows_twice(terminal: StandIn) -> None:
    machine = SetTime(datetime(2026, 11, 1, 6, 59, tzinfo=UTC))
    ahead = machine.set_by + NEW_YORK_CLOSE.offset_at(machine.wall())
    terminal.set(server_ahead_s=ahead / timedelta(seconds=1))
    async with linked(clock=SteadyClock(machine)) as desk:
        report = await desk.hear(lambda report: report.clock is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "second time" in report.condition.sentence
        assert report.may_read
        machine.slept_s = 60.0
        await desk.reach(LinkState.READY)


async def test_that_a_wrong_clock_of_this_machine_is_told(terminal: StandIn) -> None:
    terminal.set(server_ahead_s=SERVER_AHEAD_S - 95)
    async with linked() as desk:
        report = await desk.hear(lambda report: "computer's clock" in report.condition.sentence)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "95 s" in report.condition.sentence
        terminal.set(server_ahead_s=SERVER_AHEAD_S)
        await desk.reach(LinkState.READY)


@pytest.mark.parametrize(
    ("set_by", "words"), [(timedelta(hours=-1), "back by 1 h"), (timedelta(seconds=750), "ahead by 12 min 30 s")]
)
async def test_that_a_clock_that_is_set_while_the_desk_runs_keeps_it_from_entering_until_the_servers_is_measured_again(
    terminal: StandIn, set_by: timedelta, words: str
) -> None:
    machine = SetTime()
    clock = SteadyClock(machine)
    async with linked(clock=clock) as desk:
        before = (await desk.reach(LinkState.READY)).clock
        watch = ClockWatch(clock, desk.link)
        terminal.set(is_market_still=True)
        machine.set_by += set_by
        watch.look()
        report = await desk.reach(LinkState.CLOCK_UNSURE)
        assert words in report.condition.sentence
        assert report.may_read
        assert isinstance(await desk.link.call(msgspec.structs.replace(ORDER, priority=Priority.OPEN)), NotSent)
        terminal.set(is_market_still=False)
        after = (await desk.reach(LinkState.READY)).clock
        assert before is not None
        assert after is not None
        assert after.offset == before.offset
        assert abs(after.residual) < timedelta(seconds=1)


async def test_that_a_clock_that_is_corrected_by_less_than_two_seconds_keeps_nobody_from_trading(
    terminal: StandIn,  # noqa: ARG001
) -> None:
    machine = SetTime()
    clock = SteadyClock(machine)
    async with linked(clock=clock) as desk:
        await desk.reach(LinkState.READY)
        machine.set_by += timedelta(seconds=1.9)
        ClockWatch(clock, desk.link).look()
        assert desk.link.report.may_trade


async def test_that_a_clock_that_was_wrong_from_the_start_keeps_the_desk_from_entering_until_it_is_set_right(
    terminal: StandIn,  # noqa: ARG001
) -> None:
    clocks = ClockMemory()
    clocks.remember("Broker-Demo", [NEW_YORK_CLOSE])
    machine = SetTime(datetime.now(UTC) + timedelta(hours=1))
    clock = SteadyClock(machine)
    async with linked(clock=clock, clocks=clocks) as desk:
        watch = ClockWatch(clock, desk.link)
        report = await desk.hear(lambda report: report.asked_offset is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "1 h ahead of the server's" in report.condition.sentence
        assert report.may_read
        machine.set_by = timedelta(0)
        watch.look()
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert abs(report.clock.correction + timedelta(hours=1)) < timedelta(seconds=1)
        assert report.asked_offset is None


async def test_that_the_user_is_asked_about_an_unusual_time_of_the_server(terminal: StandIn) -> None:
    terminal.set(server_ahead_s=5.5 * 3600)
    async with linked() as desk:
        report = await desk.hear(lambda report: report.asked_offset is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "UTC+5:30" in report.condition.sentence
        assert gateway_changed(report).unconfirmed_clock == 330
        written: list[JournalRecord] = []
        gateway = Gateway(desk.link, lambda _: None, written.append, SteadyClock())
        gateway.handle(ConfirmClock(300))  # what was asked is another question
        await asyncio.sleep(0.1)
        assert desk.link.report.state is LinkState.CLOCK_UNSURE
        assert not written
        gateway.handle(ConfirmClock(330))
        report = await desk.reach(LinkState.READY)
        assert gateway_changed(report).unconfirmed_clock is None
        assert [record.kind for record in written] == ["clock_confirmed"]


def hours_of_gold(rule: ServerRule) -> list[int]:
    """Openings of gold's candles of an hour until now, as the server's clock shows them."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hour) for hour in range(168, 0, -1)]
    shown = [at + rule.offset_at(at) for at in hours if open_since(DayRoll.NEW_YORK_17, at) is not None]
    return [int(at.timestamp()) for at in shown][-120:]


async def test_that_the_hour_in_which_gold_rests_spares_the_user_the_question(terminal: StandIn) -> None:
    rule = new_york_rule(10)
    ahead = rule.offset_at(datetime.now(UTC))
    terminal.set(server_ahead_s=ahead / timedelta(seconds=1), hours=hours_of_gold(rule))
    async with linked() as desk:
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert report.clock.rule == "New York + 10 h"


async def test_that_a_broker_that_changed_its_servers_clock_is_believed_where_gold_rests_accordingly(
    terminal: StandIn,
) -> None:
    clocks = ClockMemory()
    clocks.remember("Broker-Demo", [UTC_ALL_YEAR])
    terminal.set(hours=hours_of_gold(NEW_YORK_CLOSE))
    async with linked(clocks=clocks) as desk:
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert report.clock.rule == NEW_YORK_CLOSE.words


async def test_that_summer_time_is_followed_without_an_interruption(terminal: StandIn) -> None:
    async with linked(pace=replace(SWIFT, clock_lasts_s=0.01)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(server_ahead_s=SERVER_AHEAD_S + 3600)
        report = await desk.hear(lambda report: report.clock is not None and report.clock.offset > SERVER_AHEAD)
        assert report.state is LinkState.READY


async def test_that_other_symbols_can_tell_the_time(terminal: StandIn) -> None:
    async with linked() as desk:
        desk.link.watch_clock(["BTCUSDm"])
        await desk.reach(LinkState.READY)
    assert ["BTCUSDm", True] in terminal.calls("symbol_select")
    assert {symbol for (symbol,) in terminal.calls("symbol_info_tick")} == {"BTCUSDm"}


@pytest.mark.parametrize(
    ("program", "path", "is_it"),
    [
        (r"C:\Program Files\MT5\terminal64.exe", "", True),
        (r"C:\Program Files\MT5\terminal64.exe", r"c:\program files\mt5\Terminal64.exe", True),
        (r"C:\Program Files\MT5\terminal64.exe", r"D:\Other\terminal64.exe", False),
        (r"C:\Windows\explorer.exe", "", False),
        ("", "", False),
    ],
)
def test_that_a_running_terminal_is_known_by_its_path(program: str, path: str, is_it: bool) -> None:
    assert is_terminal(program, path) is is_it


def test_that_the_terminal_behind_a_bridge_is_not_looked_for_on_this_machine() -> None:
    assert probe_of("my.bridge")("192.168.1.5:18812") is None
