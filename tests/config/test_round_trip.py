"""Whatever is written is read again; whatever is damaged is refused, or read as it plainly says."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from config.faults import FaultyConfiguration
from config.loader import as_json, load_settings, parse_settings, save_settings, settings_hash, shipped_settings
from config.section import Section
from config.settings import Settings, SymbolRules, is_rules_key

Path_ = tuple[str, ...]


def leaves(section: type[Section], path: Path_ = ()) -> list[tuple[Path_, FieldInfo]]:
    found: list[tuple[Path_, FieldInfo]] = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            found += leaves(field.annotation, (*path, name))
        else:
            found.append(((*path, name), field))
    return found


LEAVES = leaves(Settings)
FURTHER_RULES = [(("eurusd_rules", *path), field) for path, field in leaves(SymbolRules)]


def values_of(field: FieldInfo) -> st.SearchStrategy[Any]:
    kind, bounds = field.annotation, {type(bound): bound for bound in field.metadata}
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(bounds[Ge].ge, bounds[Le].le)
    if kind is str:
        return st.sampled_from(["UTC", "Europe/Paris"] if field.title == "Time zone" else ["00:00", "12:30", "23:59"])
    if get_origin(kind) is tuple and get_args(kind)[-1] is ...:
        return st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10), max_size=3)
    if get_origin(kind) is tuple:
        return st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=2).map(sorted)
    least, most = bounds.get(Ge) or bounds[Gt], bounds.get(Le) or bounds[Lt]
    open_below = isinstance(least, Gt)
    numbers = st.floats(getattr(least, "ge", getattr(least, "gt", 0.0)), most.le, exclude_min=open_below)
    return numbers if kind is float else st.one_of(st.none(), numbers)


@st.composite
def any_settings(draw: st.DrawFn) -> Settings:
    """Valid settings that differ from the shipped ones here and there, some with rules of a further symbol."""
    said = as_json(shipped_settings())
    fields = LEAVES
    if draw(st.booleans()):
        said["eurusd_rules"] = as_json(shipped_settings())["xauusd_rules"]
        fields = LEAVES + FURTHER_RULES
    for path, field in draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda leaf: leaf[0])):
        changed = json.loads(json.dumps(said))
        group = changed
        for name in path[:-1]:
            group = group[name]
        group[path[-1]] = draw(values_of(field))
        try:
            Settings.model_validate(changed)
        except ValidationError:
            continue
        said = changed
    return Settings.model_validate(said)


@settings(max_examples=200, deadline=None)
@given(any_settings())
def test_that_any_settings_survive_being_saved_and_loaded(chosen: Settings) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "settings.json"
        save_settings(chosen, file)
        again = load_settings(file)
    assert again == chosen
    assert settings_hash(again) == settings_hash(chosen)


@settings(max_examples=50, deadline=None)
@given(any_settings())
def test_that_settings_written_in_full_are_read_again(chosen: Settings) -> None:
    assert parse_settings(json.dumps(as_json(chosen)).encode(), "full.json") == chosen


# -- damage -------------------------------------------------------------------------------------------------------

TEXT = json.dumps(as_json(shipped_settings()), indent=1).encode()
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


@settings(max_examples=1000, deadline=None)
@given(damaged())
def test_that_a_damaged_file_is_refused_or_read_as_it_plainly_says(content: bytes) -> None:
    try:
        read = parse_settings(content, "damaged.json")
    except FaultyConfiguration:
        return
    given_values = json.loads(content, object_pairs_hook=once)
    below = as_json(shipped_settings())
    for key in given_values.keys() - below.keys():
        assert is_rules_key(key)  # rules of another instrument: what they leave out has the defaults of gold
        below[key] = as_json(Settings())["xauusd_rules"]
    assert as_json(read) == laid_over(below, given_values)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return {key.lower() if key.lower().endswith("_rules") else key: value for key, value in pairs}


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    for key, value in above.items():
        below[key] = laid_over(below[key], value) if isinstance(value, dict) and key in below else value
    return below
