"""Locks and figures of the day hold against a hand in the tables and against another store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from config.trading import RiskMitigation
from engine.clock import MarketClock
from engine.domain.messages.commands import ConfirmRecords, Halt, SetAuthority
from engine.domain.messages.trading import DayFiguresChanged, ModesChanged, RecordsDiffer
from engine.domain.risk import Authority
from engine.persistence.opening import DATABASE_FILE
from tests.builders import MONDAY
from tests.trading.desks import TradingDesk, settings

ONE_LOSS = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_consecutive_losses=1))
LONG_COOL_OFF = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=3600))


def after_a_loss(directory: Path, by: Settings = ONE_LOSS) -> TradingDesk:
    """A desk that lost a trade and was closed."""
    desk = TradingDesk(directory, settings=by).start().trade_by_itself()
    desk.propose(0)
    desk.tick(61)
    desk.tick(65, bid=1998.0)
    assert desk.trades[-1].net_profit < 0.0
    desk.close()
    return desk


def rewritten(directory: Path, *statements: str) -> None:
    with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as sql:
        for statement in statements:
            sql.execute(statement)


def again(former: TradingDesk, directory: Path, seconds: float = 190.0) -> TradingDesk:
    clock = MarketClock(MONDAY + timedelta(seconds=seconds))
    broker = former.broker
    broker._clock = clock
    return TradingDesk(directory, settings=former.settings, broker=broker, clock=clock).start()


def confirm(desk: TradingDesk) -> None:
    desk.do(SetAuthority(Authority.AUTO))
    assert "check and confirm them first" in desk.refusals[-1]
    desk.do(ConfirmRecords())
    assert desk.of(RecordsDiffer)[-1].differences == ()
    desk.trade_by_itself()


def test_that_a_store_that_nobody_touched_raises_no_question(tmp_path: Path) -> None:
    desk = again(after_a_loss(tmp_path), tmp_path)
    assert desk.of(RecordsDiffer) == []
    assert desk.of(DayFiguresChanged)[-1].figures.losses == 1
    desk.close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM closed_trades", "is missing from the table of trades"),
        (
            "INSERT INTO closed_trades SELECT 77, entered_at, '2026-03-02T08:02:00+00:00', symbol, 'forged', run, "
            "json_set(trade, '$.profit', 500.0, '$.ticket', 77, '$.plan_id', 'forged', "
            "'$.exited_at', '2026-03-02T08:02:00Z'), account FROM closed_trades",
            "the journal has no record of the result",
        ),
        ("UPDATE closed_trades SET trade = json_set(trade, '$.profit', 5.0)", "has another result"),
    ],
)
def test_that_a_changed_table_of_trades_frees_no_entry_and_is_asked_about_once(
    tmp_path: Path, statement: str, words: str
) -> None:
    first = after_a_loss(tmp_path)
    rewritten(tmp_path, statement)
    desk = again(first, tmp_path)
    assert words in desk.of(RecordsDiffer)[-1].differences[0]
    assert desk.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY
    confirm(desk)
    desk.propose(4)
    assert desk.denials() == ["consecutive_losses"]
    desk.close()
    third = again(desk, tmp_path, 400.0)
    assert third.of(RecordsDiffer) == []
    third.trade_by_itself().propose(8)
    assert third.denials()[-1] == "consecutive_losses"
    third.close()


def test_that_a_cool_off_taken_out_of_its_table_holds(tmp_path: Path) -> None:
    first = after_a_loss(tmp_path, LONG_COOL_OFF)
    rewritten(tmp_path, "DELETE FROM locks")
    desk = again(first, tmp_path)
    assert desk.of(RecordsDiffer)[-1].differences == (
        "the cool-off of XAUUSD was removed from the table of locks or shortened there",
    )
    confirm(desk)
    desk.propose(4)
    assert desk.denials() == ["cool_off"]
    desk.close()


def test_that_an_order_taken_out_of_the_table_of_intents_counts_against_the_limits(tmp_path: Path) -> None:
    by = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_trades_per_hour=1))
    first = after_a_loss(tmp_path, by)
    rewritten(tmp_path, "DROP TRIGGER intents_stay", "DELETE FROM intents")
    desk = again(first, tmp_path)
    assert "is missing from the table of intents" in desk.of(RecordsDiffer)[-1].differences[0]
    confirm(desk)
    desk.propose(4)
    assert desk.denials()[-1] == "trades_per_hour"
    desk.close()


def test_that_a_halt_taken_out_of_its_table_holds_until_the_user_lets_go(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.do(Halt("enough"))
    first.close()
    rewritten(tmp_path, "UPDATE locks SET until = '2020-01-01T00:00:00+00:00'")
    desk = again(first, tmp_path, 5.0)
    halt = desk.of(ModesChanged)[-1].halt
    assert halt is not None
    assert halt.reason == "enough"
    assert desk.of(RecordsDiffer)[-1].differences == (
        "the halt was removed from the table of locks or shortened there",
    )
    desk.close()


@pytest.mark.parametrize("is_deleted", [True, False])
def test_that_another_store_counts_what_the_broker_shows_of_the_day(tmp_path: Path, is_deleted: bool) -> None:
    directory = tmp_path / "first"
    first = after_a_loss(directory)
    if is_deleted:
        (directory / DATABASE_FILE).unlink()
    else:
        directory = tmp_path / "second"
    desk = again(first, directory)
    (difference,) = desk.of(RecordsDiffer)[-1].differences
    assert "a trade of today that is not on record here" in difference
    assert desk.of(DayFiguresChanged)[-1].figures.profit == pytest.approx(first.trades[-1].net_profit)
    confirm(desk)
    desk.propose(4)
    assert desk.denials() == ["consecutive_losses"]
    desk.close()
    third = again(desk, directory, 400.0)
    assert third.of(RecordsDiffer) == []
    assert third.of(DayFiguresChanged)[-1].figures.losses == 1
    third.close()
