"""The way to the terminal: each condition of it is reached, said and left."""

from __future__ import annotations

import asyncio

import pytest

from engine.adapters.mt5.calls import Failed, NotSent, Priority, TerminalCall
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.sentences import of_failed_attach
from tests.adapters.mt5.linked import (
    SWIFT,
    TERMINAL,
    StandIn,
    linked,
    swift_settings,
)

ORDER = TerminalCall(function="order_send", arguments=({"symbol": "XAUUSD"},), priority=Priority.CLOSE)


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


async def test_that_a_terminal_which_fails_to_report_its_state_is_connected_again(terminal: StandIn) -> None:
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


async def test_that_a_connection_that_breaks_during_a_call_is_noticed_at_once(terminal: StandIn) -> None:
    async with linked(swift_settings(check_interval_s=60)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(fails={"*": [-10002, "IPC recv failed"]})
        await desk.link.call(TerminalCall(function="positions_get"))
        await desk.reach(LinkState.TERMINAL_SILENT)


async def test_that_a_closed_terminal_is_not_opened_until_the_user_opens_it(terminal: StandIn) -> None:
    is_open = False
    async with linked(is_terminal_running=lambda _: is_open) as desk:
        await desk.reach(LinkState.TERMINAL_CLOSED)
        assert terminal.calls("initialize") == []
        is_open = True
        await desk.reach(LinkState.READY)


async def test_that_the_users_consent_opens_a_closed_terminal_this_once(terminal: StandIn) -> None:
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
        reports = len(desk.reports)
        await asyncio.sleep(10 * SWIFT.closed_look_s)
        assert {each.condition.state for each in desk.reports[reports:]} <= {LinkState.TERMINAL_NOT_FOUND}
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
