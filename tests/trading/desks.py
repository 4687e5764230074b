"""A desk on the paper broker, with a market that a test plays: quotes, closed candles, and the setups on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from config.desk import PaperSettings
from config.settings import Settings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.faults import FaultPlan
from engine.archive import Archive
from engine.bus import Bus, Observer
from engine.clock import Clock, MarketClock
from engine.conditions.evaluator import Evaluator
from engine.domain.contract import Contract
from engine.domain.judgement import Setup
from engine.domain.market import Candle, Quote, Side
from engine.domain.messages.commands import SetAuthority, SetAuto, TradingCommand
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.execution import TradeClosed
from engine.domain.messages.trading import ApprovalAsked, CommandRefused, PlanChanged, TradingEvent
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import ApprovalCard, Authority
from engine.domain.trades import ClosedTrade
from engine.market.state import MarketState
from engine.practice.trading import PracticeTrading, trading_store
from engine.trading.broker import Broker, Venue
from engine.trading.exit_orders import ExitOrders
from engine.trading.risk.auto_permits import AutoPermits, SettingsHash
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.trader import Trader
from tests.builders import GOLD, GOLD_CONTRACT, MONDAY, candle, quote, setup
from tests.conditions.markets import RULES, a_setup
from tests.fakes import source
from tests.whole import Heard

T = TypeVar("T")

BID = 1999.8
"""With the spread of 0.2 a BUY pays 2000.0: the entry of the setups and plans of `tests.builders`."""


def settings(**changes: Any) -> Settings:
    return Settings(**({"paper": PaperSettings(latency_ms=0)} | changes))


def with_setup(closed: Candle, found: Setup | None, mean_spread: float = 0.2) -> CandleClosed:
    """A closed candle with the setup that was found on it."""
    snapshot = a_setup(candle=closed, spread_mean=mean_spread, spread_ratio=0.2 / mean_spread)
    return CandleClosed(snapshot, msgspec.structs.replace(Evaluator(GOLD, RULES).evaluate(snapshot), setup=found))


def announcing(archive: Archive, clock: Clock, hear: Callable[[TradingEvent], None]) -> Callable[[TradingEvent], None]:
    """What is published goes to the journal first, then to `hear`."""
    bus = Bus()
    archive.listen(bus, clock)
    bus.subscribe(cast(Observer, hear))
    return bus.publish


def open_trader(
    archive: Archive,
    settings: Settings,
    clock: Clock,
    market: MarketState,
    broker: Broker,
    venue: Venue | None,
    contracts: Mapping[str, Contract],
    publish: Callable[[TradingEvent], None],
    settings_hash: SettingsHash | None = None,
) -> Trader:
    """A trader on any broker that takes up what `archive` remembers."""
    locks = archive.locks
    permits = AutoPermits(locks, settings, contracts, settings_hash)
    modes = ModeSwitch(locks, frozenset(), may_remember=settings.execution.remember_auto)
    return Trader(
        store=trading_store(
            *(archive, settings, locks, modes, ExitOrders(clock, locks), OtherDesks.of_paper(locks)), permits=permits
        ),
        settings=settings,
        clock=clock,
        market=market,
        broker=broker,
        venue=venue,
        contracts=contracts,
        publish=announcing(archive, clock, publish),
    )


class TradingDesk:
    """A desk that goes on where the one before it on the same `directory` stopped, if its `broker` is given as well."""

    def __init__(
        self,
        directory: Path | None = None,
        *,
        settings: Settings | None = None,
        broker: PaperBroker | None = None,
        faults: FaultPlan | None = None,
        clock: MarketClock | None = None,
        is_practice: bool = False,
        settings_hash: SettingsHash | None = None,
    ) -> None:
        self._settings_hash = settings_hash
        self.settings = settings or _SETTINGS
        self.clock = clock or MarketClock(MONDAY)
        self.archive = Archive.open(directory, self.settings, self.clock)
        contracts = {"XAUUSD": GOLD_CONTRACT}
        self.broker = broker or PaperBroker(contracts, self.settings.paper, self.clock, MarketState(), faults)
        self.market = self.broker.market
        self.events: Heard[TradingEvent] = Heard()
        if is_practice:
            self.trader = PracticeTrading([source()], self.settings, self.clock, self.archive).open(
                announcing(self.archive, self.clock, self.events.append), self.settings, self.market
            )
            return
        self.open_again()

    def open_again(self) -> None:
        """The market begins, or begins again, in the same program: another trader on the same store and broker."""
        self.open_with(self.broker, self.broker, {"XAUUSD": GOLD_CONTRACT})

    def open_with(self, broker: Broker, venue: Venue | None, contracts: Mapping[str, Contract]) -> None:
        """A trader on any broker takes up what the store remembers."""
        self.trader = open_trader(
            *(self.archive, self.settings, self.clock, self.market, broker, venue, contracts, self.events.append),
            settings_hash=self._settings_hash,
        )

    def start(self) -> TradingDesk:
        """Starts the desk and lets it agree with its broker."""
        now = self._seconds()
        self.trader.start()
        self.tick(now)
        self.tick(now + 1)
        return self

    def close(self) -> None:
        self.archive.close()

    # -- the market ---------------------------------------------------------------------------------------------

    def tick(self, seconds: float, *, bid: float = BID, spread: float = 0.2) -> None:
        """A quote so many seconds after Monday's start."""
        new = quote(seconds, bid=bid, spread=spread)
        self.clock.set(new.at)
        self.market.on_quote(new)
        self.trader.on_quote(new)

    def show_broker(self, new: Quote) -> None:
        """A quote that only the broker sees."""
        self.market.on_quote(new)
        self.broker.on_quote(new)

    def close_candle(
        self,
        minute: int = 0,
        *,
        found: Setup | None = None,
        close: float = BID,
        mean_spread: float = 0.2,
        **shape: Any,
    ) -> None:
        """The candle of that minute closes, with the setup that was found on it."""
        closed = candle(minute, close=close, **shape)
        self.clock.set(max(self.clock.now(), closed.closed_at))
        found_on = with_setup(closed, found, mean_spread)
        self.market.on_candle(found_on.snapshot)
        self.trader.on_candle(found_on)

    def propose(
        self, minute: int = 0, *, side: Side = Side.BUY, price: float = 2000.0, mean_spread: float = 0.2
    ) -> None:
        """A fresh quote, then the close of the candle on which `signal-<minute>` was found."""
        self.tick(60 * minute + 59, bid=price - 0.2 if side is Side.BUY else price)
        found = setup(side, minute=minute, price=price, signal_id=f"signal-{minute}")
        self.close_candle(minute, found=found, close=price - 0.2, mean_spread=mean_spread)

    # -- the user -----------------------------------------------------------------------------------------------

    def do(self, command: TradingCommand) -> None:
        self.trader.handle(command)

    def trade_by_itself(self) -> TradingDesk:
        self.do(SetAuthority(Authority.AUTO))
        self.do(SetAuto("XAUUSD", True))
        return self

    # -- what came of it ----------------------------------------------------------------------------------------

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def cards(self) -> list[ApprovalCard]:
        return [event.card for event in self.of(ApprovalAsked)]

    @property
    def plans(self) -> dict[str, TradePlan]:
        """Every plan as it was published last."""
        return {event.plan.plan_id: event.plan for event in self.of(PlanChanged)}

    @property
    def statuses(self) -> list[PlanStatus]:
        """The states that plans went through, in the order in which they were published."""
        return [event.plan.status for event in self.of(PlanChanged)]

    @property
    def trades(self) -> list[ClosedTrade]:
        return [event.trade for event in self.of(TradeClosed)]

    @property
    def refusals(self) -> list[str]:
        return [event.reason for event in self.of(CommandRefused)]

    @property
    def orders(self) -> int:
        """Entries that the broker has made, ever."""
        return sum(deal.is_entry for deal in self.broker.deals)

    def denials(self) -> list[str]:
        """The names for which the gate denied, in order."""
        denied = [event.plan for event in self.of(PlanChanged) if event.plan.status is PlanStatus.DENIED]
        return [plan.close_reason.partition(":")[0] for plan in denied]

    def _seconds(self) -> float:
        return (self.clock.now() - MONDAY).total_seconds()


_SETTINGS = settings()
