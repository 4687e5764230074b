"""The fields of the settings as the user meets them: every group and every setting, with what is declared of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from pydantic.fields import FieldInfo

from config.section import Effect, Looser, Section
from config.settings import RULES_SUFFIX, Settings, SymbolRules, is_rules_key

WITH_THE_NEXT_CANDLE: Effect = "with the next candle"


def section_of(field: FieldInfo) -> type[Section] | None:
    """The group that a field holds; None for a single setting."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def leaf_fields(section: type[Section], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every single setting within a group, with its dotted key."""
    for name, field in section.model_fields.items():
        if (inner := section_of(field)) is None:
            yield f"{path}{name}", field
        else:
            yield from leaf_fields(inner, f"{path}{name}.")


def field_path(key: str) -> tuple[FieldInfo, ...]:
    """The groups around a setting, from the outermost, and the setting itself; empty where there is none of that key.

    Rules of a further symbol have no field of their own: their key begins within the rules.
    """
    section: type[Section] | None = Settings
    found: list[FieldInfo] = []
    for name in key.split("."):
        if section is None:
            return ()
        field = section.model_fields.get(name)
        if field is not None:
            found.append(field)
            section = section_of(field)
        elif section is Settings and is_rules_key(name):
            section = SymbolRules
        else:
            return ()
    return tuple(found)


def unit_of(field: FieldInfo) -> str:
    """The unit of a setting's value; empty where it has none."""
    return str(_declared(field).get("unit") or "")


def looser_of(field: FieldInfo) -> Looser | None:
    """Which way a limit lets more through; None for what is no limit."""
    return cast("Looser | None", _declared(field).get("looser"))


def effect_of(key: str) -> Effect:
    """When a change of the setting under a dotted key, or of a setting within that group, begins to count."""
    declared = [effect for field in field_path(key) if (effect := _declared(field).get("effect")) is not None]
    return cast("Effect", declared[-1]) if declared else WITH_THE_NEXT_CANDLE


def rules_prefix(key: str) -> str | None:
    """The beginning of the symbols whose rules hold the setting under a dotted key; None for a general one."""
    name = key.partition(".")[0]
    return name.removesuffix(RULES_SUFFIX) if is_rules_key(name) else None


def _declared(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}
