"""The desk as the gate sees it: what is open, on its way, reserved and earned, each counted where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
import pytest

from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.clock import MarketClock
from engine.domain.calendar import Calendar
from engine.domain.market import Side
from engine.domain.messages.broker import ConnectionChanged
from engine.domain.orders import WorkingOrder
from engine.domain.risk import Authority, DenialName, DeskState, LockName, OrderProposal
from engine.errors import InvalidOrder
from engine.market.hours import TradingHours
from engine.trading.risk.context import RiskContext
from engine.trading.risk.locks import Locks
from engine.trading.risk.modes import ModeSwitch
from tests.broker_values import BITCOIN_CONTRACT, CONTRACTS, account, broker_state, position, trade
from tests.builders import GOLD_CONTRACT, MONDAY, at, candle, closed_trade, news, order, plan
from tests.conditions.markets import a_setup
from tests.execution.desks import ScriptedDesk
from tests.plans.stores import StoredDesk
from tests.risk.desk_at_rest import BUY, SELL
from tests.risk.test_locks_of_accounts import COOL_OFF, COOLDOWN, Table
from tests.risk.test_modes import Memory

HOURS = TradingHours(CONTRACTS, ExecutionSettings())


class Desk:
    """Everything that a risk context looks at."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.execution = ScriptedDesk()
        self.clock: MarketClock = self.execution.clock
        self.store = StoredDesk()
        self.locks = Locks(Table(), COOLDOWN, COOL_OFF, "1234")
        self.modes = ModeSwitch(Memory(), frozenset(), may_remember=False)
        self.context = RiskContext(
            self.clock,
            settings or Settings(),
            self.execution.market,
            self.store.plans,
            self.locks,
            self.modes,
            self.execution.execution,
            HOURS,
        )

    def connect(self, **changes: object) -> None:
        """The link with a round trip of 40 ms, and the broker's state."""
        self.execution.execution.start()
        self.execution.broker.publish(
            ConnectionChanged(
                is_connected=True, may_trade=True, reason="", round_trip=timedelta(milliseconds=40), at=MONDAY
            )
        )
        self.execution.show(broker_state(**changes))


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.store.close()


def known(state: DeskState, *names: str) -> tuple[object, ...]:
    return tuple(getattr(state, name) for name in names)


def test_that_a_desk_which_has_heard_nothing_owns_nothing_and_may_do_nothing(desk: Desk) -> None:
    assert desk.context.state(BUY) == DeskState(
        at=MONDAY,
        authority=Authority.MANUAL,
        is_flattening=False,
        is_connected=False,
        is_reconciled=False,
        has_unknown_outcome=False,
        may_trade_side=False,
        is_signal_used=False,
        cooldown_until=None,
        cool_off_until=None,
        quote=None,
        spread_mean=None,
        is_volume_low=False,
        latency_ms=None,
        positions_of_symbol=0,
        positions_in_all=0,
        entries_last_hour=0,
        entries_today=0,
        realised_today=0.0,
        open_profit=0.0,
        consecutive_losses=0,
        equity=0.0,
        margin_free=0.0,
        margin_required=0.0,
        contract=GOLD_CONTRACT,
        has_unknown_money=False,
        close=HOURS.close_after("XAUUSD", MONDAY),
    )


def test_that_equity_is_the_balance_and_what_is_open(desk: Desk) -> None:
    desk.connect(account=account(balance=9_000.0, equity=5.0, free_margin=8_000.0))
    desk.execution.quote(1, bid=2000.2)
    desk.execution.open_trade()
    desk.execution.quote(2, bid=2001.2)
    state = desk.context.state(BUY)
    assert known(state, "equity", "open_profit", "margin_free", "latency_ms") == (9_001.0, 1.0, 8_000.0, 40.0)
    assert desk.context.equity == 9_001.0
    assert known(state, "is_connected", "is_reconciled", "may_trade_side", "at") == (True, True, True, at(2))
    assert state.quote is not None
    assert state.quote.bid == 2001.2


@pytest.mark.parametrize(("proposal", "price"), [(BUY, 2000.2), (SELL, 2000.0)])
def test_that_margin_is_for_what_the_order_would_pay(
    desk: Desk, proposal: OrderProposal, price: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = msgspec.structs.replace(GOLD_CONTRACT, margin_rate=0.05)
    monkeypatch.setitem(CONTRACTS, "XAUUSD", carried)
    assert desk.context.state(proposal).margin_required == carried.margin(2000.0, 0.01)
    desk.execution.quote(1)
    assert desk.context.state(proposal).margin_required == carried.margin(price, 0.01)


def test_that_open_on_its_way_foreign_working_and_reserved_all_count_as_positions(desk: Desk) -> None:
    foreign = (position(8, is_ours=False, token=""), position(9, is_ours=False, token="", symbol="BTCUSD"))
    working = (WorkingOrder(symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, at=MONDAY, ticket=5, is_ours=False),)
    desk.connect(positions=foreign, working=working)
    desk.execution.open_trade()
    desk.execution.submit(order("plan-2"))
    desk.execution.submit(order("plan-3", symbol="BTCUSD"))
    assert known(desk.context.state(BUY), "positions_of_symbol", "positions_in_all") == (4, 6)
    for plan_id, symbol in (("plan-4", "XAUUSD"), ("plan-5", "BTCUSD"), (BUY.plan_id, "XAUUSD")):
        desk.context.reserve(msgspec.structs.replace(BUY, plan_id=plan_id, symbol=symbol), MONDAY)
    state = desk.context.state(BUY)
    assert known(state, "positions_of_symbol", "positions_in_all") == (5, 8)
    assert known(state, "entries_last_hour", "entries_today") == (2, 2)
    desk.context.release("plan-4")
    desk.context.release("never reserved")
    assert known(desk.context.state(BUY), "positions_of_symbol", "positions_in_all") == (4, 7)


def test_that_a_doubt_about_gold_is_none_about_bitcoin(desk: Desk) -> None:
    desk.connect()
    desk.execution.submit(order())
    desk.execution.link(is_connected=False)
    desk.execution.link(is_connected=True, may_trade=False)
    bitcoin = msgspec.structs.replace(BUY, symbol="BTCUSD")
    assert known(desk.context.state(BUY), "has_unknown_outcome", "may_trade_side", "is_reconciled") == (
        True,
        False,
        False,
    )
    assert not desk.context.state(bitcoin).has_unknown_outcome
    assert desk.context.state(bitcoin).contract == BITCOIN_CONTRACT


def test_that_an_hour_and_a_day_count_the_orders_that_were_sent_in_them(desk: Desk) -> None:
    for hours in (-8.001, -8.0, -1.0, -0.999, 0.0):
        desk.execution.portfolio.count_entry(MONDAY + timedelta(hours=hours))
    assert known(desk.context.state(BUY), "entries_last_hour", "entries_today") == (2, 4)
    desk.execution.portfolio.use_day(lambda instant: (instant + timedelta(hours=16.5)).date())
    assert known(desk.context.state(BUY), "entries_last_hour", "entries_today") == (2, 1)


def test_that_orders_of_more_than_two_days_ago_are_forgotten(desk: Desk) -> None:
    desk.execution.portfolio.use_day(lambda _: MONDAY.date())
    for hours in (-48.001, -48.0, 0.0):
        desk.execution.portfolio.count_entry(MONDAY + timedelta(hours=hours))
    assert desk.context.state(BUY).entries_today == 2


def test_that_results_of_today_count_and_those_of_yesterday_do_not(desk: Desk) -> None:
    locks = desk.execution.portfolio
    locks.record(closed_trade(profit=-9.0, exited_at=MONDAY - timedelta(days=1)))
    locks.record(closed_trade(profit=-1.5))
    locks.record(closed_trade(profit=-0.5, symbol="BTCUSD"))
    assert known(desk.context.state(BUY), "realised_today", "consecutive_losses") == (-2.0, 2)


def test_that_the_cooldown_which_an_order_began_itself_does_not_stand_against_it(desk: Desk) -> None:
    (lock,) = desk.context.reserve(BUY, MONDAY)
    other = msgspec.structs.replace(BUY, plan_id="plan-2")
    assert desk.context.state(BUY).cooldown_until is None
    assert desk.context.state(other).cooldown_until == lock.until == at(30)
    desk.context.release(BUY.plan_id)
    assert desk.context.state(BUY).cooldown_until == at(30)
    desk.locks.after_exit("XAUUSD", MONDAY)
    assert desk.context.state(BUY).cool_off_until == at(60)
    assert desk.locks.until(LockName.COOL_OFF, "XAUUSD") == at(60)


def test_that_halt_flatten_and_a_used_signal_are_seen(desk: Desk) -> None:
    desk.modes.set_authority(Authority.AUTO, MONDAY, by="user")
    assert known(desk.context.state(BUY), "authority", "is_flattening", "is_signal_used") == (
        Authority.AUTO,
        False,
        False,
    )
    desk.locks.engage_halt(MONDAY, by="user", reason="news")
    desk.locks.engage_flatten(MONDAY, by="user")
    desk.store.plans.add(plan("plan-9"), MONDAY, signal_id=BUY.signal_id)
    assert known(desk.context.state(BUY), "authority", "is_flattening", "is_signal_used") == (
        Authority.HALT,
        True,
        True,
    )
    assert not desk.context.state(msgspec.structs.replace(BUY, plan_id="plan-9")).is_signal_used


def test_that_an_open_position_whose_money_is_not_known_is_seen_by_orders_of_every_symbol(desk: Desk) -> None:
    assert not desk.context.state(BUY).has_unknown_money
    desk.execution.portfolio.put(trade(position=position(9, symbol="XAGUSD")))
    assert desk.context.state(BUY).has_unknown_money


@pytest.mark.parametrize(("ratio", "mean"), [(1.0, 0.3), (None, None)])
@pytest.mark.parametrize(("volume", "is_low"), [(49.9, True), (50.0, False)])
def test_that_spread_and_volume_are_measured_by_their_means(
    desk: Desk, ratio: float | None, mean: float | None, volume: float, is_low: bool
) -> None:
    closed = candle(volume=volume)
    desk.execution.market.on_candle(a_setup(candle=closed, spread_mean=0.3, spread_ratio=ratio, volume_mean_20=100.0))
    assert known(desk.context.state(BUY), "spread_mean", "is_volume_low") == (mean, is_low)


def test_that_a_symbol_which_is_not_watched_has_no_terms(desk: Desk) -> None:
    with pytest.raises(InvalidOrder, match="EURUSD is not open now: allowed are XAUUSD, BTCUSD"):
        desk.context.contract("EURUSD")


def test_that_new_limits_judge_from_now_on(desk: Desk) -> None:
    desk.connect()
    desk.execution.quote(1, bid=1999.8)
    at_once = msgspec.structs.replace(BUY, ends_at=_later(60))
    state, denial = desk.context.check(at_once)
    assert denial is None
    assert state == desk.context.state(at_once)
    desk.context.use(Settings(risk_mitigation=RiskMitigation(max_latency_ms=10)))
    _, denial = desk.context.check(at_once)
    assert denial is not None
    assert (denial.name, denial.value, denial.limit) == (DenialName.LATENCY_TOO_HIGH, 40.0, 10.0)
    assert desk.context.objections(at_once) == (desk.context.state(at_once), (denial,))


def test_that_a_symbol_whose_rules_are_gone_is_judged_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    silver = msgspec.structs.replace(GOLD_CONTRACT, symbol="XAGUSD")
    monkeypatch.setitem(CONTRACTS, "XAGUSD", silver)
    with_rules = Settings.model_validate({"xagusd_rules": {"pre_trade_filters": {"spread": {"max_spread": 0.15}}}})
    desk = Desk(with_rules)
    desk.connect()
    desk.execution.quote(1, bid=1999.8, symbol="XAGUSD")
    order_of_silver = msgspec.structs.replace(BUY, symbol="XAGUSD", ends_at=_later(60))
    before = desk.context.objections(order_of_silver)
    assert DenialName.SPREAD_TOO_WIDE in [denial.name for denial in before[1]]
    desk.context.use(Settings())
    assert desk.context.objections(order_of_silver) == before
    desk.store.close()


def _later(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_that_news_of_the_symbols_currency_block_entries_by_the_time_of_the_market(desk: Desk) -> None:
    desk.connect()
    risk = {"news_blackout_minutes": {"high_before": 15, "high_after": 15}}
    desk.context.use(Settings.model_validate({"risk_mitigation": risk}))
    desk.execution.market.calendar = Calendar.of([news(at(20 * 60)), news(at(0), currency="JPY")])
    assert desk.context.state(BUY).blackout is None
    desk.execution.quote(10 * 60)
    found = desk.context.state(BUY).blackout
    assert found is not None
    assert found.event == news(at(20 * 60))
    denials = {denial.name: denial.sentence for denial in desk.context.objections(BUY)[1]}
    words = "USD CPI m/m in 10 min: no entries for 25 min"
    assert denials[DenialName.NEWS_BLACKOUT] == words


def test_that_a_blackout_without_a_calendar_blocks_every_entry_unless_the_settings_say_otherwise(desk: Desk) -> None:
    desk.connect()
    for needs_calendar in (True, False):
        risk = {"news_blackout_minutes": {"high_before": 15}, "news_needs_calendar": needs_calendar}
        desk.context.use(Settings.model_validate({"risk_mitigation": risk}))
        names = [denial.name for denial in desk.context.objections(BUY)[1]]
        assert (DenialName.NEWS_UNKNOWN in names) is needs_calendar
