"""Trading on an account that a broker keeps: each run goes on where the last one stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.settings import Settings
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.tokens import Installation
from engine.domain.trading_messages import TradingEvent
from engine.execution.broker import Broker
from engine.practice import Archive, mode_switch, office_of
from engine.risk.modes import ModeSwitch
from engine.trading.exit_orders import ExitOrders
from engine.trading.other_desks import OtherDesks
from engine.trading.trader import Trader


class LiveTrading:
    """Makes the trader of a live market; `contracts` has the terms of a symbol once the market is open.

    They are followed while it runs: the broker's word on money may change."""

    def __init__(
        self,
        broker: Broker,
        contracts: Mapping[str, Contract],
        clock: Clock,
        archive: Archive,
        installation: Installation,
    ) -> None:
        self._broker = broker
        self._contracts = contracts
        self._clock = clock
        self._archive = archive
        self._installation = installation
        self._modes: ModeSwitch | None = None

    def open(self, publish: Callable[[TradingEvent], None], settings: Settings) -> Trader:
        """A trader that takes up orders, positions, plans and locks as the store and the broker have them."""
        contracts, archive = self._contracts, self._archive
        if self._modes is None:
            self._modes = mode_switch(archive, settings, contracts)
        return Trader(
            office=office_of(
                *(archive, settings, archive.locks, self._modes),
                *(ExitOrders(self._clock, archive.locks), OtherDesks(archive.locks, "", self._installation)),
            ),
            settings=settings,
            clock=self._clock,
            broker=self._broker,
            venue=None,
            contracts=contracts,
            publish=publish,
        )
