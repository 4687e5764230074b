from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QRawFont

from gui.theme import DARK, FONT_FAMILIES, contrast, font, load_fonts, style_sheet

GROUNDS = ("background", "surface", "surface_raised", "surface_hover")
ON_THE_CHART = (
    *("vwap", "anchor", "sweep", "day_level", "prior_day_level", "prior_session_level", "equal_level"),
    *("structure", "up", "down", "quote_ask", "passed", "failed", "warning", "accent"),
)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("words", ["text", "text_muted"])
def test_that_words_can_be_read_on_every_surface(words: str, ground: str) -> None:
    assert contrast(getattr(DARK, words), getattr(DARK, ground)) >= 4.5


@pytest.mark.parametrize("token", ON_THE_CHART)
def test_that_words_in_colour_can_be_read_on_the_chart(token: str) -> None:
    assert contrast(getattr(DARK, token), DARK.background) >= 4.5


@pytest.mark.parametrize("token", ["up", "down", "accent", "passed", "failed", "warning", "vwap", "sweep"])
def test_that_words_on_a_coloured_tag_can_be_read(token: str) -> None:
    assert contrast(DARK.text_on_colour, getattr(DARK, token)) >= 4.5


def test_that_the_crosshair_tags_can_be_read() -> None:
    assert contrast(DARK.text, DARK.crosshair_tag) >= 4.5


def test_that_contrast_is_that_of_the_accessibility_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_that_the_way_of_price_never_looks_like_the_outcome_of_a_check() -> None:
    assert not {DARK.up, DARK.down} & {DARK.passed, DARK.failed, DARK.warning, DARK.accent}


def test_that_the_style_sheet_knows_every_colour_it_names() -> None:
    sheet = style_sheet(DARK)
    assert "$" not in sheet
    assert DARK.background in sheet


def test_that_every_colour_is_written_in_full() -> None:
    tokens = [getattr(DARK, field.name) for field in fields(DARK) if field.name != "name"]
    assert all(len(token) == 7 and token.startswith("#") for token in tokens)


@pytest.mark.usefixtures("qtbot")
def test_that_the_bundled_font_is_used_and_its_digits_are_of_one_width() -> None:
    face = font(12)
    assert QFontInfo(face).family() == FONT_FAMILIES[0]
    metrics = QFontMetricsF(face)
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize("symbol", "▲▼▴▾▸→✓✗●◆±σ≥−–·")
def test_that_the_bundled_fonts_have_the_symbols_of_the_window(symbol: str) -> None:
    load_fonts()
    faces = [QRawFont.fromFont(QFont(family)) for family in FONT_FAMILIES]
    assert any(face.supportsCharacter(ord(symbol)) for face in faces)


def test_that_the_theme_does_not_slow_the_first_window() -> None:
    loaded = "import sys, gui.theme; print([name for name in ('numpy', 'pyqtgraph', 'pandas') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
