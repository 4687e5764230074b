"""Fixtures of the execution tests."""

from __future__ import annotations

import pytest

from tests.execution.desks import ScriptedDesk


@pytest.fixture
def desk() -> ScriptedDesk:
    """A desk in agreement with its broker."""
    ready = ScriptedDesk()
    ready.start()
    return ready
