"""The published schema: every operation with its arguments and its answer, for programs and for the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.assistant.assistant import OPERATIONS


def schema() -> dict[str, Any]:
    """Operations with references into `components`, as JSON Schema 2020-12."""
    types = [kind for operation in OPERATIONS.values() for kind in (operation.arguments, operation.answer)]
    references, components = msgspec.json.schema_components(types, ref_template="#/components/{name}")
    pairs = iter(references)
    return {
        "operations": [
            {
                "name": operation.name,
                "description": operation.about,
                "is_reading": operation.is_reading,
                "arguments": next(pairs),
                "answer": next(pairs),
            }
            for operation in OPERATIONS.values()
        ],
        "components": components,
    }


def table() -> Iterator[str]:
    """The lines of the table of operations in the documentation."""
    yield "| operation | arguments | what it answers |"
    yield "| --- | --- | --- |"
    for operation in OPERATIONS.values():
        names = ", ".join(_named(operation.arguments)) or "–"
        yield f"| `{operation.name}` | {names} | {operation.about} |"


def _named(arguments: type[msgspec.Struct]) -> Iterator[str]:
    for field in msgspec.structs.fields(arguments):
        yield f"`{field.name}`" if field.required else f"`{field.name}` (optional)"
