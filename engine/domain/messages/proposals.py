"""Plans that other programs propose: they trade only once the user has armed them in the window."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from engine.domain.plan import TradePlan
from engine.domain.risk import Denial

MAX_OPEN: Final = 5
"""Proposals through the door that may wait for the user at a time."""
MAX_PER_HOUR: Final = 20
"""Proposals through the door within 60 minutes of market time."""


class Caller(StrEnum):
    """Through which face of the door a program came; the author of the plans that it proposes."""

    ASSISTANT = "assistant"
    HTTP = "http"
    TERMINAL = "terminal"


CALLER_WORDS: Final = {
    Caller.ASSISTANT.value: "an assistant",
    Caller.HTTP.value: "an HTTP client",
    Caller.TERMINAL.value: "the command line",
}
"""Each client as a user reads of it; "terminal" alone would be the broker's program."""


def outside_author(name: str) -> str:
    """The author of a row from outside whose own name is one that the desk has reserved."""
    return f"outside ({name})"


def author_words(author: str) -> str:
    """The author of a plan as a user reads it."""
    if author.startswith("outside ("):
        return f"another program {author.removeprefix('outside ')}"
    return CALLER_WORDS.get(author, author)


CALLERS: Final = frozenset(caller.value for caller in Caller)
RESERVED_AUTHORS: Final = CALLERS | {"scanner", "manual", "person", "window", "desk"}
"""Authors of plans that no row from outside may claim."""


class ProposalCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the user sees of a proposed plan: what it would risk and cost, and what speaks against it now.

    `faults` forbid it whatever the market does, `objections` are what the risk check would say if its setup came now.
    Money in the account's currency; `cost_r` is spread and expected slippage as a share of 1 R.
    """

    plan: TradePlan
    faults: tuple[str, ...] = ()
    objections: tuple[Denial, ...] = ()
    money_at_risk: float = 0.0
    cost_r: float = 0.0

    @property
    def may_be_armed(self) -> bool:
        return not self.faults and not self.objections

    @property
    def against(self) -> tuple[str, ...]:
        """Sentences on what speaks against it."""
        return (*self.faults, *(denial.sentence for denial in self.objections))

    @property
    def fingerprint(self) -> str:
        """Hash of what arming is for, in 16 hexadecimal digits."""
        plan = self.plan
        levels = (plan.entry_price, plan.stop_loss, plan.take_profit, plan.volume)
        shown = (plan.plan_id, plan.account, plan.symbol, plan.direction, plan.created_by, *levels)
        return sha256(msgspec.json.encode(shown)).hexdigest()[:16]


class ProposePlan(msgspec.Struct, frozen=True):
    """Show a plan to the user, who may arm it; its author is the face of the door that it came through."""

    plan: TradePlan


class WithdrawProposal(msgspec.Struct, frozen=True):
    """Take back a proposed plan; only its own author may, and only until it is armed."""

    plan_id: str
    by: Caller


class ArmPlan(msgspec.Struct, frozen=True):
    """The user lets a proposed plan wait for its setup; `shown` is the fingerprint of the card that the user saw."""

    plan_id: str
    shown: str


class DeclinePlan(msgspec.Struct, frozen=True):
    """The user does not want a proposed plan."""

    plan_id: str


class ReviewProposals(msgspec.Struct, frozen=True):
    """Tell again which plans are proposed, with what speaks against each now."""


ProposalCommand = ProposePlan | WithdrawProposal | ArmPlan | DeclinePlan | ReviewProposals


class ProposalReviewed(msgspec.Struct, frozen=True):
    """A plan is proposed to the user; `card` has what the risk check would say now."""

    card: ProposalCard


class OutsideAuthorSeen(msgspec.Struct, frozen=True):
    """A program of this name wrote a plan into the table for the first time in this run, and what is made of its plans:
    `as_given`, `propose` or `ignore`."""

    author: str
    treatment: str
    plan: TradePlan


ProposalEvent = ProposalReviewed | OutsideAuthorSeen
