"""A practice session through jumps: one account, one history, and nothing that stays open."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.trading import RiskMitigation
from engine.bus import Bus
from engine.domain.messages.commands import MoveStops, RejectPlan
from engine.domain.messages.engine import MarketOpened, Seek
from engine.domain.messages.execution import AccountUpdated, OrderFailed, TradeOpened
from engine.domain.messages.manual import PlaceOrder
from engine.domain.messages.trading import CommandRefused, DayFiguresChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.practice import PracticeChanged, PracticeSession, Stretch
from engine.history import SHOWN
from engine.market.state import MarketState
from engine.practice.session import seen_in
from engine.practice.trading import PracticeTrading
from tests.builders import MONDAY, quote
from tests.engine.desks import ScriptedDesk
from tests.fakes import source
from tests.trading.desks import TradingDesk, settings
from tests.trading.test_manual_orders import manual

NO_WAITS: dict[str, Any] = {"cooldown_seconds": 0, "risk_mitigation": RiskMitigation(cool_off_seconds=0)}


class PracticeDesk(TradingDesk):
    """A desk on a played market, which the test jumps in."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(settings=settings(**changes))
        self.bus = Bus()
        self.archive.listen(self.bus, self.clock)
        self.bus.subscribe(self._hear)
        self.practice = PracticeTrading([source()], self.settings, self.clock, self.archive)
        self.practice.recorder.listen(self.bus)
        self._open()

    def _hear(self, event: object) -> None:
        self.events.append(event)  # type: ignore[arg-type]

    def _open(self) -> None:
        self.market = MarketState()
        self.trader = self.practice.open(self.bus.publish, self.settings, self.market)

    def jump(self, minute: int, *, is_new_session: bool = False) -> None:
        """As the engine does: what is open ends, the clock jumps, and the market opens there."""
        self.practice.leave(is_new_session)
        self.jump_on(minute)

    def jump_on(self, minute: int) -> None:
        """The market opens there."""
        self.clock.set(MONDAY + timedelta(minutes=minute))
        self._open()
        self.trader.start()
        self.tick(60 * minute)
        self.tick(60 * minute + 1)

    def buy(self, name: str, second: float, *, stop_loss: float = 1999.5) -> None:
        self.tick(second)
        self.do(PlaceOrder(manual(name, stop_loss=stop_loss)))
        self.tick(second + 1)

    def status(self, name: str) -> PlanStatus:
        """Of the order of that name: its plan has the name of its run before it."""
        return next(plan.status for plan_id, plan in reversed(self.plans.items()) if plan_id.endswith(name))

    @property
    def refusal(self) -> str:
        return self.of(CommandRefused)[-1].reason

    @property
    def session(self) -> PracticeSession:
        session = self.practice.recorder.session
        assert session is not None
        return session


def practice(**changes: Any) -> PracticeDesk:
    desk = PracticeDesk(**changes)
    desk.start()
    return desk


def test_that_the_session_that_is_announced_has_the_balance_after_its_last_trade() -> None:
    desk = practice()
    desk.buy("first", 10)
    desk.tick(20, bid=1998.0)
    desk.tick(21, bid=1998.0)
    (trade,) = desk.trades
    announced = desk.of(PracticeChanged)[-1].session
    assert announced.balance == round(announced.starting_balance + trade.net_profit, 2)


# -- the jump -----------------------------------------------------------------------------------------------------


def test_that_a_jump_closes_what_is_open_at_the_last_quote_and_keeps_the_account() -> None:
    desk = practice()
    desk.buy("first", 10)
    desk.tick(20, bid=2000.5)
    desk.jump(600)
    (trade,) = desk.trades
    assert (trade.reason, trade.exited_at) == (ExitReason.JUMP, quote(20).at)
    assert trade.exit <= 2000.5
    assert desk.status("first") is PlanStatus.CLOSED
    assert desk.trader.depends_on("XAUUSD") is False
    balance = desk.of(AccountUpdated)[-1].account.balance
    assert balance == round(desk.session.starting_balance + trade.net_profit, 2) == desk.session.balance


def test_that_an_order_on_its_way_fails_when_the_market_jumps() -> None:
    desk = practice()
    desk.tick(10)
    desk.do(PlaceOrder(manual("first")))
    desk.jump(600)
    assert [event.reason for event in desk.of(OrderFailed)] == ["The market jumped"]
    assert desk.status("first") is PlanStatus.FAILED
    assert desk.of(TradeOpened) == []


def test_that_a_new_session_begins_with_an_account_of_its_own() -> None:
    desk = practice()
    desk.buy("first", 10)
    desk.jump(600, is_new_session=True)
    assert desk.session.trades == ()
    assert desk.session.balance == desk.session.starting_balance == desk.settings.paper.starting_balance
    assert len(desk.practice.recorder.runs) == 1


def test_that_tickets_are_not_given_twice_in_a_session() -> None:
    desk = practice(**NO_WAITS)
    for number, minute in enumerate((1, 600, 1200)):
        desk.jump(minute)
        desk.buy(f"order-{number}", 60 * minute + 10)
    desk.jump(2000)
    tickets = [trade.ticket for trade in desk.trades]
    assert len(tickets) == len(set(tickets)) == 3


# -- what counts against the limits -------------------------------------------------------------------------------


def test_that_the_loss_of_a_day_stays_used_up_wherever_in_the_day_the_market_jumps() -> None:
    desk = practice(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_consecutive_losses=1))
    desk.buy("first", 3600)
    desk.tick(3605, bid=1999.0)
    assert desk.trades[-1].net_profit < 0
    for name, minute in (("later", 120), ("earlier", 10)):
        desk.jump(minute)
        desk.buy(name, 60 * minute + 5)
        assert "consecutive losses today: 1" in desk.refusal
    desk.jump(3 * 1440)
    desk.buy("another", 3 * 86_400 + 5)
    assert desk.status("another") is PlanStatus.OPEN


def test_that_a_cooldown_holds_at_the_market_time_of_the_new_place() -> None:
    desk = practice(cooldown_seconds=300, risk_mitigation=RiskMitigation(cool_off_seconds=0))
    desk.buy("first", 3600)
    desk.jump(62)
    desk.buy("within", 62 * 60 + 5)
    assert "cooldown" in desk.refusal
    desk.jump(50)
    desk.buy("before", 50 * 60 + 5)
    assert desk.status("before") is PlanStatus.OPEN


def test_that_orders_of_the_hour_are_those_of_the_hour_before_the_new_place() -> None:
    limits = RiskMitigation(cool_off_seconds=0, max_trades_per_hour=1)
    desk = practice(cooldown_seconds=0, risk_mitigation=limits)
    desk.buy("first", 3 * 3600)
    desk.jump(200)
    desk.buy("within", 200 * 60 + 5)
    assert "orders within the last hour: 1" in desk.refusal
    desk.jump(60)
    desk.buy("before", 60 * 60 + 5)
    assert desk.status("before") is PlanStatus.OPEN


def test_that_the_figures_of_the_day_are_announced_again_after_a_jump() -> None:
    desk = practice(**NO_WAITS)
    desk.buy("first", 10)
    desk.jump(60)
    assert desk.of(DayFiguresChanged)[-1].figures.trades == 1


# -- what was seen before -----------------------------------------------------------------------------------------


def test_that_a_trade_on_a_part_that_was_played_before_is_marked() -> None:
    desk = practice(**NO_WAITS)
    desk.jump(100)
    desk.buy("first", 6010)
    desk.tick(9000)
    desk.jump(120)
    desk.buy("again", 7210)
    desk.jump(500)
    desk.buy("new", 30_010)
    desk.jump(600)
    assert [each.is_seen for each in desk.session.trades] == [False, True, False]
    assert [each.stretch for each in desk.session.trades] == [1, 2, 3]


def test_that_what_a_jump_ahead_put_on_the_chart_counts_as_seen_after_a_jump_back() -> None:
    desk = practice(**NO_WAITS)
    desk.jump(1000)
    desk.jump(500)
    desk.buy("known", 30_010)
    desk.jump(2000)
    assert [each.is_seen for each in desk.session.trades] == [True]


INSTANTS = st.integers(0, 60 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@given(st.lists(st.tuples(INSTANTS, st.integers(0, 5000)), max_size=8), INSTANTS)
def test_that_seen_parts_are_those_of_any_stretch_with_the_past_of_its_chart(
    played: list[tuple[Any, int]], at: Any
) -> None:
    stretches = tuple(Stretch(begin, begin + timedelta(minutes=length)) for begin, length in played)
    seen = seen_in(stretches)
    assert all(one.ends_at < other.begins_at for one, other in pairwise(seen))
    is_seen = any(one.begins_at <= at < one.ends_at for one in seen)
    assert is_seen == any(one.begins_at - SHOWN <= at < one.ends_at for one in stretches)


# -- how the rules were kept --------------------------------------------------------------------------------------


def test_that_setups_are_counted_with_what_the_user_did_about_them() -> None:
    desk = practice(**NO_WAITS)
    desk.propose(0)
    plan_id = next(iter(desk.plans))
    desk.do(RejectPlan(plan_id))
    desk.trade_by_itself()
    desk.propose(1)
    desk.tick(121)
    desk.tick(122, bid=1990.0)
    desk.buy("by-hand", 130)
    rules = desk.session.rules
    assert (rules.declined, rules.taken, rules.by_hand) == (1, 1, 1)


def test_that_a_stop_moved_away_from_the_price_is_counted_and_a_tighter_one_is_not() -> None:
    desk = practice()
    desk.buy("first", 10, stop_loss=1999.4)
    ticket = desk.of(TradeOpened)[-1].trade.ticket
    for second, stop in ((12, 1999.5), (14, 1999.3)):
        desk.do(MoveStops(ticket, stop))
        desk.tick(second)
        desk.tick(second + 1)
    assert desk.session.rules.widened == 1


# -- the engine ---------------------------------------------------------------------------------------------------


async def test_that_the_session_goes_on_through_a_seek_until_a_new_one_is_asked_for() -> None:
    script = ((), (quote(0), quote(10)))
    desk = ScriptedDesk(script, script, script, script)
    await desk.engine.play()
    desk.engine.handle(Seek(MONDAY))
    await desk.engine.play()
    desk.engine.handle(Seek(MONDAY, is_new_session=True))
    desk.engine.handle(Seek(MONDAY))
    await desk.engine.play()
    assert [event.goes_on for event in desk.witness.of(MarketOpened)] == [False, True, False]
