"""One small class per limit: each looks at a proposal and at the desk of this moment, and objects or does not.

Comparisons are written so that a value that is not a number is always denied.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from config.conditions import SpreadFilter
from config.trading import RiskMitigation
from engine.domain.orders import exit_price, signed
from engine.domain.risk import Authority, Denial, DenialName, DeskState, OrderProposal

_MINUTE = timedelta(minutes=1)
_PRICE_NOISE = 1e-9
"""Share of a price that binary fractions may be off by: a spread of 0.25 must not count as 0.2500000001."""


class Limit(Protocol):
    """One reason for which an order may be denied."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None: ...


class AuthorityLimit:
    """Entries need at least manual authority."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        if state.authority >= Authority.MANUAL:
            return None
        halted = state.authority is Authority.HALT
        return Denial(name=DenialName.HALTED if halted else DenialName.EXITS_ONLY)


class FlattenLimit:
    """No entries while a Flatten is in force."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        return Denial(name=DenialName.FLATTENING) if state.is_flattening else None


class ConnectionLimit:
    """The broker must be there, agree with the journal, owe no answer, and let the side be traded."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        if not state.is_connected:
            return Denial(name=DenialName.NOT_CONNECTED)
        if not state.is_reconciled:
            return Denial(name=DenialName.NOT_RECONCILED)
        if state.has_unknown_outcome:
            return Denial(name=DenialName.OUTCOME_UNKNOWN)
        return None if state.may_trade_side else Denial(name=DenialName.TRADING_DISABLED)


class TermsLimit:
    """The tick value of the symbol, and of every symbol with an open position, must be known."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        is_known = state.contract.is_money_known and not state.has_unknown_money
        return None if is_known else Denial(name=DenialName.TERMS_UNKNOWN)


class SignalLimit:
    """A signal is good for one order, and only while its setup lives."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        if state.is_signal_used:
            return Denial(name=DenialName.DUPLICATE_SIGNAL)
        if state.at >= proposal.ends_at:
            return Denial(name=DenialName.SETUP_OVER, value=(state.at - proposal.ends_at).total_seconds())
        return None


class LockLimit:
    """Waits after an entry and after an exit."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        for name, until in (
            (DenialName.COOLDOWN, state.cooldown_until),
            (DenialName.COOL_OFF, state.cool_off_until),
        ):
            if until is not None and state.at < until:
                return Denial(name=name, value=(until - state.at).total_seconds())
        return None


class CloseLimit:
    """No entries shortly before the market closes, nor while it is closed."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        close = state.close
        if close is None or state.at < close.flat_from:
            return None
        left, lead = close.closes_at - state.at, close.closes_at - close.flat_from
        return Denial(name=DenialName.BEFORE_CLOSE, value=max(0.0, left / _MINUTE), limit=lead / _MINUTE)


class FreshnessLimit:
    """The last quote must be younger than `max_age`."""

    def __init__(self, max_age: timedelta) -> None:
        self._max_age = max_age

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        limit = self._max_age.total_seconds()
        if state.quote is None:
            return Denial(name=DenialName.DATA_STALE, value=float("inf"), limit=limit)
        age = (state.at - state.quote.at).total_seconds()
        return None if age < limit else Denial(name=DenialName.DATA_STALE, value=age, limit=limit)


class SpreadLimit:
    """The live spread, by itself and against its mean."""

    def __init__(self, settings: SpreadFilter) -> None:
        self._settings = settings

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        if state.quote is None:
            return None
        spread, settings = state.quote.spread, self._settings
        noise = _PRICE_NOISE * state.quote.ask
        if not spread <= settings.max_spread + noise:
            return Denial(name=DenialName.SPREAD_TOO_WIDE, value=spread, limit=settings.max_spread)
        if state.spread_mean is None:
            return None
        most = settings.max_ratio_low_volume if state.is_volume_low else settings.max_ratio
        if not spread <= most * state.spread_mean + noise:
            ratio = spread / state.spread_mean if state.spread_mean else float("inf")
            return Denial(name=DenialName.SPREAD_RATIO_TOO_HIGH, value=ratio, limit=most)
        return None


class DriftLimit:
    """How far the price may have moved since the signal, either way: in R, and as a share of it."""

    def __init__(self, settings: RiskMitigation) -> None:
        self._most_r = settings.max_price_drift_r
        self._most_pct = settings.max_slippage_pct

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        price = state.entry_price(proposal.side)
        if price is None:
            return None
        moved, noise = abs(price - proposal.idea_price), _PRICE_NOISE * price
        if not moved <= self._most_r * proposal.risk_distance + noise:
            drift = moved / proposal.risk_distance if proposal.risk_distance else float("inf")
            return Denial(name=DenialName.PRICE_DRIFTED, value=drift, limit=self._most_r)
        if not moved <= self._most_pct / 100.0 * proposal.idea_price + noise:
            share = moved / proposal.idea_price * 100.0
            return Denial(name=DenialName.SLIPPAGE_TOO_HIGH, value=share, limit=self._most_pct)
        return None


class LatencyLimit:
    """The broker's measured round trip."""

    def __init__(self, settings: RiskMitigation) -> None:
        self._most_ms = settings.max_latency_ms

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        if state.latency_ms is None or state.latency_ms <= self._most_ms:
            return None
        return Denial(name=DenialName.LATENCY_TOO_HIGH, value=state.latency_ms, limit=self._most_ms)


class PositionsLimit:
    """How many positions may be open at a time, of the symbol and in all; one more must still fit."""

    def __init__(self, settings: RiskMitigation) -> None:
        self._settings = settings

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        return _reached(
            DenialName.POSITIONS_OF_SYMBOL, state.positions_of_symbol, self._settings.max_positions_per_symbol
        ) or _reached(DenialName.POSITIONS_IN_ALL, state.positions_in_all, self._settings.max_positions)


class FrequencyLimit:
    """How many entries an hour and a day may see."""

    def __init__(self, settings: RiskMitigation) -> None:
        self._settings = settings

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        return _reached(
            DenialName.TRADES_PER_HOUR, state.entries_last_hour, self._settings.max_trades_per_hour
        ) or _reached(DenialName.TRADES_PER_DAY, state.entries_today, self._settings.max_trades_per_day)


class LossLimit:
    """What may be lost in a day, open positions included, and how often in a row.

    The share is of the equity with which the day began: equity now less the day's result.
    """

    def __init__(self, settings: RiskMitigation) -> None:
        self._settings = settings

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        result = state.realised_today + state.open_profit
        most = self._settings.max_daily_loss_pct / 100.0 * (state.equity - result)
        if not -result < most:
            return Denial(name=DenialName.DAILY_LOSS, value=-result, limit=most)
        return _reached(DenialName.CONSECUTIVE_LOSSES, state.consecutive_losses, self._settings.max_consecutive_losses)


class VolumeLimit:
    """The volume must be one the broker takes, and no larger than the desk's own most."""

    def __init__(self, settings: RiskMitigation) -> None:
        self._most = settings.max_volume_lots

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        volume, contract = proposal.volume, state.contract
        if not volume >= contract.volume_min:
            return Denial(name=DenialName.VOLUME_TOO_SMALL, value=volume, limit=contract.volume_min)
        most = min(self._most, contract.volume_max)
        if not volume <= most:
            return Denial(name=DenialName.VOLUME_TOO_LARGE, value=volume, limit=most)
        if not contract.is_tradable(volume):
            return Denial(name=DenialName.VOLUME_OFF_STEP, value=volume, limit=contract.volume_step)
        return None


class StopDistanceLimit:
    """Stop and target must lie on their side of the price that triggers them, the broker's least distance away.

    The levels of a BUY are measured from the bid, those of a SELL from the ask: the price at which it would close.
    """

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        if state.quote is None:
            return None
        price = exit_price(proposal.side, state.quote)
        least, noise = state.contract.min_distance, _PRICE_NOISE * price
        for name, distance in (
            (DenialName.STOP_TOO_CLOSE, signed(proposal.side, price - proposal.stop_loss)),
            (DenialName.TARGET_TOO_CLOSE, signed(proposal.side, proposal.take_profit - price)),
        ):
            if not distance >= least - noise:
                return Denial(name=name, value=distance, limit=least)
        return None


class MarginLimit:
    """Free margin must cover the order."""

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:  # noqa: ARG002
        if state.margin_required <= state.margin_free:
            return None
        return Denial(name=DenialName.MARGIN, value=state.margin_required, limit=state.margin_free)


def _reached(name: DenialName, count: int, most: int) -> Denial | None:
    return Denial(name=name, value=count, limit=most) if count >= most else None
