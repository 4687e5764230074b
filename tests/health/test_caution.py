"""A desk whose health goes down: its authority goes with it, and comes back by the user's hand only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.health import Health, Vital, VitalName, VitalState
from engine.domain.messages.commands import SetAuthority
from engine.domain.messages.trading import ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.reporting.sentences import sentence
from tests.examples import examples
from tests.health.signs import WELL, lasting, of_machine, of_symbol
from tests.trading.desks import TradingDesk

LATE, OLD = lasting(of_machine(loop_lag_ms=700.0)), lasting(of_symbol(data_age_s=61.0))
GOOD = lasting(WELL)


def auto_desk() -> TradingDesk:
    return TradingDesk().start().trade_by_itself()


def modes_of(desk: TradingDesk) -> ModesChanged:
    return desk.of(ModesChanged)[-1]


def records(desk: TradingDesk) -> list[str]:
    pages = desk.archive.pages()
    entries = pages.entries(range(1, pages.newest() + 1))
    return [sentence(entry) for entry in entries if entry.kind in ("health_changed", "modes_changed")]


def test_that_a_desk_that_falls_behind_asks_again_before_it_trades() -> None:
    desk = auto_desk()
    desk.trader.on_health(LATE)
    assert modes_of(desk).authority is Authority.MANUAL
    assert modes_of(desk).before is Authority.AUTO
    assert modes_of(desk).cause == "The event loop was 700 ms late, the limit is 500 ms."
    desk.propose()
    assert desk.statuses[-1] is PlanStatus.AWAITING_APPROVAL


def test_that_on_old_prices_nothing_is_entered_even_manually() -> None:
    desk = TradingDesk().start()
    desk.trader.on_health(OLD)
    desk.propose()
    assert [denial.name for denial in desk.cards[-1].objections] == ["exits_only"]


def test_that_good_health_restores_nothing_by_itself_and_the_user_does_with_one_command() -> None:
    desk = auto_desk()
    desk.trader.on_health(OLD)
    desk.trader.on_health(GOOD)
    assert modes_of(desk).authority is Authority.EXITS_ONLY
    before = modes_of(desk).before
    assert before is Authority.AUTO
    desk.do(SetAuthority(before))
    assert (modes_of(desk).authority, modes_of(desk).cause, modes_of(desk).before) == (Authority.AUTO, "", None)


def test_that_the_user_cannot_raise_authority_above_what_health_allows() -> None:
    desk = auto_desk()
    desk.trader.on_health(LATE)
    desk.do(SetAuthority(Authority.AUTO))
    assert modes_of(desk).authority is Authority.MANUAL
    assert desk.refusals == [
        "health allows manual at most: The event loop was 700 ms late, the limit is 500 ms; "
        "raise it again when that has recovered"
    ]
    desk.do(SetAuthority(Authority.EXITS_ONLY))
    assert modes_of(desk).authority is Authority.EXITS_ONLY


def test_that_two_failures_remember_what_the_user_had_set() -> None:
    desk = auto_desk()
    desk.trader.on_health(LATE)
    desk.trader.on_health(OLD)
    assert (modes_of(desk).authority, modes_of(desk).before) == (Authority.EXITS_ONLY, Authority.AUTO)


def test_that_a_change_of_health_is_journaled_once() -> None:
    desk = auto_desk()
    for health in [LATE] * 20 + [GOOD] * 20:
        desk.trader.on_health(health)
    sentences = [line for line in records(desk) if "ealth" in line]
    assert sorted(sentences) == [
        "Health allows manual at most: The event loop was 700 ms late, the limit is 500 ms",
        "Health no longer reduces authority because of loop lag",
    ]
    assert sum("went from" in line and "event loop was" in line for line in records(desk)) == 1


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(VitalName), st.booleans()), max_size=4),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([Authority.EXITS_ONLY, Authority.MANUAL, Authority.AUTO]),
)
@examples(25)
def test_that_health_never_raises_authority(looks: list[list[tuple[VitalName, bool]]], begin: Authority) -> None:
    desk = TradingDesk()
    desk.do(SetAuthority(begin))
    levels = [begin]
    for look in looks:
        vitals = (Vital(name=name, state=VitalState.BAD, sentence="", is_holding=held) for name, held in look)
        desk.trader.on_health(Health(tuple(vitals)))
        levels.append(modes_of(desk).authority)
    desk.close()
    assert levels == sorted(levels, reverse=True)
