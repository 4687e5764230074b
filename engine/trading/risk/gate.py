"""The risk check before every order: all limits in a fixed order, on the current state of the desk.

Each limit looks at one case and objects or does not. Comparisons are written so that a value that is not a number is
always denied.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from config.conditions import PreTradeFilters
from config.settings import SymbolRules
from config.trading import RiskMitigation
from engine.domain.orders import exit_price, signed
from engine.domain.risk import Authority, Denial, DenialName, DeskState, OrderProposal

_MINUTE: Final = timedelta(minutes=1)
_PRICE_NOISE: Final = 1e-9
"""Share of a price that binary fractions may be off by: a spread of 0.25 must not count as 0.2500000001."""


class _Case(NamedTuple):
    """An order to be sent, the desk now, and the limits in force."""

    proposal: OrderProposal
    state: DeskState
    filters: PreTradeFilters
    risk: RiskMitigation


class RiskGate:
    """Says no with a name, or nothing; decides on the values it is given and remembers none of them."""

    def __init__(self, rules: SymbolRules, risk: RiskMitigation) -> None:
        self._filters = rules.pre_trade_filters
        self._risk = risk

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        """The first objection, or None: the order may be sent now."""
        case = _Case(proposal, state, self._filters, self._risk)
        for limit in _LIMITS:
            if (denial := limit(case)) is not None:
                return denial
        return None

    def objections(self, proposal: OrderProposal, state: DeskState) -> tuple[Denial, ...]:
        """The objection of every limit that has one, in order: the preview beside a proposal."""
        case = _Case(proposal, state, self._filters, self._risk)
        return tuple(denial for limit in _LIMITS if (denial := limit(case)) is not None)


def _authority(case: _Case) -> Denial | None:
    """Entries need at least manual authority."""
    if case.state.authority >= Authority.MANUAL:
        return None
    halted = case.state.authority is Authority.HALT
    return Denial(name=DenialName.HALTED if halted else DenialName.EXITS_ONLY)


def _flatten(case: _Case) -> Denial | None:
    """No entries while a Flatten is in force."""
    return Denial(name=DenialName.FLATTENING) if case.state.is_flattening else None


def _connection(case: _Case) -> Denial | None:
    """The broker must be there, agree with the journal, owe no answer, and let the side be traded."""
    state = case.state
    if not state.is_connected:
        return Denial(name=DenialName.NOT_CONNECTED)
    if not state.is_reconciled:
        return Denial(name=DenialName.NOT_RECONCILED)
    if state.has_unknown_outcome:
        return Denial(name=DenialName.OUTCOME_UNKNOWN)
    return None if state.may_trade_side else Denial(name=DenialName.TRADING_DISABLED)


def _terms(case: _Case) -> Denial | None:
    """The tick value of the symbol, and of every symbol with an open position, must be known."""
    is_known = case.state.contract.is_money_known and not case.state.has_unknown_money
    return None if is_known else Denial(name=DenialName.TERMS_UNKNOWN)


def _candles(case: _Case) -> Denial | None:
    """Every candle of the symbol must be known: a signal that lacks one is wrong."""
    return Denial(name=DenialName.CANDLES_MISSING) if case.state.are_candles_missing else None


def _signal(case: _Case) -> Denial | None:
    """A signal is good for one order, and only while its setup lives."""
    state, ends_at = case.state, case.proposal.ends_at
    if state.is_signal_used:
        return Denial(name=DenialName.DUPLICATE_SIGNAL)
    if state.at >= ends_at:
        return Denial(name=DenialName.SETUP_OVER, value=(state.at - ends_at).total_seconds())
    return None


def _locks(case: _Case) -> Denial | None:
    """Waits after an entry and after an exit."""
    state = case.state
    for name, until in (
        (DenialName.COOLDOWN, state.cooldown_until),
        (DenialName.COOL_OFF, state.cool_off_until),
    ):
        if until is not None and state.at < until:
            return Denial(name=name, value=(until - state.at).total_seconds())
    return None


def _close(case: _Case) -> Denial | None:
    """No entries shortly before the market closes, nor while it is closed."""
    close, at = case.state.close, case.state.at
    if close is None or at < close.flat_from:
        return None
    left, lead = close.closes_at - at, close.closes_at - close.flat_from
    return Denial(name=DenialName.BEFORE_CLOSE, value=max(0.0, left / _MINUTE), limit=lead / _MINUTE)


def _news(case: _Case) -> Denial | None:
    """No entries around news; nor, if the settings say so, while no news are known."""
    state = case.state
    if state.news_gap and case.risk.news_needs_calendar:
        return Denial(name=DenialName.NEWS_UNKNOWN, words=state.news_gap)
    if (blackout := state.blackout) is None:
        return None
    left = (blackout.event.at - state.at) / _MINUTE
    lead = (blackout.event.at - blackout.begins_at) if left > 0 else (blackout.ends_at - blackout.event.at)
    return Denial(
        name=DenialName.NEWS_BLACKOUT, value=left, limit=lead / _MINUTE, words=blackout.words(state.at)
    )  # fmt: skip


def _freshness(case: _Case) -> Denial | None:
    """The last quote must be younger than its largest age, and no further ahead of the clock, which may have been set
    back since: such a quote would count as fresh however old it is."""
    state, limit = case.state, case.filters.max_quote_age_seconds
    age = float("inf") if state.quote is None else (state.at - state.quote.at).total_seconds()
    return None if -limit < age < limit else Denial(name=DenialName.DATA_STALE, value=age, limit=limit)


def _spread(case: _Case) -> Denial | None:
    """The live spread, by itself and against its mean."""
    state, limits = case.state, case.filters.spread
    if state.quote is None:
        return None
    spread, noise = state.quote.spread, _PRICE_NOISE * state.quote.ask
    if not spread <= limits.max_spread + noise:
        return Denial(name=DenialName.SPREAD_TOO_WIDE, value=spread, limit=limits.max_spread)
    if state.spread_mean is None:
        return None
    limit = limits.max_ratio_low_volume if state.is_volume_low else limits.max_ratio
    if not spread <= limit * state.spread_mean + noise:
        ratio = spread / state.spread_mean if state.spread_mean else float("inf")
        return Denial(name=DenialName.SPREAD_RATIO_TOO_HIGH, value=ratio, limit=limit)
    return None


def _drift(case: _Case) -> Denial | None:
    """How far the price may have moved since the signal, either way: in R, and as a share of it."""
    proposal, risk = case.proposal, case.risk
    price = case.state.entry_price(proposal.side)
    if price is None:
        return None
    moved, noise = abs(price - proposal.idea_price), _PRICE_NOISE * price
    if not moved <= risk.max_price_drift_r * proposal.risk_distance + noise:
        drift = moved / proposal.risk_distance if proposal.risk_distance else float("inf")
        return Denial(name=DenialName.PRICE_DRIFTED, value=drift, limit=risk.max_price_drift_r)
    if not moved <= risk.max_slippage_pct / 100.0 * proposal.idea_price + noise:
        share = moved / proposal.idea_price * 100.0
        return Denial(name=DenialName.SLIPPAGE_TOO_HIGH, value=share, limit=risk.max_slippage_pct)
    return None


def _latency(case: _Case) -> Denial | None:
    """The broker's measured round trip."""
    latency, limit = case.state.latency_ms, case.risk.max_latency_ms
    if latency is None or latency <= limit:
        return None
    return Denial(name=DenialName.LATENCY_TOO_HIGH, value=latency, limit=limit)


def _positions(case: _Case) -> Denial | None:
    """How many positions may be open at a time, of the symbol and in all; one more must still fit."""
    state, risk = case.state, case.risk
    return _reached(DenialName.POSITIONS_OF_SYMBOL, state.positions_of_symbol, risk.max_positions_per_symbol) or (
        _reached(DenialName.POSITIONS_IN_ALL, state.positions_in_all, risk.max_positions)
    )


def _frequency(case: _Case) -> Denial | None:
    """How many entries an hour and a day may see."""
    state, risk = case.state, case.risk
    return _reached(DenialName.TRADES_PER_HOUR, state.entries_last_hour, risk.max_trades_per_hour) or (
        _reached(DenialName.TRADES_PER_DAY, state.entries_today, risk.max_trades_per_day)
    )


def _losses(case: _Case) -> Denial | None:
    """What may be lost in a day, open positions included, and how often in a row.

    The share is of the equity with which the day began: equity now less the day's result.
    """
    state, risk = case.state, case.risk
    result = state.realised_today + state.open_profit
    limit = risk.max_daily_loss_pct / 100.0 * (state.equity - result)
    if not -result < limit:
        return Denial(name=DenialName.DAILY_LOSS, value=-result, limit=limit)
    return _reached(DenialName.CONSECUTIVE_LOSSES, state.consecutive_losses, risk.max_consecutive_losses)


def _volume(case: _Case) -> Denial | None:
    """The volume must be one the broker takes, and no larger than the desk's own maximum."""
    volume, contract = case.proposal.volume, case.state.contract
    if not volume >= contract.volume_min:
        return Denial(name=DenialName.VOLUME_TOO_SMALL, value=volume, limit=contract.volume_min)
    limit = min(case.risk.max_volume_lots, contract.volume_max)
    if not volume <= limit:
        return Denial(name=DenialName.VOLUME_TOO_LARGE, value=volume, limit=limit)
    if not contract.is_tradable(volume):
        return Denial(name=DenialName.VOLUME_OFF_STEP, value=volume, limit=contract.volume_step)
    return None


def _stop_distance(case: _Case) -> Denial | None:
    """Stop and target must lie on their side of the price that triggers them, the broker's minimum distance away.

    The levels of a BUY are measured from the bid, those of a SELL from the ask: the price at which it would close.
    """
    proposal, state = case.proposal, case.state
    if state.quote is None:
        return None
    price = exit_price(proposal.side, state.quote)
    minimum, noise = state.contract.min_distance, _PRICE_NOISE * price
    for name, distance in (
        (DenialName.STOP_TOO_CLOSE, signed(proposal.side, price - proposal.stop_loss)),
        (DenialName.TARGET_TOO_CLOSE, signed(proposal.side, proposal.take_profit - price)),
    ):
        if not distance >= minimum - noise:
            return Denial(name=name, value=distance, limit=minimum)
    return None


def _margin(case: _Case) -> Denial | None:
    """Free margin must cover the order."""
    required, free = case.state.margin_required, case.state.margin_free
    return None if required <= free else Denial(name=DenialName.MARGIN, value=required, limit=free)


def _reached(name: DenialName, count: int, limit: int) -> Denial | None:
    return Denial(name=name, value=count, limit=limit) if count >= limit else None


_LIMITS: Final[tuple[Callable[[_Case], Denial | None], ...]] = (
    *(_authority, _flatten, _connection, _terms, _candles, _signal, _locks, _close, _news, _freshness, _spread),
    *(_drift, _latency, _positions, _frequency, _losses, _volume, _stop_distance, _margin),
)
