"""Another desk on the account: nothing is automatic until the user has said which of them trades there."""

from __future__ import annotations

import pytest

from engine.domain.risk import Authority
from engine.domain.tokens import PAPER_INSTALLATION, Installation
from engine.errors import UnusableStore
from engine.trading.risk.other_desks import OtherDesks
from tests.risk.test_modes import Memory, after


def desks(memory: Memory, account: str = "1234", copied_from: str | None = None) -> OtherDesks:
    return OtherDesks(memory, account, Installation("AAAAA", copied_from))


def test_that_desks_are_distinguished_once_and_in_the_order_in_which_they_were_seen() -> None:
    memory = Memory()
    found = desks(memory)
    found.see(("BBBBB", "CCCCC"), after(1))
    found.see(("CCCCC", "BBBBB"), after(2))
    found.see(("DDDDD", "CCCCC"), after(3))
    assert found.undecided == found.seen == ("BBBBB", "CCCCC", "DDDDD")
    assert [(record.kind, record.at, record.payload) for record in memory.records] == [
        ("other_desks_seen", after(1), {"installations": ("BBBBB", "CCCCC"), "by": "desk"}),
        ("other_desks_seen", after(3), {"installations": ("DDDDD",), "by": "desk"}),
    ]


def test_that_what_was_seen_is_known_after_a_restart_on_its_account_alone() -> None:
    memory = Memory()
    desks(memory).see(("BBBBB",), after(1))
    assert desks(memory).undecided == ("BBBBB",)
    assert desks(memory, account="5678").undecided == ()
    memory.values["other desks of 1234"] = "unreadable"
    assert desks(memory).undecided == ()


def test_that_automatic_trading_waits_for_the_user_and_less_does_not() -> None:
    found = desks(Memory())
    assert found.objection(Authority.AUTO) is None
    found.see(("BBBBB",), after(1))
    assert "another desk trades on this account" in (found.objection(Authority.AUTO) or "")
    assert found.objection(Authority.MANUAL) is None
    found.accept(after(2), by="user")
    assert found.objection(Authority.AUTO) is None


def test_that_a_desk_which_the_user_accepted_is_seen_but_not_asked_about_again() -> None:
    memory = Memory()
    found = desks(memory)
    found.see(("BBBBB",), after(1))
    found.accept(after(2), by="user")
    found.see(("BBBBB", "CCCCC"), after(3))
    assert (found.undecided, found.seen) == (("CCCCC",), ("CCCCC", "BBBBB"))
    found.accept(after(4), by="user")
    assert desks(memory).seen == ("BBBBB", "CCCCC")
    claimed = [record for record in memory.records if record.kind == "account_claimed"]
    assert [(record.at, record.payload) for record in claimed] == [
        (after(2), {"installations": ("BBBBB",), "by": "user"}),
        (after(4), {"installations": ("CCCCC",), "by": "user"}),
    ]


def test_that_on_a_full_disk_a_desk_is_noticed_and_cannot_be_accepted() -> None:
    memory = Memory()
    memory.is_full = True
    found = desks(memory)
    found.see(("BBBBB",), after(1))
    with pytest.raises(UnusableStore):
        found.accept(after(2), by="user")
    assert found.undecided == ("BBBBB",)
    assert found.objection(Authority.AUTO) is not None


def test_that_a_copied_folder_and_a_desk_beside_it_are_known_from_the_start() -> None:
    assert desks(Memory(), copied_from="BBBBB").at_start == ("BBBBB",)
    assert OtherDesks(Memory(), "1234", Installation("AAAAA", "BBBBB"), "CCCCC").at_start == ("BBBBB", "CCCCC")
    assert desks(Memory()).at_start == ()
    paper = OtherDesks.of_paper(Memory())
    assert (paper.installation, paper.at_start) == (Installation(PAPER_INSTALLATION), ())


def test_that_the_paper_account_keeps_its_own_memory() -> None:
    memory = Memory()
    OtherDesks.of_paper(memory).see(("BBBBB",), after(1))
    assert OtherDesks.of_paper(memory).undecided == ("BBBBB",)
    assert desks(memory).undecided == ()
