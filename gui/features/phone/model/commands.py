"""Commands from the phone: only those that reduce risk, each with a code that works once and expires."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.messages.commands import CancelPlan, Halt, LowerAuthority, RejectPlan
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Authority

EXPIRES_S = 300.0
MAX_PLANS = 8
REASON = "requested from the phone"
NOT_DONE = "Nothing was done: the code is wrong, used or older than the newest list."
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_CODE_LENGTH = 6


class CommandKind(StrEnum):
    """The commands that the user may send from the phone, by the word to send."""

    HALT = "halt"
    CLOSE_ONLY = "close-only"
    REJECT = "reject"
    CANCEL = "cancel"


Tightening = Halt | LowerAuthority | RejectPlan | CancelPlan
"""Commands that cannot open a position, arm a plan or relax a limit."""


@dataclass(frozen=True, slots=True)
class PhoneCommand:
    """The command of a code; `about` names the plan in words, empty if it applies to the whole desk."""

    kind: CommandKind
    command: Tightening
    about: str = ""


class PhoneCommands:
    """Issues codes and accepts each once. Times are monotonic seconds."""

    def __init__(self, service: str) -> None:
        """`service` is what the commands come through, such as Telegram; the journal names it as who ordered them."""
        self._by = f"the phone ({service})"
        self._commands: dict[str, PhoneCommand] = {}
        self._expires_at_s = 0.0

    def menu(self, plans: Iterable[TradePlan], now_s: float) -> str:
        """The commands possible now, each with a code; earlier codes become void. `plans` have sent no order."""
        commands = [
            PhoneCommand(CommandKind.HALT, Halt(REASON, self._by)),
            PhoneCommand(CommandKind.CLOSE_ONLY, LowerAuthority(Authority.EXITS_ONLY, REASON, self._by)),
            *(_of_plan(plan, self._by) for plan in list(plans)[:MAX_PLANS]),
        ]
        self._commands = {_new_code(): command for command in commands}
        self._expires_at_s = now_s + EXPIRES_S
        lines = [f"{each.kind} {code}  {each.about}".rstrip() for code, each in self._commands.items()]
        return "\n".join(["Reply with one of these lines:", *lines, f"Valid once, for {EXPIRES_S / 60:.0f} min."])

    def redeem(self, text: str, now_s: float) -> PhoneCommand | None:
        """The command in a text such as `halt A2B3C4`, whose code becomes void; None for any other text."""
        if now_s >= self._expires_at_s:
            self._commands.clear()
        kind, written = _read(text)
        code = next((each for each in self._commands if _is_same(each, written)), "")
        if code and self._commands[code].kind == kind:
            return self._commands.pop(code)
        return None


def is_command(text: str) -> bool:
    """Whether a text was meant as a command, whatever its code is."""
    return _read(text)[0] in set(CommandKind)


def _read(text: str) -> tuple[str, str]:
    """The first word of a text, in lower case, and the next one; `close only` counts as one word."""
    match text.lower().split():
        case ["close", "only", *rest]:
            kind = CommandKind.CLOSE_ONLY.value
        case [kind, *rest]:
            pass
        case _:
            return "", ""
    return kind, rest[0] if rest else ""


def _of_plan(plan: TradePlan, by: str) -> PhoneCommand:
    about = f"{plan.direction.value} {plan.symbol}"
    if plan.status is PlanStatus.AWAITING_APPROVAL:
        return PhoneCommand(CommandKind.REJECT, RejectPlan(plan.plan_id, by), about)
    return PhoneCommand(CommandKind.CANCEL, CancelPlan(plan.plan_id, by), about)


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def _is_same(code: str, written: str) -> bool:
    return hmac.compare_digest(code.encode(), written.upper().encode(errors="replace"))
