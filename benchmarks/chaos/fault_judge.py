"""Judges a run of `benchmarks.chaos.faults` by the broker's own log, positions and deals, against the desk's words."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from benchmarks.chaos.fault_desk import MAGIC, FaultDesk, is_filled
from engine.domain.messages.engine import GatewayChanged
from tests.fake_metatrader5.simulator import Entry, SimulatorClient

_LOOK_S: Final = 0.1
_NAKED_S: Final = 1.0
_FALSE_S: Final = 3.0
"""For so long stop or target may differ while a change is on its way and its answer is late."""
_AGREED_WITHIN_S: Final = 8.0
_CENTS: Final = 0.021
_OPEN_OUTCOMES: Final = (10008, 10011, 10012, 10031)
_HARMLESS_ERRORS: Final = (-2, -8)
_DEAL_IN: Final = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to. Everything from `entered_blind` on is a violation."""

    orders: int
    unknown: int
    astray: int
    """Orders in the very instant of a switch: they landed on the other account, with stop and target."""
    naked_s: float
    entered_blind: int
    wrong: int
    assumed: int
    """Orders that the desk called failed although the answer was open, and neither history nor user said so."""
    unresolved: int
    doubled: int
    unprotected: int
    false_stops: int
    lost_positions: int
    closed_twice: int
    wrong_results: int
    others_touched: int
    notes: tuple[str, ...] = ()

    @property
    def violations(self) -> int:
        return sum(getattr(self, name) for name in VIOLATIONS)


VIOLATIONS: Final = (
    "entered_blind", "wrong", "assumed", "unresolved", "doubled", "unprotected", "false_stops", "lost_positions",
    "closed_twice", "wrong_results", "others_touched",
)  # fmt: skip


class Watchman:
    """Compares stops at the broker with those the desk believes in, while the desk has a way to the broker."""

    def __init__(self, simulator: SimulatorClient, desk: FaultDesk) -> None:
        self._simulator = simulator
        self._desk = desk
        self._naked_s: dict[int, float] = defaultdict(float)
        self._false_s: dict[int, float] = defaultdict(float)
        self.unprotected: set[int] = set()
        self.false: dict[int, str] = {}
        self.longest_naked_s = 0.0
        self._logged = 0
        self._hung_at = 0.0

    async def watch(self) -> None:
        looked_at = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_S)
            now = time.monotonic()
            # A loop that came late is the machine's fault, and nobody could act meanwhile.
            passed_s, looked_at = min(now - looked_at, 2 * _LOOK_S), now
            if self._desk.diary.is_ready and not self._is_in_a_hanging_call():
                self._look(passed_s)

    def _is_in_a_hanging_call(self) -> bool:
        """Until the desk gives a call up that hangs, it can neither see nor change anything."""
        new = self._simulator.log(self._logged, function="order_send")
        self._logged = max([self._logged, *(each.number + 1 for each in new)])
        self._hung_at = max([self._hung_at, *(each.at for each in new if "hang" in each.faults)])
        return self._hung_at > max((at for at, _ in self._desk.diary.all_of(GatewayChanged)), default=0.0)

    def _look(self, passed_s: float) -> None:
        own = {each["ticket"]: each for each in self._simulator.positions(1001) if each["magic"] == MAGIC}
        for ticket, held in own.items():
            self._naked_s[ticket] = self._naked_s[ticket] + passed_s if not held["sl"] else 0.0
            self.longest_naked_s = max(self.longest_naked_s, self._naked_s[ticket])
            if self._naked_s[ticket] > _NAKED_S + _LOOK_S:
                self.unprotected.add(ticket)
            believed = self._desk.diary.stops.get(ticket)
            is_false = believed is not None and believed != _levels(held)
            self._false_s[ticket] = self._false_s[ticket] + passed_s if is_false else 0.0
            if self._false_s[ticket] > _FALSE_S:
                self.false[ticket] = f"{ticket}: the desk believes {believed}, the broker has {_levels(held)}"


async def agreement(simulator: SimulatorClient, desk: FaultDesk) -> tuple[int, tuple[str, ...]]:
    """How many positions desk and broker still see differently in a market that stands still; and which."""
    for symbol in desk.desk.settings.symbols:
        simulator.still(symbol)
    until = time.monotonic() + _AGREED_WITHIN_S
    while True:
        own = {each["ticket"]: _levels(each) for each in simulator.positions(1001) if each["magic"] == MAGIC}
        believed = dict(desk.diary.stops)
        odd = sorted(ticket for ticket in own.keys() | believed.keys() if own.get(ticket) != believed.get(ticket))
        if not odd or time.monotonic() > until:
            return len(odd), tuple(f"{each}: broker {own.get(each)}, desk {believed.get(each)}" for each in odd)
        await asyncio.sleep(_LOOK_S)


def judge(
    simulator: SimulatorClient,
    desk: FaultDesk,
    watchman: Watchman,
    blind: Sequence[tuple[float, float]],
    others: Sequence[dict[str, Any]],
    odd: tuple[int, tuple[str, ...]],
) -> Verdict:
    """`others` are positions of others as they were, `odd` what `agreement` has found."""
    log = simulator.log(function="order_send")
    elsewhere = {deal["order"] for deal in simulator.deals(2002) if deal["order"]}
    entries = [each for each in log if each.kind == "open" and each.order not in elsewhere]
    diary = desk.diary
    by_token = defaultdict(list)
    for each in entries:
        by_token[each.request["comment"]].append(each)
    wrong = wrong_outcomes(diary.outcomes, by_token)
    assumed = [
        token
        for token, events in diary.outcomes.items()
        if "failed" in events and token not in diary.settled and _is_in_doubt_at_last(by_token.get(token, []))
    ]
    blindly = [f"{e.at - begun:.2f} s" for e in entries for begun, ended in blind if begun < e.at < ended]
    doubled = [token for token, sent in by_token.items() if is_doubled(sent)]
    results = _wrong_results(desk, simulator.deals(1001))
    return Verdict(
        orders=len(entries),
        unknown=sum("unknown" in events for events in diary.outcomes.values()),
        astray=sum(each.kind == "open" and each.order in elsewhere for each in log),
        naked_s=round(watchman.longest_naked_s, 2),
        entered_blind=len(blindly),
        wrong=len(wrong),
        assumed=len(assumed),
        unresolved=len(diary.unknown),
        doubled=len(doubled),
        unprotected=len(watchman.unprotected),
        false_stops=len(watchman.false),
        lost_positions=odd[0],
        closed_twice=sum(len(events) - 1 for events in diary.closed.values()),
        wrong_results=len(results),
        others_touched=_touched(simulator, log, others),
        notes=(
            *(*odd[1], *watchman.false.values(), *wrong, *results),
            *(f"sent twice: {each}" for each in doubled),
            *(f"called failed without evidence: {each}" for each in assumed),
            *(f"entered blindly, {each} too late" for each in blindly),
            *(f"without a stop: {each}" for each in watchman.unprotected),
        ),
    )


def _levels(held: dict[str, Any]) -> tuple[float | None, float | None]:
    return held["sl"] or None, held["tp"] or None


def _is_in_doubt(entry: Entry) -> bool:
    """Whether the answer to the desk left the outcome open, or never came."""
    if entry.code is None or (entry.code != 1 and entry.code not in _HARMLESS_ERRORS):
        return True
    return entry.reported_retcode in _OPEN_OUTCOMES


def _is_in_doubt_at_last(sent: Sequence[Entry]) -> bool:
    """Whether the last request was one; one that never reached the terminal is not, that the link knows."""
    return bool(sent) and _is_in_doubt(sent[-1])


def is_doubled(sent: Sequence[Entry]) -> bool:
    """Carried out twice, or sent again although the first might have been carried out."""
    return sum(map(is_filled, sent)) > 1 or any(map(_is_in_doubt, sent[:-1])) or any(map(is_filled, sent[:-1]))


def wrong_outcomes(outcomes: dict[str, list[str]], by_token: dict[str, list[Entry]]) -> list[str]:
    """Orders that the desk ended otherwise than the broker did."""
    wrong = []
    for token, events in outcomes.items():  # one that went astray left no trace on the account
        was_filled = any(map(is_filled, by_token.get(token, ())))
        said = {"opened", "failed"} & set(events)
        if said and said != {"opened" if was_filled else "failed"}:
            wrong.append(f"{token} was {'filled' if was_filled else 'not filled'}: {events}")
    return wrong


def _wrong_results(desk: FaultDesk, deals: Sequence[dict[str, Any]]) -> list[str]:
    """Closed trades whose money or R is not what the broker's deals and the order's stop come to."""
    money: dict[int, float] = defaultdict(float)
    for deal in deals:
        money[deal["position_id"]] += sum(deal[name] for name in ("profit", "commission", "swap", "fee"))
    wrong = []
    for ticket, events in desk.diary.closed.items():
        trade, true = events[0].trade, money[desk.diary.identifiers.get(ticket, ticket)]
        net = trade.profit + trade.commission + trade.swap
        risk = abs(trade.entry - (trade.stop_loss or trade.entry)) * 100.0 * trade.volume_lots
        is_r_right = trade.r is None or abs(trade.r * risk - net) < _CENTS
        if abs(net - true) > _CENTS or not is_r_right:
            wrong.append(
                f"trade {ticket}: the desk says {net:.2f} and {trade.r} R, the broker {true:.2f}, risk {risk:.2f}"
            )
    return wrong


def _touched(simulator: SimulatorClient, log: Sequence[Entry], others: Sequence[dict[str, Any]]) -> int:
    tickets = {each["ticket"] for each in others}
    now = {each["ticket"]: each for login in (1001, 2002) for each in simulator.positions(login)}
    kept = ("volume", "sl", "tp")
    changed = sum(any(now.get(each["ticket"], {}).get(name) != each[name] for name in kept) for each in others)
    return changed + sum(each.request["position"] in tickets for each in log)
