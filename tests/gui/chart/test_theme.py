from __future__ import annotations

import ast
import importlib
import inspect
import math
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QWidget

import gui.features
import resources
from gui.features.chart.view.layers.finding_layers import FRESH_SHARE
from gui.features.chart.view.layers.ground_layers import SESSION_SHARE
from gui.features.conditions.view.ink import DECIDING_SHARE
from gui.theme import (
    COLOUR_SETS,
    DARK,
    FONT_FAMILIES,
    SURFACES,
    Theme,
    contrast,
    font,
    linear_rgb,
    load_fonts,
    mixed,
    style_sheet,
    theme_for,
)

THEMES = [theme_for(surfaces, colours) for surfaces in SURFACES for colours in COLOUR_SETS]
NAMES = [f"{surfaces}-{colours}" for surfaces in SURFACES for colours in COLOUR_SETS]
every_theme = pytest.mark.parametrize("theme", THEMES, ids=NAMES)

GROUNDS = ("background", "surface", "surface_raised", "surface_hover")
WORDS = ("text", "text_muted", "accent", "passed", "failed", "warning", "up", "down")
ON_THE_CHART = (
    *("vwap", "anchor", "sweep", "day_level", "prior_day_level", "prior_session_level", "equal_level"),
    *("structure", "up", "down", "quote_ask", "passed", "failed", "warning", "accent", "text", "text_muted"),
)
OVER_ZONES = ("structure", "sweep", "equal_level", "text")
TAGS = ("up", "down", "accent", "passed", "failed", "warning", "text")
SESSIONS = ("session_asia", "session_london", "session_overlap", "session_new_york", "session_post_ny")

PRICE_ONLY = ("up", "down", "volume_up", "volume_down")
OUTCOMES = ("passed", "failed", "warning")
TABLES = "cell_painter.py"
PAINTERS_OF_PRICE = {
    *("candle_layer.py", "ground_layers.py", "axes.py", "readout.py", TABLES),
    *("candle_marks.py", "picture.py", "trade_mark_layer.py", "position_tags.py"),
    *("candle_picture.py", "stop_picture.py"),
}
"""Candles, volume, the tag of the last price, the read-out, profit in tables and of trades on the chart; candles and
results in the lab; pictures of candles for the phone and assistants, and of stops and targets in the introduction."""

# What people see who lack one kind of cone: Machado, Oliveira and Fernandes 2009, on linear light.
EYES = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "no red cones": (
        *((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216)),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        *((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413)),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def difference(first: str, second: str, eyes: str = "all cones") -> float:
    """Distance in the OKLab space, where 0.02 can just be seen and 1 is from black to white."""
    return math.dist(_oklab(first, eyes), _oklab(second, eyes))


def _oklab(token: str, eyes: str) -> tuple[float, float, float]:
    red, green, blue = (max(0.0, sum(a * b for a, b in zip(row, linear_rgb(token), strict=True))) for row in EYES[eyes])
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def unreadable(pairs: dict[str, tuple[str, str]], minimum: float = 4.5) -> dict[str, float]:
    """Of pairs of words and ground, by name, those of too little contrast."""
    found = {name: round(contrast(ink, ground), 2) for name, (ink, ground) in pairs.items()}
    return {name: ratio for name, ratio in found.items() if ratio < minimum}


def chart_grounds(theme: Theme) -> dict[str, str]:
    """The background, and what sessions make of it."""
    tints = {name: mixed(getattr(theme, name), theme.background, SESSION_SHARE).name() for name in SESSIONS}
    return {"background": theme.background, **tints}


# -- words can be read


@every_theme
def test_that_words_can_be_read_on_every_surface(theme: Theme) -> None:
    tokens = theme.colours
    assert not unreadable({f"{ink} on {under}": (tokens[ink], tokens[under]) for ink in WORDS for under in GROUNDS})


@every_theme
def test_that_coloured_text_is_readable_on_the_chart_in_every_session(theme: Theme) -> None:
    grounds = chart_grounds(theme)
    inks = {name: theme.colours[name] for name in ON_THE_CHART}
    inks |= {
        "sigma": mixed(theme.band, theme.text, 0.8).name(),
        "VWAP anchor": mixed(theme.anchor, theme.text, 0.7).name(),
    }
    assert not unreadable({f"{ink} on {under}": (inks[ink], grounds[under]) for ink in inks for under in grounds})


@every_theme
def test_that_findings_can_be_read_on_an_order_block(theme: Theme) -> None:
    zones = {
        f"{zone} in {under}": mixed(theme.colours[zone], tint, FRESH_SHARE).name()
        for zone in ("zone_bull", "zone_bear")
        for under, tint in chart_grounds(theme).items()
    }
    pairs = {f"{ink} on {zone}": (theme.colours[ink], zones[zone]) for ink in OVER_ZONES for zone in zones}
    choch = mixed(theme.text, theme.background, 0.8).name()
    assert not unreadable(pairs | {f"CHOCH on {zone}": (choch, zones[zone]) for zone in zones})


@every_theme
def test_that_the_names_of_sessions_can_be_read_on_their_tint(theme: Theme) -> None:
    grounds = chart_grounds(theme)
    names = {name: mixed(theme.colours[name], theme.text, 0.45).name() for name in SESSIONS}
    assert not unreadable({name: (names[name], grounds[name]) for name in SESSIONS})


@every_theme
def test_that_words_on_tags_badges_and_filled_buttons_can_be_read(theme: Theme) -> None:
    pairs = {tag: (theme.text_on_colour, theme.colours[tag]) for tag in TAGS}
    deciding = mixed(theme.failed, theme.surface, DECIDING_SHARE).name()
    pairs |= {f"{ink} in the deciding row": (theme.colours[ink], deciding) for ink in ("text", "text_muted", "failed")}
    pairs |= {"crosshair": (theme.text, theme.crosshair_tag), "pressed": (theme.text, theme.border)}
    assert not unreadable(pairs)


def test_that_contrast_is_that_of_the_accessibility_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


RULE = re.compile(r"\{([^}]*)\}")


def test_that_the_style_sheet_writes_only_in_colours_that_are_tested_on_every_surface() -> None:
    sheet = (Path(resources.__file__).parent / "themes" / "desk.qss").read_text(encoding="utf-8")
    for rule in RULE.findall(sheet):
        inks = set(re.findall(r"(?<![-\w])color:\s*\$(\w+)", rule))
        grounds = set(re.findall(r"(?<!-)background(?:-color)?:\s*\$(\w+)", rule))
        assert inks <= {*WORDS, "text_on_colour"}, rule
        if "text_on_colour" in inks:
            assert grounds <= {*TAGS, "background"}, rule
        elif inks:
            assert grounds <= {*GROUNDS, *(("border",) if inks == {"text"} else ())}, rule


# -- price and outcomes look different


@every_theme
def test_that_the_way_of_price_never_looks_like_the_outcome_of_a_check(theme: Theme) -> None:
    tokens = theme.colours
    assert min(difference(tokens[way], tokens[each]) for way in ("up", "down") for each in OUTCOMES) > 0.1


@pytest.mark.parametrize("surfaces", SURFACES)
@pytest.mark.parametrize("eyes", EYES)
def test_that_the_colour_blind_set_is_distinguished_by_every_eye(surfaces: str, eyes: str) -> None:
    theme = theme_for(surfaces, "colour_blind")
    assert difference(theme.up, theme.down, eyes) > 0.2
    assert difference(theme.passed, theme.failed, eyes) > 0.1
    assert theme.has_hollow_rises


@pytest.mark.parametrize("surfaces", SURFACES)
def test_that_in_east_asia_red_rises_and_green_falls(surfaces: str) -> None:
    theme = theme_for(surfaces, "east_asian")
    (red, green, _), (other_red, other_green, _) = linear_rgb(theme.up), linear_rgb(theme.down)
    assert red > green
    assert other_green > other_red
    assert (theme.passed, theme.failed) == (SURFACES[surfaces].passed, SURFACES[surfaces].failed)


def test_that_only_painters_of_price_and_profit_use_the_colours_of_price() -> None:
    users = set()
    for path in Path(gui.features.__file__).parent.rglob("*.py"):
        names = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
        if names & {*PRICE_ONLY}:
            users.add(path.name)
            assert path.name == TABLES or not names & {"passed", "failed"}, path
    assert users <= PAINTERS_OF_PRICE
    tones = tones_of_tables()
    assert {tone for tone, token in tones.items() if token in PRICE_ONLY} == {"GAIN", "LOSS"}
    assert {tone for tone, token in tones.items() if token in ("passed", "failed")} <= {"PASSED", "FAILED"}
    sheet = (Path(resources.__file__).parent / "themes" / "desk.qss").read_text(encoding="utf-8")
    results = r'\[tone="(?:gain|loss)"\] \{ color: \$(?:up|down); \}'
    assert not re.search(r"\$(?:up|down|volume_up|volume_down)\b", re.sub(results, "", sheet))


def tones_of_tables() -> dict[str, str]:
    """The token of each tone in which a cell of a table can be written."""
    tree = ast.parse((Path(gui.features.__file__).parent / "trading" / "view" / TABLES).read_text("utf-8"))
    (inks,) = [each for each in ast.walk(tree) if isinstance(each, ast.Dict) and len(each.keys) > 4]
    found = {}
    for tone, ink in zip(inks.keys, inks.values, strict=True):
        assert isinstance(ink, ast.Call)
        token = ink.args[0]
        assert isinstance(tone, ast.Attribute)
        assert isinstance(token, ast.Attribute)
        found[tone.attr] = token.attr
    return found


# -- the means


@every_theme
def test_that_the_style_sheet_knows_every_colour_it_names(theme: Theme) -> None:
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert theme.background in sheet


@every_theme
def test_that_every_colour_is_written_in_full(theme: Theme) -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", token) for token in theme.colours.values())


def test_that_a_set_of_colours_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError, match="colour_blind"):
        theme_for("dark", "pink")


def test_that_every_widget_that_keeps_a_theme_takes_another_one() -> None:
    for found in pkgutil.walk_packages(gui.features.__path__, "gui.features."):
        for name, kind in inspect.getmembers(importlib.import_module(found.name), inspect.isclass):
            if issubclass(kind, QWidget) and kind.__module__ == found.name:
                keeps_one = "theme" in inspect.signature(kind.__init__).parameters
                assert not keeps_one or hasattr(kind, "set_theme"), name


@pytest.mark.usefixtures("qtbot")
def test_that_the_bundled_font_is_used() -> None:
    assert QFontInfo(font(12)).family() == FONT_FAMILIES[0]


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize("family", FONT_FAMILIES)
@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.Bold])
def test_that_digits_are_of_one_width_so_that_columns_of_numbers_stand_still(family: str, weight: QFont.Weight) -> None:
    for pixels in (9, 10, 11, 12, 13, 15, 20):
        face = font(pixels, weight)
        face.setFamilies([family])
        assert len({QFontMetricsF(face).horizontalAdvance(digit) for digit in "0123456789"}) == 1
        assert len({QFontMetrics(face).horizontalAdvance(digit * 8) for digit in "0123456789"}) == 1


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


def test_that_the_desk_is_dark_unless_set_otherwise() -> None:
    assert theme_for("dark") is DARK
