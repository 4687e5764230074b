"""Settings of the notice about a newer version."""

from __future__ import annotations

from typing import Annotated

from annotated_types import MaxLen
from pydantic import AfterValidator

from config.address import is_address_of
from config.section import Section, setting


class UpdatesSettings(Section):
    """Whether the desk looks for a newer version. It is never installed by itself."""

    address: Annotated[str, MaxLen(300), AfterValidator(is_address_of("https", "http"))] = setting(
        "",
        "Address",
        "Address of a JSON file that states the newest version, checked once a day. Empty: never checked.",
        synonyms=("new release", "URL"),
    )
