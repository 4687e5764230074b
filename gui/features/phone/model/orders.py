"""Orders from the phone: only such as tighten, each with a code that holds once and for a short time."""

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
FROM_PHONE = "ordered from the phone"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_CODE_LENGTH = 6


class OrderKind(StrEnum):
    """What the user may order from the phone, in the words of the order."""

    HALT = "halt"
    CLOSE_ONLY = "close-only"
    REJECT = "reject"
    CANCEL = "cancel"


Tightening = Halt | LowerAuthority | RejectPlan | CancelPlan
"""Commands that can enter, arm or relax nothing."""


@dataclass(frozen=True, slots=True)
class PhoneOrder:
    """What a code stands for; `about` names the plan in words, empty where it is about the whole desk."""

    kind: OrderKind
    command: Tightening
    about: str = ""


class PhoneOrders:
    """Gives out codes and takes each back once. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._orders: dict[str, PhoneOrder] = {}
        self._expires_at_s = 0.0

    def menu(self, plans: Iterable[TradePlan], now_s: float) -> str:
        """What can be ordered now, with a code each; codes given out before are void. `plans` have sent no order."""
        orders = [
            PhoneOrder(OrderKind.HALT, Halt(FROM_PHONE)),
            PhoneOrder(OrderKind.CLOSE_ONLY, LowerAuthority(Authority.EXITS_ONLY, FROM_PHONE)),
            *(_of_plan(plan) for plan in list(plans)[:MAX_PLANS]),
        ]
        self._orders = {_new_code(): order for order in orders}
        self._expires_at_s = now_s + EXPIRES_S
        lines = [f"{order.kind} {code}  {order.about}".rstrip() for code, order in self._orders.items()]
        return "\n".join(["Send one of these lines back:", *lines, f"Each holds once, for {EXPIRES_S / 60:.0f} min."])

    def redeem(self, text: str, now_s: float) -> PhoneOrder | None:
        """The order of a text such as `halt A2B3C4`, whose code is void from now on; None for any other text."""
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
