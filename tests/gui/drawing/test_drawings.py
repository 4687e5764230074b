"""Edits of drawings, taken back and made again; what another window drew."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gui.features.drawing.model.drawing import Drawing, Kind, Style
from gui.features.drawing.model.drawings import MAX_DRAWINGS, Drawings, new_id
from gui.features.drawing.model.merging import merged
from tests.examples import examples
from tests.gui.drawing.builders import anchor, drawing, drawings, level

NAMES = st.sampled_from("abcd")


edits = st.one_of(
    st.tuples(st.just("add"), drawings().map(lambda each: replace(each, id=new_id()))),
    st.tuples(st.just("replace"), drawings(NAMES)),
    st.tuples(st.sampled_from(["delete", "bring_to_front", "send_to_back", "duplicate"]), NAMES),
    st.just(("clear",)),
)


def apply(of: Drawings, act: tuple[Any, ...]) -> None:
    name, arguments = act[0], act[1:]
    getattr(of, name)(*arguments)


def four() -> Drawings:
    made = Drawings()
    for name in "abcd":
        made.add(level(name=name))
    return made


@examples(30)
@given(st.lists(edits, max_size=12), st.integers(0, 12))
def test_that_undo_goes_back_through_equal_states_and_redo_forward_again(acts: list[Any], back: int) -> None:
    of = four()
    states = [of.all]
    for act in acts:
        apply(of, act)
        if of.all != states[-1]:
            states.append(of.all)
    back = min(back, len(states) - 1)
    for state in states[::-1][1 : back + 1]:
        of.undo()
        assert of.all == state
    for state in states[len(states) - back :]:
        of.redo()
        assert of.all == state
    assert not of.may_redo


def test_that_a_new_edit_ends_what_could_be_made_again() -> None:
    of = four()
    of.undo()
    of.add(level(name="e"))
    assert not of.may_redo
    of.redo()
    assert [each.id for each in of.all] == ["a", "b", "c", "e"]


def test_that_nothing_happens_where_nothing_can_be_undone() -> None:
    of = Drawings()
    of.undo()
    of.redo()
    assert of.all == ()


def test_that_a_move_is_one_edit_however_long_it_takes() -> None:
    of = Drawings()
    of.add(level(2000.0))
    for price in (2001.0, 2002.0, 2003.0):
        of.hold(level(price))
        assert of.all == (level(2000.0),)
    of.put_down()
    assert of.all == (level(2003.0),)
    of.undo()
    assert of.all == (level(2000.0),)


def test_that_a_drawing_deleted_while_it_moves_is_not_put_down() -> None:
    of = Drawings()
    of.add(level())
    of.hold(level(2005.0))
    of.delete("a")
    of.put_down()
    assert of.all == ()


def test_that_a_drawing_that_is_being_placed_stays_in_hand_while_others_come_and_go() -> None:
    of = Drawings()
    of.aim(Kind.TREND_LINE, anchor(0), Style())
    of.place()
    of.adopt((), (level(name="theirs"),))
    of.aim(Kind.TREND_LINE, anchor(5, 2001.0), Style())
    assert of.place()
    of.put_down()
    assert [each.kind for each in of.all] == [Kind.HORIZONTAL_LINE, Kind.TREND_LINE]
    assert of.all[-1].anchors == (anchor(0), anchor(5, 2001.0))


def test_that_a_symbol_takes_a_limited_number_of_drawings() -> None:
    of = Drawings()
    refused: list[str] = []
    of.refused.connect(refused.append)
    of.adopt((), tuple(level(name=str(number)) for number in range(MAX_DRAWINGS)))
    of.add(level(name="one more"))
    assert len(of.all) == MAX_DRAWINGS
    assert refused == ["A symbol has at most 500 drawings: delete some first"]


def test_that_the_selection_goes_from_drawing_to_drawing_and_round() -> None:
    of = four()
    of.select("")
    names = []
    for _ in range(5):
        chosen = of.select_beside(1, of.all)
        assert chosen is not None
        names.append(chosen.id)
    assert names == ["a", "b", "c", "d", "a"]
    of.select("")
    chosen = of.select_beside(-1, of.all)
    assert chosen is not None
    assert chosen.id == "d"
    assert Drawings().select_beside(1, ()) is None


def test_that_front_and_back_are_the_order_of_painting() -> None:
    of = four()
    of.bring_to_front("b")
    of.send_to_back("d")
    assert [each.id for each in of.all] == ["d", "a", "c", "b"]


# -- two windows

levels = st.builds(level, st.floats(1990.0, 2010.0), name=NAMES)
some = st.lists(levels, max_size=4, unique_by=lambda each: each.id).map(tuple)


@examples(40)
@given(some, some)
def test_that_one_window_alone_decides_while_the_other_one_rests(base: tuple[Drawing, ...], changed: Any) -> None:
    assert merged(base, changed, base) == changed
    assert merged(base, base, changed) == changed


@examples(40)
@given(some, some, some)
def test_that_both_windows_end_with_the_same_drawings(base: Any, mine: Any, theirs: Any) -> None:
    """The one that writes last, and then the other one, which has read that."""
    written = merged(base, mine, theirs)
    assert merged(theirs, theirs, written) == written
    assert len({each.id for each in written}) == len(written)


def test_that_additions_and_deletions_of_two_windows_are_joined() -> None:
    base = (level(name="a"), level(name="b"), level(name="c"))
    mine = (level(name="a"), level(2005.0, name="c"), level(name="mine"))
    theirs = (level(name="b"), level(name="c"), level(name="theirs"))
    assert merged(base, mine, theirs) == (level(2005.0, name="c"), level(name="theirs"), level(name="mine"))


def test_that_undo_leaves_what_another_window_drew() -> None:
    of = Drawings()
    of.add(level(name="mine"))
    of.adopt((level(name="mine"),), (level(name="mine"), level(name="theirs")))
    of.undo()
    assert of.all == (level(name="theirs"),)
    of.redo()
    assert {each.id for each in of.all} == {"mine", "theirs"}


def test_that_a_copy_is_a_drawing_of_its_own() -> None:
    of = Drawings()
    of.add(drawing(Kind.TEXT, anchor()))
    of.duplicate("a")
    assert len({each.id for each in of.all}) == 2
    assert of.selected == of.all[-1]
