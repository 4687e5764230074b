"""Alerts on their way to the phone: which kinds, with which text, and with sound or without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config.alerts import AlertRule
from config.phone import PhoneSettings
from config.settings import Settings
from engine.adapters.phone.addresses import add_address, kept_addresses
from engine.adapters.phone.sender import NO_ADDRESS
from engine.domain.messages.execution import TradeClosed
from gui.features.alerts.model.kinds import Alert, AlertKind
from gui.features.alerts.model.words import of_exit
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.candle_picture import chart_picture, last_candles
from gui.features.phone.model.message import message_of
from gui.features.phone.model.phone import EXAMPLES
from gui.features.phone.panel import PhoneAlerts
from gui.features.phone.view.phone_page import PhonePage
from gui.platform.event_loop import QtEventLoop
from gui.theme import theme_for
from gui.zones import DisplayZones
from tests.adapters.phone.services import NtfyServer, ntfy_server
from tests.builders import closed_trade
from tests.fakes import source
from tests.gui.alerts.board import Board, gateway, setup_candle
from tests.gui.chart.builders import snapshot
from tests.key_store import key_store_in

NOON, NIGHT = (datetime(2026, 3, 2, hour, 30, tzinfo=UTC) for hour in (12, 23))


def sent(alert: Alert, local: datetime = NOON, mode: Any = "on", **settings: Any) -> Any:
    rules = PhoneSettings(enabled=True, **settings)
    return message_of(alert, mode, rules, local=local, now_s=0.0, is_paper=False)


def called(board: Board) -> list[tuple[str, str]]:
    calls: list[tuple[str, str]] = []
    board.called.connect(lambda alert, mode: calls.append((alert.kind.value, mode)))
    return calls


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NtfyServer]:
    pytest.importorskip("apprise")
    with key_store_in(tmp_path / "keys", monkeypatch), ntfy_server() as server:
        yield server


@pytest.mark.usefixtures("qapp")
def test_that_each_kind_is_sent_as_its_rule_says_and_once_a_minute_for_the_same_cause() -> None:
    silent: dict[str, Any] = {"a_plus": AlertRule(phone="silent")}
    board = Board(lock=AlertRule(phone="off"), feed_lost=AlertRule(phone="on"), **silent)
    board.use_settings(board.settings.model_copy(update={"phone": PhoneSettings(enabled=True)}))
    calls = called(board)
    for now_s in (0.0, 59.0, 60.0):
        board.on_event(gateway(is_ready=True), now_s)
        board.on_event(gateway(is_ready=False), now_s)
    board.on_event(setup_candle(), 61.0)
    assert calls == [("feed_lost", "on"), ("feed_lost", "on"), ("a_plus", "silent")]


@pytest.mark.usefixtures("qapp")
def test_that_nothing_is_sent_before_the_user_wants_it_or_from_a_replay_beside_the_desk() -> None:
    board = Board()
    calls = called(board)
    board.on_event(TradeClosed(trade=closed_trade()), 0.0)
    board.use_settings(board.settings.model_copy(update={"phone": PhoneSettings(enabled=True)}))
    board.keep_inside()
    board.on_event(TradeClosed(trade=closed_trade(ticket=2)), 0.0)
    assert calls == []


def test_that_money_stays_at_home_unless_it_is_allowed() -> None:
    alert = of_exit(closed_trade(profit=-12.5))
    assert "12.5" in alert.words
    assert "12.5" not in sent(alert).title + sent(alert).text
    assert sent(alert).text.startswith("stop")
    assert sent(alert, shows_money=True).text == alert.words
    unsafe = Alert(kind=AlertKind.LOCK, title="The desk is HALTED", words="the day lost 312 USD")
    assert sent(unsafe).text == ""


def test_that_quiet_hours_span_midnight_and_a_position_at_risk_rings_in_them() -> None:
    fill = Alert(kind=AlertKind.FILL, title="BUY XAUUSD filled")
    risk = Alert(kind=AlertKind.POSITION_AT_RISK, title="BUY XAUUSD 7: no stop")
    night: dict[str, Any] = {"quiet_hours": True, "quiet_from": "22:00", "quiet_until": "07:00"}
    hours = [hour for hour in (3, 7, 12, 22) if sent(fill, NOON.replace(hour=hour, minute=0), **night).is_silent]
    assert hours == [3, 22]
    assert not sent(fill, NIGHT).is_silent
    assert not sent(risk, NIGHT, **night).is_silent
    assert sent(risk, NIGHT, **night, urgent_rings=False).is_silent
    assert sent(risk, mode="silent").is_silent
    assert not sent(fill, quiet_hours=True, quiet_from="12:00", quiet_until="12:00").is_silent


def test_that_the_settings_keep_an_address_send_a_test_and_delete_it(server: NtfyServer, qapp: QApplication) -> None:
    board = Board()
    phone = PhoneAlerts(board, Settings, {}, DisplayZones(), is_paper=True)
    page, says = PhonePage(phone.model), asyncio.Queue[str]()
    phone.model.changed.connect(lambda: says.put_nowait(phone.model.words))

    async def use_page() -> None:
        async def wait_for(end: str) -> None:
            async with asyncio.timeout(8):
                while not (await says.get()).endswith(end):
                    pass

        page.add.click()
        await wait_for("first.")
        page.address.setText("nothing://secret-word")
        page.add.click()
        await wait_for("ntfys://my-topic.")
        assert page.address.text() == "nothing://secret-word", "it can be corrected"
        page.address.setText(server.address)
        QTest.keyClick(page.address, Qt.Key.Key_Return)
        await wait_for("whether it arrives.")
        assert page.address.text() == ""
        page.test.click()
        await wait_for("ntfy: sent.")
        page.forget.click()
        await wait_for("from the key store.")

    with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
        runner.run(use_page())
    phone.close()
    assert [each["title"] for each in server.messages] == ["Test: alerts reach this phone"]
    assert kept_addresses() == ()


@pytest.mark.usefixtures("qapp")
def test_that_results_are_said_after_the_settings_were_closed() -> None:
    phone = PhoneAlerts(Board(), Settings, {}, DisplayZones(), is_paper=True)
    page = PhonePage(phone.model)
    shiboken6.delete(page)
    phone.reported.emit("ntfy: sent.", True)
    phone.close()
    assert phone.model.words == "ntfy: sent."


@pytest.mark.usefixtures("qapp")
def test_that_a_trade_on_paper_is_marked(server: NtfyServer) -> None:
    add_address(server.address)
    board = Board()
    phone = PhoneAlerts(board, Settings, {}, DisplayZones(), is_paper=True)
    board.called.emit(of_exit(closed_trade()), "on")
    server.wait_for(1)
    phone.close()
    assert server.messages[0]["title"].startswith("Paper · BUY XAUUSD closed: ")


@pytest.mark.usefixtures("qapp")
def test_that_without_apprise_the_settings_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.phone.service.find_spec", lambda _: None)
    phone = PhoneAlerts(Board(), Settings, {}, DisplayZones(), is_paper=False)
    page = PhonePage(phone.model)
    assert "pip install microscalp[notify]" in page.words.text()
    assert not page.test.isEnabled()
    assert not page.add.isEnabled()
    phone.close()


@pytest.mark.usefixtures("qapp")
def test_that_a_picture_of_the_chart_goes_along_if_wanted_and_shows_volume_only_if_allowed(server: NtfyServer) -> None:
    add_address(server.address)
    chart = ChartModel(source().instrument)
    chart.append([snapshot(minute) for minute in range(90)])
    theme = theme_for("dark")
    for shows_money in (False, True):
        rules = PhoneSettings(enabled=True, chart_picture=True, shows_money=shows_money)
        board = Board()
        settings = Settings(phone=rules)
        phone = PhoneAlerts(board, lambda: settings, {"XAUUSD": chart}, DisplayZones(), is_paper=False)  # noqa: B023
        board.called.emit(of_exit(closed_trade()), "on")
        server.wait_for(2 if shows_money else 1)
        phone.close()
    pictures = [QImage.fromData(picture) for picture in server.pictures]
    expected = [
        chart_picture(last_candles(chart), UTC, theme, shows_volume=shows_money) for shows_money in (False, True)
    ]
    assert pictures == expected
    assert pictures[0] != pictures[1]


@pytest.mark.usefixtures("qapp")
def test_that_a_phone_that_cannot_be_reached_is_announced_once_until_it_can_be() -> None:
    phone = PhoneAlerts(Board(), Settings, {}, DisplayZones(), is_paper=False)
    announced: list[str] = []
    phone.announced.connect(announced.append)
    for words, is_well in (("ntfy: not sent", False), ("ntfy: not sent", False), ("ntfy: sent", True), ("lost", False)):
        phone.reported.emit(words, is_well)
    phone.close()
    assert announced == ["Phone alerts: ntfy: not sent", "Phone alerts: lost"]


@pytest.mark.usefixtures("server")
def test_that_addresses_are_read_when_the_desk_opens_only_if_alerts_are_to_be_sent(qtbot: QtBot) -> None:
    off, on = Settings(), Settings(phone=PhoneSettings(enabled=True))
    idle = PhoneAlerts(Board(), lambda: off, {}, DisplayZones(), is_paper=False)
    ready = PhoneAlerts(Board(), lambda: on, {}, DisplayZones(), is_paper=False)
    idle.prepare()
    with qtbot.waitSignal(ready.reported, timeout=8000):
        ready.prepare()
    assert (idle.model.words, ready.model.words) == (EXAMPLES, NO_ADDRESS)
    idle.close()
    ready.close()
