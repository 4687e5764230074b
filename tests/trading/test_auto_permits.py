"""AUTO on a broker's account: settings without a positive verdict need the user's typed confirmation."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from config.trading import ExecutionSettings
from engine.domain.messages.auto import AllowAuto, AutoWithdrawn, WithdrawAuto
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from engine.lab.identity import settings_hash
from engine.persistence import opening
from engine.persistence.opening import DATABASE_FILE
from engine.persistence.safety_page import PAGE_FILE
from tests.builders import GOLD_CONTRACT
from tests.plans.stores import unwritable
from tests.trading.desks import TradingDesk, settings

HASH = settings_hash(settings(), GOLD_CONTRACT)
ALLOWED = AllowAuto(
    symbol="XAUUSD", settings_hash=HASH, verdict="unproven", figure="-0.31 R, 312 trades", asked="-0.31", typed="-0.31"
)


@pytest.fixture
def desk(tmp_path: Path) -> TradingDesk:
    return TradingDesk(tmp_path, settings_hash=settings_hash).start()


def modes(desk: TradingDesk) -> ModesChanged:
    return desk.of(ModesChanged)[-1]


def journal(folder: Path, kind: str) -> list[str]:
    with sqlite3.connect(folder / DATABASE_FILE) as sql:
        return [row[0] for row in sql.execute("SELECT payload FROM journal WHERE kind = ?", (kind,))]


def test_that_no_symbol_goes_to_auto_without_a_positive_verdict_or_a_confirmation(desk: TradingDesk) -> None:
    assert modes(desk).unpermitted == {"XAUUSD": HASH}
    desk.trade_by_itself()
    assert len(desk.refusals) == 1
    assert "no positive verdict" in desk.refusals[0]
    desk.propose()
    assert (len(desk.cards), desk.orders) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"typed": "0.31"}, "'0.31' was typed"),
        ({"asked": "", "typed": ""}, "needs a confirmation"),
        ({"settings_hash": "0" * 16}, "other settings are in force now"),
    ],
)
def test_that_a_wrong_confirmation_is_refused(desk: TradingDesk, changes: dict[str, str], reason: str) -> None:
    desk.do(msgspec.structs.replace(ALLOWED, **changes))
    assert reason in desk.refusals[0]
    assert modes(desk).unpermitted == {"XAUUSD": HASH}


def test_that_the_confirmation_is_in_the_journal_before_the_symbol_trades(desk: TradingDesk, tmp_path: Path) -> None:
    desk.do(ALLOWED)
    (record,) = journal(tmp_path, "auto_allowed")
    assert '"figure":"-0.31 R, 312 trades"' in record
    assert '"typed":"-0.31"' in record
    desk.trade_by_itself().propose()
    desk.tick(61)
    assert (desk.refusals, desk.orders) == ([], 1)


def test_that_a_positive_verdict_needs_no_confirmation(desk: TradingDesk) -> None:
    desk.do(msgspec.structs.replace(ALLOWED, verdict="positive", asked="", typed=""))
    assert desk.trade_by_itself().refusals == []


def test_that_a_confirmation_survives_a_restart_but_not_a_damaged_store(desk: TradingDesk, tmp_path: Path) -> None:
    desk.do(ALLOWED)
    desk.close()
    again = TradingDesk(tmp_path, broker=desk.broker, clock=desk.clock, settings_hash=settings_hash).start()
    assert modes(again).unpermitted == {}
    again.close()
    with sqlite3.connect(tmp_path / DATABASE_FILE) as sql:
        sql.execute("UPDATE memory SET value = '[1' WHERE name = 'auto permits'")
    damaged = TradingDesk(tmp_path, broker=desk.broker, clock=desk.clock, settings_hash=settings_hash).start()
    assert modes(damaged).unpermitted == {"XAUUSD": HASH}


def test_that_a_changed_setting_sets_the_symbol_to_manual_and_says_so(desk: TradingDesk) -> None:
    desk.do(ALLOWED)
    desk.trade_by_itself()
    desk.trader.use(settings(symbols=["XAUUSD"]))
    assert "XAUUSD" in modes(desk).auto_symbols
    desk.trader.use(settings(cooldown_seconds=7))
    assert desk.of(AutoWithdrawn) == [AutoWithdrawn("XAUUSD", "a setting that affects trades was changed")]
    assert modes(desk).auto_symbols == frozenset()
    assert modes(desk).authority is Authority.AUTO
    desk.do(SetAuto("XAUUSD", True))
    assert "no positive verdict" in desk.refusals[-1]


def test_that_an_alarm_of_the_lab_lowers_auto_and_raises_nothing(desk: TradingDesk, tmp_path: Path) -> None:
    desk.do(WithdrawAuto("XAUUSD", "drift"))
    assert desk.of(AutoWithdrawn) == []
    desk.do(ALLOWED)
    desk.trade_by_itself()
    desk.do(WithdrawAuto("XAUUSD", "drift"))
    assert modes(desk).unpermitted == {"XAUUSD": HASH}
    assert modes(desk).auto_symbols == frozenset()
    desk.close()
    assert '"reason":"drift"' in journal(tmp_path, "auto_withdrawn")[0]


def test_that_a_verdict_that_is_not_positive_ends_a_permit_by_a_positive_one_but_no_confirmed_one(
    desk: TradingDesk,
) -> None:
    no_longer = WithdrawAuto("XAUUSD", "the verdict changed", keeps_confirmed=True)
    desk.do(ALLOWED)
    desk.trade_by_itself()
    desk.do(no_longer)
    assert "XAUUSD" in modes(desk).auto_symbols
    desk.do(WithdrawAuto("XAUUSD", "drift"))
    desk.do(msgspec.structs.replace(ALLOWED, verdict="positive", asked="", typed=""))
    desk.trade_by_itself()
    desk.do(no_longer)
    assert (modes(desk).auto_symbols, modes(desk).unpermitted) == (frozenset(), {"XAUUSD": HASH})


def test_that_a_symbol_needs_approval_once_the_broker_says_that_it_stands_for_something_else(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path, settings_hash=settings_hash)
    contracts = {"XAUUSD": msgspec.structs.replace(GOLD_CONTRACT, symbol="GOLD", stands_for="XAUUSD")}
    desk.open_with(desk.broker, desk.broker, contracts)
    desk.start().do(ALLOWED)
    assert desk.trade_by_itself().refusals == []
    contracts["XAUUSD"] = msgspec.structs.replace(contracts["XAUUSD"], stands_for="BTCUSD")
    desk.propose()
    desk.tick(61)
    assert (len(desk.cards), desk.orders) == (1, 0)


def test_that_a_symbol_on_auto_without_permission_is_on_manual_after_a_restart(tmp_path: Path) -> None:
    desk = (
        TradingDesk(tmp_path, settings=settings(execution=ExecutionSettings(remember_auto=True)))
        .start()
        .trade_by_itself()
    )
    desk.close()
    again = TradingDesk(
        tmp_path, settings=desk.settings, broker=desk.broker, clock=desk.clock, settings_hash=settings_hash
    ).start()
    assert [each.symbol for each in again.of(AutoWithdrawn)] == ["XAUUSD"]
    assert modes(again).auto_symbols == frozenset()
    again.do(SetAuthority(Authority.AUTO))
    assert again.refusals == []


def test_that_a_permission_that_cannot_be_stored_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    desk = TradingDesk(tmp_path, settings_hash=settings_hash).start()
    with unwritable(tmp_path):
        desk.do(ALLOWED)
    assert modes(desk).authority is Authority.EXITS_ONLY
    desk.trade_by_itself().propose()
    desk.tick(61)
    assert modes(desk).unpermitted == {"XAUUSD": HASH}
    assert (desk.orders, modes(desk).auto_symbols) == (0, frozenset())


def test_that_a_permission_that_ended_without_a_store_stays_ended_after_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    desk = TradingDesk(tmp_path / "data", settings_hash=settings_hash).start()
    desk.do(ALLOWED)
    desk.trade_by_itself()
    with unwritable(tmp_path / "data"):
        desk.do(WithdrawAuto("XAUUSD", "drift"))
        assert "withdrawn permission for AUTO" in modes(desk).unwritten
        shutil.copytree(tmp_path / "data", tmp_path / "crashed", ignore=shutil.ignore_patterns("*.lock"))
    crashed = TradingDesk(tmp_path / "crashed", settings_hash=settings_hash).start()
    assert modes(crashed).unpermitted == {"XAUUSD": HASH}
    assert modes(crashed).auto_symbols == frozenset()


def test_that_an_old_page_brings_no_permission_back_that_ended_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    other = msgspec.structs.replace(GOLD_CONTRACT, symbol="GOLD")
    contracts = {"XAUUSD": GOLD_CONTRACT, "GOLD": other}
    desk = TradingDesk(tmp_path, settings_hash=settings_hash)
    desk.open_with(desk.broker, desk.broker, contracts)
    desk.start().do(ALLOWED)
    desk.do(msgspec.structs.replace(ALLOWED, symbol="GOLD", settings_hash=settings_hash(settings(), other)))
    with unwritable(tmp_path):
        desk.do(WithdrawAuto("GOLD", "drift"))
        page = (tmp_path / PAGE_FILE).read_bytes()
    desk.do(WithdrawAuto("XAUUSD", "drift"))
    desk.close()
    (tmp_path / PAGE_FILE).write_bytes(page)
    again = TradingDesk(tmp_path, broker=desk.broker, clock=desk.clock, settings_hash=settings_hash).start()
    assert modes(again).unpermitted == {"XAUUSD": HASH}
