"""The operations as resources of HTTP: which request means which operation, and how each answer is written.

Pure: a method, a path, a query and a body in, a status and a JSON text out. Sockets and tokens are the adapter's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from config import VERSION
from engine.assistant.assistant import Assistant, Failure
from engine.assistant.operation import Arguments, Operation
from engine.assistant.table import OPERATIONS
from engine.assistant.texts import plain
from engine.domain.messages.proposals import Caller

EVENTS: Final = "events"
_STATUS: Final[Mapping[str, int]] = {
    "invalid_arguments": 400,
    "unknown_operation": 404,
    "refused": 409,
    "unavailable": 503,
    "failed": 500,
}
_LISTS: Final = (msgspec.inspect.ListType, msgspec.inspect.VarTupleType, msgspec.inspect.SetType)
_encode = msgspec.json.Encoder().encode


class HttpRequest(NamedTuple):
    """A request that came with the right token: `path` below `/api/v1/`, `query` as pairs, in order."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    body: bytes


class HttpAnswer(NamedTuple):
    """A status, the methods that are allowed where another one was used, and JSON."""

    status: int
    body: bytes
    allowed: str = ""


class HttpApi:
    """Answers for one desk. GET reads, by its query; POST takes JSON; plans have a resource of their own."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def answer(self, request: HttpRequest) -> HttpAnswer:
        """Never raises for what a program sends."""
        parts = request.path.split("/")
        match request.method, parts:
            case "GET", ["openapi.json"]:
                return HttpAnswer(200, openapi())
            case "GET", ["plans"]:
                return await self._by_query("list_plans", request.query)
            case "POST", ["plans"]:
                return await self._ask("create_micro_scalp_plan", request.body)
            case _, ["plans"]:
                return _not_allowed("GET, POST")
            case "DELETE", ["plans", plan_id]:
                return await self._ask("cancel_plan", _encode({"plan_id": plan_id}))
            case _, ["plans", _]:
                return _not_allowed("DELETE")
            case _, [name] if name in OPERATIONS:
                return await self._operation(OPERATIONS[name], request)
        known = ", ".join(("openapi.json", EVENTS, "plans", *OPERATIONS))
        return _failed(404, "unknown_operation", f"there is no such resource: allowed are {known}")

    async def _operation(self, operation: Operation, request: HttpRequest) -> HttpAnswer:
        if request.method == "POST":
            return await self._ask(operation.name, request.body or b"{}")
        if request.method == "GET" and operation.is_reading:
            return await self._by_query(operation.name, request.query)
        return _not_allowed("GET, POST" if operation.is_reading else "POST")

    async def _by_query(self, name: str, query: Sequence[tuple[str, str]]) -> HttpAnswer:
        kind = OPERATIONS[name].arguments
        try:
            arguments = _encode(msgspec.convert(_gathered(kind, query), kind, strict=False))
        except ValueError as error:
            return _failed(400, "invalid_arguments", f"{name}: {plain(error)}")
        return await self._ask(name, arguments)

    async def _ask(self, name: str, arguments: bytes) -> HttpAnswer:
        found = await self._assistant.answer(Caller.HTTP, name, arguments)
        if isinstance(found, Failure):
            return HttpAnswer(_STATUS[found.kind], _encode({"error": found}))
        return HttpAnswer(200, _encode(found))


def _gathered(arguments: type[Arguments], query: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Values by name; a name may come again only where it is a list. Raises `ValueError`."""
    lists = {
        field.name
        for field in msgspec.structs.fields(arguments)
        if isinstance(msgspec.inspect.type_info(field.type), _LISTS)
    }
    found: dict[str, Any] = {}
    for name, value in query:
        if name in lists:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise ValueError(f"{plain(name, 40)} is given twice")
        else:
            found[name] = value
    return found


def _not_allowed(allowed: str) -> HttpAnswer:
    answer = _failed(405, "invalid_arguments", f"allowed here: {allowed}")
    return answer._replace(allowed=allowed)


def _failed(status: int, kind: str, sentence: str) -> HttpAnswer:
    return HttpAnswer(status, _encode({"error": Failure(kind=kind, sentence=sentence)}))


# -- OpenAPI ----------------------------------------------------------------------------------------------------------


@cache
def openapi() -> bytes:
    """The description of the whole interface (OpenAPI 3.1), as JSON."""
    types: list[Any] = [Failure]
    for operation in OPERATIONS.values():
        types += [operation.arguments, operation.answer]
    references, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    failure, *rest = references
    pairs = dict(zip(OPERATIONS, zip(rest[::2], rest[1::2], strict=True), strict=True))
    problem = {
        "description": "why there is no answer",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"error": failure}}}},
    }
    paths: dict[str, dict[str, Any]] = {
        f"/{name}": {"post": _posted(operation, *pairs[name], problem)} for name, operation in OPERATIONS.items()
    }
    for name, operation in OPERATIONS.items():
        if operation.is_reading:
            paths[f"/{name}"]["get"] = _got(operation, pairs[name][1], problem)
    creating, listing = OPERATIONS["create_micro_scalp_plan"], OPERATIONS["list_plans"]
    paths["/plans"] = {
        "post": {**_posted(creating, *pairs[creating.name], problem), "operationId": "post_plan"},
        "get": {**_got(listing, pairs[listing.name][1], problem), "operationId": "get_plans"},
    }
    cancelling = OPERATIONS["cancel_plan"]
    in_path = {"name": "plan_id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/plans/{plan_id}"] = {
        "delete": {
            **_answered(cancelling, pairs[cancelling.name][1], problem),
            "operationId": "delete_plan",
            "parameters": [in_path],
        }
    }
    paths[f"/{EVENTS}"] = {
        "get": {
            "operationId": EVENTS,
            "summary": "Quotes, candles, setups, plans and positions as they come (server-sent events).",
            "responses": {"200": {"description": "events", "content": {"text/event-stream": {}}}},
        }
    }
    bearer = {"type": "http", "scheme": "bearer", "description": "the token `http` in door.json of the data folder"}
    return _encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Micro-scalp desk", "version": VERSION},
            "servers": [{"url": "/api/v1"}],
            "security": [{"door": []}],
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": {"door": bearer}},
        }
    )


def _answered(operation: Operation, answer: Any, problem: Any) -> dict[str, Any]:
    said = {"description": "the answer", "content": {"application/json": {"schema": answer}}}
    return {"summary": operation.about, "responses": {"200": said, "default": problem}}


def _posted(operation: Operation, arguments: Any, answer: Any, problem: Any) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": arguments}}}
    return {**_answered(operation, answer, problem), "operationId": operation.name, "requestBody": body}


def _got(operation: Operation, answer: Any, problem: Any) -> dict[str, Any]:
    parameters = [
        {
            "name": field.name,
            "in": "query",
            "required": field.required,
            "schema": msgspec.json.schema(field.type) if field.type is not Any else {},
        }
        for field in msgspec.structs.fields(operation.arguments)
    ]
    return {
        **_answered(operation, answer, problem),
        "operationId": f"get_{operation.name}",
        "parameters": parameters,
    }
