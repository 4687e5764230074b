"""Compares tables, journal and broker for the account's day; the user has to confirm the differences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import groupby

from engine.domain.contract import MONEY_DECIMALS
from engine.domain.facts import RecordsConfirmed
from engine.domain.journal import JournalRecord
from engine.domain.market import Side
from engine.domain.orders import Deal, ExitReason
from engine.domain.records import record_of
from engine.domain.risk import Authority, Lock
from engine.domain.tokens import installation_of
from engine.domain.trades import ClosedTrade
from engine.trading.plans.table import OnRecord

_WORDS = {"halt": "the halt", "flatten": "Flatten", "cooldown": "the cooldown", "cool_off": "the cool-off"}


class AccountRecords:
    """Keeps the differences that the user has not confirmed. While there is one, the desk only closes positions.

    The journal counts before the tables, and the broker's deals before both; in doubt the stricter figure counts.
    """

    def __init__(self) -> None:
        self._open: dict[str, str] = {}
        self._asked: frozenset[str] = frozenset()
        self._confirmed: frozenset[str] = frozenset()
        self._positions: set[int] = set()

    @property
    def differences(self) -> tuple[str, ...]:
        """What does not agree and was not confirmed, as sentences."""
        return tuple(self._open.values())

    def objection(self, to: Authority) -> str | None:
        """Why authority cannot be as high as `to` now; None where it can."""
        if to <= Authority.EXITS_ONLY or not self._open:
            return None
        return f"the records of this account do not agree ({self.differences[0]}): check and confirm them first"

    def confirm(self, at: datetime, *, by: str) -> JournalRecord:
        """The user has checked the differences; write the returned record, so that they are not asked again."""
        keys, self._open = tuple(self._open), {}
        self._confirmed |= frozenset(keys)
        return record_of(RecordsConfirmed(by, keys), at)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the differences."""
        return tuple(self._open)

    # -- tables and journal -------------------------------------------------------------------------------------

    def compare(self, on_record: OnRecord, kept: Iterable[ClosedTrade]) -> tuple[ClosedTrade, ...]:
        """The results to count, oldest first: those on record, and losses that only the table `kept`."""
        journal, table = _by_key(on_record.trades), _by_key(kept)
        for key, trade in journal.items():
            if key not in table:
                self._differ(f"missing {key}", f"the result of {_name(trade)} is missing from the table of trades")
            elif table[key].net_profit != trade.net_profit:
                self._differ(f"other {key}", f"the table of trades has another result of {_name(trade)}")
        only_kept = [trade for key, trade in table.items() if key not in journal]
        for trade in only_kept:
            self._differ(f"added {_key(trade)}", f"the journal has no record of the result of {_name(trade)}")
        counted = [*journal.values(), *(trade for trade in only_kept if trade.net_profit < 0.0)]
        self._positions |= {trade.ticket for trade in (*journal.values(), *only_kept)}
        return tuple(sorted(counted, key=lambda trade: trade.exited_at))

    def recall(self, on_record: OnRecord) -> None:
        """What the user was asked in earlier runs, and what was confirmed."""
        self._asked, self._confirmed = on_record.asked, on_record.confirmed

    def miss(self, locks: Iterable[Lock]) -> None:
        """Locks on record that hold, and that their table did not have or had shorter."""
        for lock in locks:
            of = f" of {lock.symbol}" if lock.symbol else ""
            key = f"lock {lock.name.value} {lock.symbol} {lock.since.isoformat()}"
            self._differ(key, f"{_WORDS[lock.name.value]}{of} was removed from the table of locks or shortened there")

    def compare_entries(self, on_record: OnRecord, kept: Collection[str]) -> tuple[datetime, ...]:
        """Orders to count, oldest first, that left by the journal and that the table of intents, by plan, has not."""
        missing = sorted({(at, plan_id) for plan_id, at in on_record.entries if plan_id not in kept})
        for _, plan_id in missing:
            self._differ(f"intent {plan_id}", f"the order of plan {plan_id} is missing from the table of intents")
        return tuple(at for at, _ in missing)

    def note(self, trade: ClosedTrade) -> None:
        """A result that goes on record now."""
        self._positions.add(trade.ticket)

    # -- the broker's deals -------------------------------------------------------------------------------------

    def unrecorded(
        self,
        deals: Iterable[Deal],
        day: tuple[date, datetime],
        open_positions: Collection[int],
        is_sent: Callable[[str], bool],
        desks: Collection[str],
    ) -> tuple[list[ClosedTrade], list[datetime]]:
        """Results and entries of the day that the deals with the desk's magic show and no record does.

        `day` is the account's day and when it began; `open_positions` are known, and so are tokens that `is_sent`
        knows. Trades of other `desks` that were seen here before count as well, but raise no question: a desk that was
        not seen before may be this one with another store.
        """
        results: list[ClosedTrade] = []
        entries: list[datetime] = []
        ours = sorted((deal for deal in deals if deal.is_ours), key=lambda deal: (deal.position_id, deal.at))
        for position, group in groupby(ours, key=lambda deal: deal.position_id):
            of_position = list(group)
            is_known = position in self._positions or position in open_positions
            if is_known or any(deal.token and is_sent(deal.token) for deal in of_position):
                continue
            entries += [deal.at for deal in of_position if deal.is_entry and deal.at >= day[1]]
            if any(not deal.is_entry and deal.at >= day[1] for deal in of_position):
                results.append(_closed(of_position, day[0]))
            elif not any(deal.is_entry and deal.at >= day[1] for deal in of_position):
                continue
            self._positions.add(position)
            key, first = f"deal {position}", of_position[0]
            if key in self._asked or not any(installation_of(deal.token) in desks for deal in of_position):
                name = f"{first.side.value} {first.symbol} ({position})"
                self._differ(key, f"the broker shows a trade of today that is not on record here: {name}")
        return results, entries

    def _differ(self, key: str, sentence: str) -> None:
        if key not in self._confirmed:
            self._open[key] = sentence


def _by_key(trades: Iterable[ClosedTrade]) -> Mapping[str, ClosedTrade]:
    return {_key(trade): trade for trade in trades}


def _key(trade: ClosedTrade) -> str:
    return f"{trade.ticket} {trade.entered_at.isoformat()} {trade.plan_id}"


def _name(trade: ClosedTrade) -> str:
    return f"{trade.side.value} {trade.symbol} ({trade.ticket})"


def _closed(deals: list[Deal], day: date) -> ClosedTrade:
    """The closed trade that the deals of one position add up to; stop, target and R are not known."""
    exits = [deal for deal in deals if not deal.is_entry]
    entry = next((deal for deal in deals if deal.is_entry), exits[0])
    lots = sum(deal.volume_lots for deal in exits)
    return ClosedTrade(
        plan_id="",
        token=entry.token,
        ticket=entry.position_id,
        symbol=entry.symbol,
        side=Side.SELL if exits[0].side is Side.BUY else Side.BUY,
        volume_lots=lots,
        entered_at=entry.at,
        entry=entry.price,
        stop_loss=None,
        take_profit=None,
        exited_at=exits[-1].at,
        exit=round(sum(deal.price * deal.volume_lots for deal in exits) / lots, MONEY_DECIMALS)
        if lots
        else entry.price,
        reason=ExitReason.OTHER,
        profit=round(sum(deal.profit for deal in deals), MONEY_DECIMALS),
        commission=round(sum(deal.commission for deal in deals), MONEY_DECIMALS),
        swap=round(sum(deal.swap for deal in deals), MONEY_DECIMALS),
        r=None,
        trading_day=day,
    )
