"""Written files are read back; damaged ones are refused, or read as they plainly say."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.changes import put
from config.faults import FaultyConfiguration
from config.fields import EVERYTHING, Kind, SettingField, field_at
from config.loader import load_settings, parse_settings, save_settings, settings_hash, shipped_settings
from config.settings import Settings, is_rules_key
from tests.examples import examples

PLAIN = shipped_settings().as_json()
FIELDS = [field for field in EVERYTHING.everything() if not field.parts]
FURTHER = "eurusd_rules"
FURTHER_RULES = field_at(FURTHER)
assert FURTHER_RULES is not None
FURTHER_FIELDS = [field for field in FURTHER_RULES.everything() if not field.parts]


def values_of(field: SettingField) -> st.SearchStrategy[Any]:
    bounds = field.bounds
    match field.kind:
        case Kind.CHOICE:
            return st.sampled_from(field.choices)
        case Kind.SWITCH:
            return st.booleans()
        case Kind.WHOLE:
            return st.integers(int(bounds["ge"]), int(bounds["le"]))
        case Kind.TEXT:
            is_zone = field.title == "Time zone"
            return st.sampled_from(["UTC", "Europe/Paris"] if is_zone else ["00:00", "12:30", "23:59"])
        case Kind.NAMES:
            return st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10), max_size=3)
        case Kind.RANGE:
            return st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=2).map(sorted)
    minimum = bounds.get("ge", bounds.get("gt"))
    numbers = st.floats(minimum, bounds["le"], exclude_min="gt" in bounds)
    return st.one_of(st.none(), numbers) if field.is_optional else numbers


@st.composite
def any_settings(draw: st.DrawFn) -> Settings:
    """Valid settings that differ from the shipped ones here and there, some with rules of a further symbol."""
    said, fields = PLAIN, FIELDS
    if draw(st.booleans()):
        said, fields = {**PLAIN, FURTHER: PLAIN["xauusd_rules"]}, FIELDS + FURTHER_FIELDS
    for field in draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda field: field.key)):
        changed = copy.deepcopy(said)
        put(changed, field.key, draw(values_of(field)))
        try:
            Settings.model_validate(changed)
        except ValidationError:
            continue
        said = changed
    return Settings.model_validate(said)


@examples(120)
@given(any_settings())
def test_that_any_settings_survive_being_saved_and_loaded(chosen: Settings) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "settings.json"
        save_settings(chosen, file)
        again = load_settings(file)
    assert again == chosen
    assert settings_hash(again) == settings_hash(chosen)


@examples(50)
@given(any_settings())
def test_that_settings_written_in_full_are_read_again(chosen: Settings) -> None:
    assert parse_settings(json.dumps(chosen.as_json()).encode(), "full.json") == chosen


# -- damage -------------------------------------------------------------------------------------------------------

TEXT = json.dumps(shipped_settings().as_json(), indent=1).encode()
places = st.integers(0, len(TEXT) - 1)
lines = st.integers(0, TEXT.count(b"\n"))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    text = TEXT
    for _ in range(draw(st.integers(1, 3))):
        at, kind = draw(places), draw(st.sampled_from(["cut", "insert", "replace", "repeat", "drop_line", "swap"]))
        rows = text.split(b"\n")
        row, other = draw(lines) % len(rows), draw(lines) % len(rows)
        if kind == "cut":
            text = text[:at] + text[at + draw(st.integers(1, 40)) :]
        elif kind == "insert":
            text = (
                text[:at] + draw(st.sampled_from([b"0", b"-", b".", b"e", b",", b'"', b"}", b"\xff", b"1"])) + text[at:]
            )
        elif kind == "replace":
            text = text[:at] + draw(st.binary(min_size=1, max_size=3)) + text[at + 1 :]
        elif kind == "repeat":
            text = b"\n".join([*rows[: row + 1], *rows[row:]])
        elif kind == "drop_line":
            text = b"\n".join(rows[:row] + rows[row + 1 :])
        else:
            rows[row], rows[other] = rows[other], rows[row]
            text = b"\n".join(rows)
    return text


@examples(400)
@given(damaged())
def test_that_a_damaged_file_is_refused_or_read_as_it_plainly_says(content: bytes) -> None:
    try:
        read = parse_settings(content, "damaged.json")
    except FaultyConfiguration:
        return
    given_values = json.loads(content, object_pairs_hook=once)
    below = shipped_settings().as_json()
    for key in given_values.keys() - below.keys():
        assert is_rules_key(key)  # rules of another instrument: what they leave out has the defaults of gold
        below[key] = Settings().as_json()["xauusd_rules"]
    assert read.as_json() == laid_over(below, given_values)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return {key.lower() if key.lower().endswith("_rules") else key: value for key, value in pairs}


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    for key, value in above.items():
        below[key] = laid_over(below[key], value) if isinstance(value, dict) and key in below else value
    return below
