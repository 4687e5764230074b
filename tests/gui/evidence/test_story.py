"""The evidence badge: measured in a background process, grey for other settings, and confirmed before AUTO."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config import VERSION
from config.settings import Settings
from engine.domain.messages.auto import AllowAuto, AutoWithdrawn, WithdrawAuto
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from engine.lab.identity import settings_hash
from engine.lab.memory.adoptions import open_adoptions
from engine.lab.memory.measured import FILE
from gui.features.evidence.model.drift import DriftWatch
from gui.theme import DARK, apply, style_sheet
from tests.builders import GOLD, MONDAY
from tests.fakes import source
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.evidence.recording import record
from tests.gui.trading.window import TradingWindow

HASH = settings_hash(Settings(), GOLD)
ANSWER = {
    "symbol": "XAUUSD", "settings_hash": HASH, "recording_hash": "ab" * 8, "version": VERSION,
    "paths": 8, "fills": "paths", "calibrated": True, "trials": 7, "trades": 312, "days": 40,
    "mean_r": -0.312, "mean_r_low": -0.38,
    "mean_r_high": -0.24, "trades_needed": 4100, "verdict": "unproven",
    "sentence": "Nothing is proven yet: 12 of 60 market days since they were adopted.",
}  # fmt: skip
PATIENCE_MS = 60_000


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskWindow]:
    """A desk with a recording of its own; another program stands in the place of the lab."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "worker").write_text(f"print({json.dumps(ANSWER)!r})")
    record(tmp_path / "data")
    apply(qapp, DARK)
    desk = DeskWindow(qtbot)
    desk.desk.evidence.begin(tmp_path / "data")
    qtbot.waitUntil(lambda: desk.window.badge.words == "Not measured", timeout=PATIENCE_MS)
    yield desk
    desk.desk.evidence.close()


def measure(desk: DeskWindow, qtbot: QtBot) -> None:
    desk.window.badge.measure.trigger()
    assert desk.window.badge.words.startswith("Measuring …")
    qtbot.waitUntil(lambda: not desk.desk.evidence.measuring, timeout=PATIENCE_MS)


def test_that_the_player_stays_in_sight_beside_measured_settings_while_keys_are_armed(
    desk: DeskWindow, qtbot: QtBot
) -> None:
    desk.window.setStyleSheet(style_sheet(DARK))
    measure(desk, qtbot)
    desk.desk.trading.arming.arm()
    flush()
    player = desk.window.player
    assert desk.window.width() == 1280
    assert desk.window.badge.text() == "Unproven · n 312"
    assert player.speed.isVisible()
    assert player.widgetForAction(player.go_to).isVisible()


def modes(desk: DeskWindow, **changes: str) -> None:
    """Gold has no permit."""
    event = ModesChanged(Authority.AUTO, frozenset(), "", None, unpermitted={"XAUUSD": HASH} | changes)
    desk.desk.trading.on_event(event)


def test_that_settings_are_measured_kept_and_void_once_they_change(
    desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    badge, evidence = desk.window.badge, desk.desk.evidence
    adoptions = open_adoptions(tmp_path / "data" / "lab", MONDAY)
    adopted = adoptions.current("XAUUSD")
    adoptions.close()
    assert adopted is not None
    assert adopted.settings_hash == HASH
    measure(desk, qtbot)
    assert badge.words == "Unproven · 312 trades · −0.31 R [−0.38, −0.24] · 8 paths"
    for part in ("12 of 60 market days", "40 market days", "), calibrated.", "4,100 trades", "7 configurations"):
        assert part in badge.toolTip()
    assert badge.window().width() == 1280
    fitting = (badge.words, "Unproven · n 312 · −0.31 R [−0.38, −0.24]", "Unproven · n 312")
    qtbot.waitUntil(lambda: badge.text() in fitting, timeout=PATIENCE_MS)  # the layout follows in a later event
    desk.desk.use_settings(Settings(cooldown_seconds=7))
    qtbot.waitUntil(lambda: badge.words == "Not measured with these settings", timeout=PATIENCE_MS)
    assert not badge.property("isMeasured")
    (tmp_path / "data" / FILE).write_text('{"measured": [{"symbol": 1}]}')
    evidence.use_settings(Settings())
    qtbot.waitUntil(lambda: badge.words == "Not measured", timeout=PATIENCE_MS)


def test_that_auto_without_a_positive_verdict_is_typed_before_it_is_asked_for(desk: DeskWindow, qtbot: QtBot) -> None:
    measure(desk, qtbot)
    modes(desk)
    before = len(desk.asked)
    desk.window.modes.symbols["XAUUSD"].click()
    dialog = desk.window.permission.dialog
    assert dialog is not None
    assert len(desk.asked) == before
    assert "−0.31 R" in desk.desk.evidence.question("XAUUSD", HASH).words
    field = dialog.fields["XAUUSD"]
    QTest.keyClicks(field, "0.31")
    assert not dialog.allow.isEnabled()
    field.clear()
    QTest.keyClicks(field, "-0.31")
    dialog.allow.click()
    allowed, command = desk.asked[before:]
    assert isinstance(allowed, AllowAuto)
    assert (allowed.settings_hash, allowed.asked, allowed.typed) == (HASH, "-0.31", "-0.31")
    assert command == SetAuto("XAUUSD", True)


def test_that_the_master_switch_asks_for_what_was_not_measured_as_well(desk: DeskWindow) -> None:
    event = ModesChanged(Authority.MANUAL, frozenset({"XAUUSD"}), "", None, unpermitted={"XAUUSD": HASH})
    desk.desk.trading.on_event(event)
    desk.window.modes.master["AUTO"].click()
    dialog = desk.window.permission.dialog
    assert dialog is not None
    dialog.fields["XAUUSD"].setText("UNPROVEN")
    dialog.allow.click()
    assert desk.asked[-1] == SetAuthority(Authority.AUTO)
    desk.window.modes.master["MANUAL"].click()
    assert desk.asked[-1] == SetAuthority(Authority.MANUAL)


def test_that_a_worse_verdict_withdraws_auto_and_alerts_the_user(
    desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    measure(desk, qtbot)
    (tmp_path / "worker").write_text(f"print({json.dumps(ANSWER | {'verdict': 'negative'})!r})")
    measure(desk, qtbot)
    assert isinstance(desk.asked[-1], WithdrawAuto)
    desk.desk.alerts.on_event(AutoWithdrawn("XAUUSD", desk.asked[-1].reason), 1.0)
    assert desk.desk.alerts.recent[-1].title == "XAUUSD was set to MANUAL"
    assert "Negative · 312 trades" in desk.desk.alerts.recent[-1].words


def test_that_a_verdict_on_the_demo_market_says_nothing_about_a_brokers_prices(
    desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "worker").write_text(f"print({json.dumps(ANSWER | {'verdict': 'positive'})!r})")
    measure(desk, qtbot)
    assert not desk.desk.evidence.question("XAUUSD", HASH).asked
    desk.desk.evidence.open([source(format="MetaTrader 5")])
    qtbot.waitUntil(lambda: desk.window.badge.words.startswith("Not measured"), timeout=PATIENCE_MS)
    assert desk.desk.evidence.question("XAUUSD", HASH).asked == "UNPROVEN"


def test_that_a_first_verdict_that_is_negative_takes_back_what_was_allowed_without_one(
    desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "worker").write_text(f"print({json.dumps(ANSWER | {'verdict': 'negative'})!r})")
    measure(desk, qtbot)
    (command,) = [each for each in desk.asked if isinstance(each, WithdrawAuto)]
    assert not command.keeps_confirmed


def test_that_a_start_ends_permits_by_a_verdict_that_is_not_positive_any_more(desk: DeskWindow, qtbot: QtBot) -> None:
    measure(desk, qtbot)
    before = len(desk.asked)
    desk.desk.evidence.open([source()])
    qtbot.waitUntil(lambda: len(desk.asked) > before, timeout=PATIENCE_MS)
    (command,) = desk.asked[before:]
    assert isinstance(command, WithdrawAuto)
    assert (command.symbol, command.keeps_confirmed) == ("XAUUSD", True)


def test_that_a_verdict_that_comes_while_the_dialog_is_open_is_shown_before_auto_is_allowed(
    desk: DeskWindow, qtbot: QtBot
) -> None:
    modes(desk)
    desk.window.modes.symbols["XAUUSD"].click()
    shown = desk.window.permission.dialog
    assert shown is not None
    shown.fields["XAUUSD"].setText("UNPROVEN")
    measure(desk, qtbot)
    shown.allow.click()
    assert not any(isinstance(command, AllowAuto | SetAuto) for command in desk.asked)
    dialog = desk.window.permission.dialog
    assert dialog is not None
    assert dialog is not shown
    dialog.fields["XAUUSD"].setText("-0.31")
    dialog.allow.click()
    assert desk.asked[-1] == SetAuto("XAUUSD", True)


def test_that_a_drift_alarm_withdraws_auto_once_and_is_checked_once_a_day(
    desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    alarm = {"s": 5.3, "threshold": 4.1, "is_alarm": True, "trades": 87}
    found = {"settings_hash": HASH, "live_minus_lab": alarm, "lab_minus_evidence": None}
    (tmp_path / "worker").write_text(f"open('runs', 'a').write('x')\nprint({json.dumps(found)!r})")
    today = [MONDAY]
    watch = DriftWatch(desk.desk.evidence, desk.desk.trading.modes, desk.desk, now=lambda: today[0])
    withdrawn: list[WithdrawAuto] = []
    watch.commanded.connect(withdrawn.append)
    watch.look()
    desk.desk.trading.on_event(ModesChanged(Authority.AUTO, frozenset({"XAUUSD"}), "", None))
    for days in range(3):
        today[0] = MONDAY + timedelta(days=days // 2)
        watch.look()
        qtbot.waitUntil(lambda: watch.is_idle, timeout=PATIENCE_MS)
    watch.close()
    assert (tmp_path / "runs").read_text() == "xx"
    reason = (
        "drift: live trades earn less than simulated trades on the same days (CUSUM 5.30, alarm at 4.10, 87 trades)"
    )
    assert withdrawn == [WithdrawAuto("XAUUSD", reason)]
    assert desk.desk.evidence.question("XAUUSD", HASH).words.startswith("drift: live trades")
    assert desk.desk.evidence.question("XAUUSD", HASH).asked


def test_that_a_card_that_awaits_approval_says_what_was_measured(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.model.approvals.evidence = lambda symbol: f"{symbol}: Unproven · 312 trades"
    window.propose()
    (card,) = window.controls.desk.cards.values()
    assert card.evidence.text() == "XAUUSD: Unproven · 312 trades"
    assert card.evidence.isVisible()
