"""Settings of the keyboard: which keys the user chose, and how trading keys are kept from being struck by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, Strict

from config.section import Section, setting

_SEPARATOR = ": "


def _is_choice(line: str) -> str:
    name, separator, _ = line.partition(_SEPARATOR.rstrip())
    if not separator or not name or " " in name:
        raise ValueError(f"{line!r} chooses no key; allowed is an action and its key, such as chart.reset: Ctrl+R")
    return line


Choice = Annotated[str, Field(max_length=120), AfterValidator(_is_choice)]


class KeyboardSettings(Section):
    """Keys of the window's actions, and the arming of those that trade."""

    needs_arming: bool = setting(
        True,
        title="Trading keys need arming",
        about="Keys that trade do nothing until the keyboard is armed; halt always works.",
    )
    arm_seconds: int = setting(
        60,
        ge=5,
        le=3600,
        unit="s",
        title="Armed for",
        about="Time without a trading key after which the keyboard is disarmed.",
    )
    keys: Annotated[tuple[Choice, ...], Strict(False), Field(max_length=200)] = setting(
        (),
        title="Keys",
        about="Keys that differ from the defaults, as action and key; an empty key removes the default.",
    )

    @property
    def chosen(self) -> Mapping[str, str]:
        """Keys by the names of actions where they differ from the defaults; several keys stand between semicolons."""
        parts = (line.partition(_SEPARATOR.rstrip()) for line in self.keys)
        return {name: text.strip() for name, _, text in parts}

    def choosing(self, chosen: Mapping[str, str]) -> KeyboardSettings:
        """The same settings with other keys, by the names of actions."""
        lines = tuple(f"{name}{_SEPARATOR}{text}".rstrip() for name, text in sorted(chosen.items()))
        return self.model_copy(update={"keys": lines})
