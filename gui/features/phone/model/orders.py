"""Commands from the phone: only those that reduce risk, each with a code that works once and expires."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Authority
from engine.domain.trading_messages import CancelPlan, Halt, LowerAuthority, RejectPlan

EXPIRES_S = 300.0
MAX_PLANS = 8
FROM_PHONE = "requested from the phone"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_CODE_LENGTH = 6


class OrderKind(StrEnum):
    """The commands that the user may send from the phone, by the word to send."""

    HALT = "halt"
    CLOSE_ONLY = "close-only"
    REJECT = "reject"
    CANCEL = "cancel"


Tightening = Halt | LowerAuthority | RejectPlan | CancelPlan
"""Commands that cannot open a position, arm a plan or relax a limit."""


@dataclass(frozen=True, slots=True)
class PhoneOrder:
    """The command of a code; `about` names the plan in words, empty if it applies to the whole desk."""

    kind: OrderKind
    command: Tightening
    about: str = ""


class PhoneOrders:
    """Issues codes and accepts each once. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._orders: dict[str, PhoneOrder] = {}
        self._expires_at_s = 0.0

    def menu(self, plans: Iterable[TradePlan], now_s: float) -> str:
        """The commands possible now, each with a code; earlier codes become void. `plans` have sent no order."""
        orders = [
            PhoneOrder(OrderKind.HALT, Halt(FROM_PHONE)),
            PhoneOrder(OrderKind.CLOSE_ONLY, LowerAuthority(Authority.EXITS_ONLY, FROM_PHONE)),
            *(_of_plan(plan) for plan in list(plans)[:MAX_PLANS]),
        ]
        self._orders = {_new_code(): order for order in orders}
        self._expires_at_s = now_s + EXPIRES_S
        lines = [f"{order.kind} {code}  {order.about}".rstrip() for code, order in self._orders.items()]
        return "\n".join(["Reply with one of these lines:", *lines, f"Valid once, for {EXPIRES_S / 60:.0f} min."])

    def redeem(self, text: str, now_s: float) -> PhoneOrder | None:
        """The command in a text such as `halt A2B3C4`, whose code becomes void; None for any other text."""
        if now_s >= self._expires_at_s:
            self._orders.clear()
        match text.split():
            case [str(kind), str(written), *_]:
                code = next((each for each in self._orders if _is_same(each, written)), "")
            case _:
                return None
        if code and self._orders[code].kind == kind.lower():
            return self._orders.pop(code)
        return None


def _of_plan(plan: TradePlan) -> PhoneOrder:
    about = f"{plan.direction.value} {plan.symbol}"
    if plan.status is PlanStatus.AWAITING_APPROVAL:
        return PhoneOrder(OrderKind.REJECT, RejectPlan(plan.plan_id), about)
    return PhoneOrder(OrderKind.CANCEL, CancelPlan(plan.plan_id), about)


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def _is_same(code: str, written: str) -> bool:
    return hmac.compare_digest(code.encode(), written.upper().encode())
