"""What the user does manually: orders, changes of proposals and of open positions; and the answer before a click."""

from __future__ import annotations

import msgspec

from engine.domain.market import Side
from engine.domain.risk import Denial


class ManualOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A market order as the user set it up; prices in price units, volume in lots.

    `order_id` names it: one id is good for one order. `price` is what a market order paid when the user decided.
    """

    order_id: str
    symbol: str
    side: Side
    volume: float
    price: float
    stop_loss: float
    take_profit: float


class PlaceOrder(msgspec.Struct, frozen=True):
    """Send a market order of the user, if it passes the risk check."""

    order: ManualOrder


class ReviewOrder(msgspec.Struct, frozen=True):
    """Say what a market order of the user would risk and what the risk check says to it; nothing is sent."""

    order: ManualOrder


class EditProposal(msgspec.Struct, frozen=True, kw_only=True):
    """Change levels and volume of a proposal that awaits approval; prices in price units, volume in lots."""

    plan_id: str
    stop_loss: float
    take_profit: float
    volume: float


class CloseTrades(msgspec.Struct, frozen=True):
    """Close every position of ours in `symbol`, in any where None; with `side`, only those of that side."""

    symbol: str | None = None
    side: Side | None = None


class SetExitRules(msgspec.Struct, frozen=True):
    """Switch exit rules of one position on or off, whatever the settings say; None leaves a rule as it is."""

    ticket: int
    trailing: bool | None = None
    opposite_candle: bool | None = None


ManualCommand = PlaceOrder | ReviewOrder | EditProposal | CloseTrades | SetExitRules


class OrderReviewed(msgspec.Struct, frozen=True):
    """What a market order of the user would risk now. Money in the account's currency.

    `faults` are sentences that forbid it whatever the market does, `objections` what the risk check says at this
    moment. `cost_r` is spread and expected slippage as a share of 1 R. `merged` says what becomes of the position that
    stands where the account nets positions, empty otherwise.
    """

    order: ManualOrder
    faults: tuple[str, ...]
    objections: tuple[Denial, ...] = ()
    money_at_risk: float = 0.0
    cost_r: float = 0.0
    margin: float = 0.0
    free_margin: float = 0.0
    merged: str = ""

    @property
    def may_be_sent(self) -> bool:
        """Whether nothing speaks against it at this moment."""
        return not self.faults and not self.objections
