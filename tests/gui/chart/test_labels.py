from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter

from gui.features.chart.view.layers.labels import EdgeLabel, Label, LabelBoard, Lettering, spread
from gui.theme import font
from tests.examples import examples

INK = QColor("#ffffff")
HEIGHT = 14.0


def edge(y: float, rank: int = 0) -> EdgeLabel:
    return EdgeLabel(y, "PDH 4,712.30", INK, rank)


@examples(150)
@given(st.lists(st.tuples(st.floats(-50.0, 850.0), st.integers(0, 9)), max_size=40), st.floats(60.0, 800.0))
def test_that_names_at_the_edge_never_overlap_and_are_never_cut(wanted: list[tuple[float, int]], height: float) -> None:
    tops = [top for _, top in spread([edge(y, rank) for y, rank in wanted], HEIGHT, height)]
    assert all(b - a >= HEIGHT - 1e-6 for a, b in pairwise(tops))
    assert all(-1e-6 <= top <= height - HEIGHT + 1e-6 for top in tops)
    assert len(tops) == min(len(wanted), int(height // HEIGHT))


@examples(60)
@given(st.lists(st.floats(0.0, 800.0), max_size=15))
def test_that_names_at_the_edge_keep_the_order_of_their_levels(levels: list[float]) -> None:
    placed = [label.y for label, _ in spread([edge(y) for y in levels], HEIGHT, 800.0)]
    assert placed == sorted(levels)


def test_that_a_name_with_enough_space_is_at_its_level() -> None:
    assert [top for _, top in spread([edge(100.0), edge(300.0)], HEIGHT, 800.0)] == [93.0, 293.0]


def test_that_the_names_of_highest_rank_are_left_out_where_not_all_fit() -> None:
    placed = [label.rank for label, _ in spread([edge(10.0, 5), edge(12.0, 1), edge(14.0, 2)], HEIGHT, 2.5 * HEIGHT)]
    assert placed == [1, 2]


@pytest.mark.usefixtures("qtbot")
def test_that_words_give_way_to_earlier_ones_and_to_candles() -> None:
    lettering = Lettering(font(10))
    candles_from = 150.0
    board = LabelBoard(
        lettering, QColor("#000000"), QSize(200, 100), lambda left, _top, width, _height: left + width > candles_from
    )
    for x, rank in ((10.0, 2), (12.0, 1), (80.0, 3), (160.0, 0)):
        board.add(Label(x, 20.0, "BOS", INK, lettering, rank))
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    board.paint(painter)
    painter.end()
    inked = {x for x in range(200) for y in range(100) if image.pixelColor(x, y).lightness() > 100}
    assert min(inked) >= 12
    assert any(80 <= x < 110 for x in inked)
    assert not any(x >= 150 for x in inked)


@pytest.mark.usefixtures("qtbot")
def test_that_no_word_stands_behind_the_names_of_levels_that_are_close_together() -> None:
    lettering = Lettering(font(10))
    board = LabelBoard(lettering, QColor("#000000"), QSize(200, 100), lambda *_: False)
    for y in (40.0, 42.0, 44.0):
        board.add_at_edge(edge(y))
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    board.paint(painter)
    painter.end()
    for y in range(25, 55):
        assert not board.is_free(170.0, float(y), 20.0, 2.0)


@pytest.mark.usefixtures("qtbot")
def test_that_no_word_stands_on_either_of_two_marks_that_touch() -> None:
    board = LabelBoard(Lettering(font(10)), QColor("#000000"), QSize(200, 100), lambda *_: False)
    for x in (50.0, 54.0):
        board.reserve(x, 20.0, 9.0, 9.0)
    assert not board.is_free(60.0, 22.0, 2.0, 2.0)


@pytest.mark.usefixtures("qtbot")
def test_that_a_line_ends_before_the_name_it_would_strike_through() -> None:
    board = LabelBoard(Lettering(font(10)), QColor("#000000"), QSize(200, 100), lambda *_: False)
    board.add_at_edge(edge(50.0))
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    board.paint(painter)
    painter.end()
    assert board.free_until(50.0) < 150.0
    assert board.free_until(90.0) == 200.0
