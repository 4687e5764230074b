"""The settings to search: which ones, between which values, and in which order combinations are tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import floor, prod
from pathlib import Path
from sys import float_info
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from config.atomic_file import reason_of
from config.changes import with_values
from config.faults import Fault, FaultyConfiguration, did_you_mean, shown, validation_faults
from config.fields import EVERYTHING, Kind, field_at, path_of
from config.json_text import parse_object
from config.settings import Settings
from engine.statistics.sobol import MAX_DIMENSIONS, sobol

MAX_VALUES: Final = 1_000
"""Of one setting."""
LARGEST_FILE: Final = 1_000_000
"""Bytes."""
_CANDIDATES: Final = 16
"""Points of the sequence for each one wanted: some fall on combinations that came before, or that contradict."""
_ALLOWED: Final = "allowed is a list of values, or [low, high, step] with low below high"


class Parameter(msgspec.Struct, frozen=True):
    """A setting under its dotted key, and the values that are tried, in order."""

    key: str
    values: tuple[Any, ...]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One combination: the place of each value among those of its parameter, and the settings that it makes."""

    places: tuple[int, ...]
    values: Mapping[str, Any]
    settings: Settings


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """All combinations of the values of some parameters; everything else is as in `base`."""

    base: Settings
    parameters: tuple[Parameter, ...]

    @property
    def size(self) -> int:
        """Number of combinations."""
        return prod(len(parameter.values) for parameter in self.parameters)

    def points(self, count: int) -> Iterator[Point]:
        """The first `count` combinations, all of them where there are no more, spread evenly where there are.

        Combinations that contradict themselves, such as a minimum above its maximum, are left out.
        """
        found = 0
        for places in self._places(count):
            if found < count and (point := self.point(places)) is not None:
                found += 1
                yield point

    def point(self, places: Sequence[int]) -> Point | None:
        """The combination of these values; None where it contradicts itself."""
        values = {each.key: each.values[place] for each, place in zip(self.parameters, places, strict=True)}
        try:
            settings = with_values(self.base, values)
        except ValidationError:
            return None
        return Point(places=tuple(places), values=values, settings=settings)

    def _places(self, count: int) -> Iterator[tuple[int, ...]]:
        sizes = [len(parameter.values) for parameter in self.parameters]
        if self.size <= count:
            yield from product(*map(range, sizes))
            return
        seen = set()
        for row in sobol(_CANDIDATES * count, len(sizes)).tolist():
            places = tuple(floor(share * size) for share, size in zip(row, sizes, strict=True))
            if places not in seen:
                seen.add(places)
                yield places


def read_space(path: Path, base: Settings) -> Space:
    """The space that a JSON file describes. Raises `FaultyConfiguration` with every fault that was found."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FaultyConfiguration(Fault(str(path), "", f"cannot be read: {reason_of(error)}")) from None
    if len(content) > LARGEST_FILE:
        raise FaultyConfiguration(Fault(str(path), "", f"is too large; allowed are {LARGEST_FILE:,} bytes"))
    return parse_space(content, str(path), base)


def parse_space(content: bytes, origin: str, base: Settings) -> Space:
    """The space in the bytes of a file called `origin`: dotted settings, each with a list or [low, high, step].

    Three numbers are a range where the first is below the second and the third no larger than their difference.
    Raises `FaultyConfiguration` with every fault that was found.
    """
    said, faults = parse_object(content, origin)
    parameters = []
    for key, value in said.items():
        values = _values(value)
        if found := list(_faults_of(key, value, values, origin, base)):
            faults += found
        else:
            parameters.append(Parameter(key, values))
    if not 1 <= len(said) <= MAX_DIMENSIONS:
        faults.append(Fault(origin, "", f"has {len(said)} settings; allowed are 1 to {MAX_DIMENSIONS}"))
    if faults:
        raise FaultyConfiguration(*faults)
    space = Space(base=base, parameters=tuple(parameters))
    if next(space.points(MAX_VALUES), None) is None:
        raise FaultyConfiguration(*_contradictions(space, origin))
    return space


def _contradictions(space: Space, origin: str) -> list[Fault]:
    """What the first combination contradicts, where all contradict themselves."""
    try:
        with_values(space.base, {each.key: each.values[0] for each in space.parameters})
    except ValidationError as error:
        return list(validation_faults(error, origin))
    return []


def _values(said: Any) -> tuple[Any, ...]:
    if not isinstance(said, list):
        return ()
    if len(said) != 3 or not all(isinstance(each, int | float) and not isinstance(each, bool) for each in said):
        return tuple(said)
    low, high, step = said
    if not all(abs(each) <= float_info.max for each in said) or not (low < high and 0 < step <= high - low):
        return tuple(said)
    count = floor(min(MAX_VALUES, (high - low) / step + 1e-9)) + 1
    if all(isinstance(each, int) for each in said):
        return tuple(low + place * step for place in range(count))
    return tuple(float(f"{low + place * step:.12g}") for place in range(count))


def _faults_of(key: str, said: Any, values: tuple[Any, ...], origin: str, base: Settings) -> Iterator[Fault]:
    field = field_at(key)
    if field is None or field.kind is Kind.GROUP:
        settings = [each.key for each in EVERYTHING.everything() if each.kind is not Kind.GROUP]
        yield Fault(origin, key, "is not a setting" + did_you_mean(key, settings))
    elif (group := path_of(key)[0]) not in base.as_json():
        yield Fault(origin, key, f"searches {group}, which the configuration does not have")
    elif not values:
        yield Fault(origin, key, f"is {shown(said)}; {_ALLOWED}")
    elif len(values) > MAX_VALUES:
        yield Fault(origin, key, f"has more than {MAX_VALUES:,} values; allowed are {MAX_VALUES:,}")
    elif len({shown(value) for value in values}) < len(values):
        yield Fault(origin, key, f"is {shown(said)}, with a value that occurs twice; allowed is each value once")
    else:
        each_fault = (fault for value in values for fault in _faults_of_value(key, value, origin, base))
        yield from islice(each_fault, 1)


def _faults_of_value(key: str, value: Any, origin: str, base: Settings) -> Iterator[Fault]:
    """What is wrong with the value itself; what it contradicts may be searched as well."""
    try:
        with_values(base, {key: value})
    except ValidationError as error:
        yield from (
            fault for fault in validation_faults(error, origin) if fault.key == key or fault.key.startswith(f"{key}.")
        )
