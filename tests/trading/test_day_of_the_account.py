"""Limits of the account count one day for all its symbols, those that are not watched now as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.trading import RiskMitigation
from engine.archive import Archive
from engine.clock import MarketClock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.journal import JournalRecord
from engine.domain.messages.trading import DayFiguresChanged
from engine.trading.plans.table import PlanChange
from tests.builders import MONDAY, closed_trade
from tests.trading.desks import TradingDesk, settings

ONE_LOSS = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_consecutive_losses=1))


def keep_loss(directory: Path, symbol: str, exited_at: datetime) -> None:
    """A loss of an earlier run; the day beside it is the one that the symbol had there."""
    archive = Archive.open(directory, ONE_LOSS, MarketClock(exited_at))
    trade = closed_trade(
        profit=-5.0,
        symbol=symbol,
        entered_at=exited_at - timedelta(minutes=1),
        exited_at=exited_at,
        trading_day=exited_at.date(),
    )
    record = JournalRecord(
        at=exited_at, kind="trade_closed", symbol=symbol, payload={"trade": trade}, account=PAPER_ACCOUNT
    )
    archive.plans.commit(PlanChange(plan=None, was=None, record=record, trade=trade, account=PAPER_ACCOUNT))
    archive.close()


def test_that_a_loss_in_bitcoin_before_midnight_counts_for_gold_after_it(tmp_path: Path) -> None:
    keep_loss(tmp_path, "BTCUSD", MONDAY.replace(hour=23))
    tuesday = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    desk = TradingDesk(tmp_path, settings=ONE_LOSS, clock=MarketClock(tuesday)).start().trade_by_itself()
    desk.propose(16 * 60)
    assert desk.denials() == ["consecutive_losses"]
    desk.close()


def test_that_figures_follow_when_the_day_of_the_account_is_set_otherwise(tmp_path: Path) -> None:
    keep_loss(tmp_path, "BTCUSD", MONDAY.replace(hour=21, minute=30))
    desk = TradingDesk(tmp_path, settings=ONE_LOSS, clock=MarketClock(MONDAY.replace(hour=22, minute=30))).start()
    assert desk.of(DayFiguresChanged)[-1].figures.trades == 0
    midnight = ONE_LOSS.risk_mitigation.model_copy(update={"account_day_ends": "00:00", "account_day_zone": "UTC"})
    desk.trader.use(ONE_LOSS.model_copy(update={"risk_mitigation": midnight}))
    assert desk.of(DayFiguresChanged)[-1].figures.trades == 1
    desk.close()
