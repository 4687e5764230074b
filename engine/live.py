"""Trading on a broker's account: each run continues where the previous one on it stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.settings import Settings
from engine.archive import Archive
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.messages.trading import TradingEvent
from engine.domain.risk import Authority
from engine.domain.tokens import Installation
from engine.market.state import MarketState
from engine.persistence.desks.presence import AccountPresence
from engine.practice.trading import mode_switch, trading_store
from engine.trading.broker import Broker
from engine.trading.early import EarlyOrders
from engine.trading.exit_orders import ExitOrders
from engine.trading.risk.auto_permits import AutoPermits, SettingsHash
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.trader import Trader


class LiveTrading:
    """Makes the trader of a live market.

    `contracts` has the terms of a symbol once the market is open, and `account` is known from then on: a trader
    takes up what is known of that account, and nothing of another one. The terms are followed while it runs: the
    broker's word on money may change.
    """

    def __init__(
        self,
        broker: Broker,
        contracts: Mapping[str, Contract],
        clock: Clock,
        archive: Archive,
        installation: Installation,
        presence: AccountPresence,
        account: Callable[[], str],
        settings_hash: SettingsHash | None = None,
    ) -> None:
        """Without `settings_hash` every symbol may trade without approval, whatever was measured for its settings."""
        self._broker = broker
        self._contracts = contracts
        self._clock = clock
        self._archive = archive
        self._installation = installation
        self._presence = presence
        self._account_now = account
        self._settings_hash = settings_hash
        self._account = ""
        self._modes: ModeSwitch | None = None

    def early(self) -> EarlyOrders:
        """Takes what the user orders for safety before the market is open."""
        return EarlyOrders(self._clock, self._archive.locks)

    def open(self, publish: Callable[[TradingEvent], None], settings: Settings, market: MarketState) -> Trader:
        """A trader that takes up orders, positions, plans and locks as the store and the broker have them."""
        archive, account = self._archive, self._account_now()
        archive.assign_unknown(account, self._clock.now())
        exits = ExitOrders(self._clock, archive.locks, account)
        other_desks = OtherDesks(archive.locks, account, self._installation, beside=self._presence.enter(account))
        return Trader(
            store=trading_store(
                *(archive, settings, archive.locks, self._modes_on(account, settings)),
                *(exits, other_desks),
                account=account,
                permits=AutoPermits(archive.locks, settings, self._contracts, self._settings_hash, account),
            ),
            settings=settings,
            clock=self._clock,
            market=market,
            broker=self._broker,
            venue=None,
            contracts=self._contracts,
            publish=publish,
        )

    def _modes_on(self, account: str, settings: Settings) -> ModeSwitch:
        """Those of a desk that was started on the account; one that may trade less goes on with less."""
        before = self._modes
        if before is not None and account == self._account:
            return before
        self._account = account
        self._modes = mode_switch(self._archive, settings, self._contracts, account)
        if before is not None and before.modes.authority < Authority.MANUAL:
            cause = before.modes.cause or "trading authority was reduced on the account before"
            self._modes.lower(before.modes.authority, self._clock.now(), cause=cause)
        return self._modes
