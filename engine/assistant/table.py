"""The one table of everything that another program may ask of a desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.assistant.account import ACCOUNT_OPERATIONS
from engine.assistant.candles import BACKGROUND_OPERATIONS
from engine.assistant.market import MARKET_OPERATIONS
from engine.assistant.measured import MEASURED_OPERATIONS
from engine.assistant.operation import Asked, NoArguments, Operation
from engine.assistant.plans import PLAN_OPERATIONS
from engine.assistant.schema import PublishedSchema, schema_of
from engine.assistant.setups import SETUP_OPERATIONS
from engine.assistant.statistics import STATISTICS_OPERATIONS


async def schema(_: Asked, __: NoArguments) -> PublishedSchema:
    return schema_of(OPERATIONS.values())


OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        *MARKET_OPERATIONS,
        *SETUP_OPERATIONS,
        *MEASURED_OPERATIONS,
        *PLAN_OPERATIONS,
        *ACCOUNT_OPERATIONS,
        *STATISTICS_OPERATIONS,
        *BACKGROUND_OPERATIONS,
        Operation(
            "schema",
            "Every operation with its arguments and its answer as JSON Schema.",
            *(NoArguments, PublishedSchema, schema),
        ),
    )
}
"""There is no operation for modes, approval, arming, a halt or settings."""
