"""The published schema: every operation with its arguments and its answer, for programs and for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from engine.assistant.operation import Operation


class PublishedOperation(msgspec.Struct, frozen=True, kw_only=True):
    """`arguments` and `answer` are JSON Schemas, which refer to `components`."""

    name: str
    description: str
    is_reading: bool
    arguments: dict[str, Any]
    answer: dict[str, Any]


class PublishedSchema(msgspec.Struct, frozen=True, kw_only=True):
    """JSON Schema 2020-12."""

    operations: tuple[PublishedOperation, ...]
    components: dict[str, Any]


def schema_of(operations: Iterable[Operation]) -> PublishedSchema:
    rows = tuple(operations)
    types = [kind for operation in rows for kind in (operation.arguments, operation.answer)]
    references, components = msgspec.json.schema_components(types, ref_template="#/components/{name}")
    pairs = iter(references)
    return PublishedSchema(
        operations=tuple(
            PublishedOperation(
                name=operation.name,
                description=operation.about,
                is_reading=operation.is_reading,
                arguments=next(pairs),
                answer=next(pairs),
            )
            for operation in rows
        ),
        components=components,
    )


def object_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of one struct by itself, as an object with the types that it refers to under `$defs`."""
    (reference,), components = msgspec.json.schema_components([kind])
    name = str(reference["$ref"]).rpartition("/")[2]
    return {**components.pop(name), "$defs": components}


def table_of(operations: Iterable[Operation]) -> Iterator[str]:
    """The lines of the table of operations in the documentation."""
    yield "| operation | arguments | what it answers |"
    yield "| --- | --- | --- |"
    for operation in operations:
        names = ", ".join(_named(operation.arguments)) or "–"
        yield f"| `{operation.name}` | {names} | {operation.about} |"


def _named(arguments: type[msgspec.Struct]) -> Iterator[str]:
    for field in msgspec.structs.fields(arguments):
        yield f"`{field.name}`" if field.required else f"`{field.name}` (optional)"
