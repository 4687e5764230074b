"""Settings of plans that other programs bring: rows in the table of plans, and proposals through the local API."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval, Unit

from config.section import Section, setting

OutsideRows = Literal["as_given", "propose", "ignore"]
"""What is made of a plan that another program writes into the table: watched and traded by the symbol's mode, proposed
to the user, or left alone."""


class PlansSettings(Section):
    """What becomes of plans that other programs write into the table of plans."""

    outside_rows: OutsideRows = setting(
        "as_given",
        "Plans of other programs",
        "as_given: they wait for a setup and trade by the mode of their symbol; propose: you arm each of them first; "
        "ignore: they are left alone.",
        synonyms=("external signals", "expert advisor", "EA", "trade_plans", "bot", "copy trading"),
    )


class AssistantSettings(Section):
    """The local API for programs of yours that look at the desk and propose plans; they can never trade."""

    enabled: bool = setting(
        False,
        "Let programs connect",
        "Opens a local API for a chat assistant and your own programs: they read what you see and propose "
        "plans that you arm. Off: nothing listens.",
        synonyms=("API", "MCP", "AI", "chat", "Claude", "ChatGPT", "socket", "server"),
    )
    http: bool = setting(
        False,
        "HTTP",
        "Opens the API over HTTP as well, for scripts and programs; only while programs may connect.",
        synonyms=("REST", "API", "webhook", "OpenAPI", "curl", "server-sent events"),
    )
    http_port: Annotated[int, Interval(ge=1024, le=65_535)] = setting(
        8765, "HTTP port", "Port of HTTP on this computer (127.0.0.1)."
    )
    proposal_minutes: Annotated[int, Interval(ge=1, le=1440), Unit("min")] = setting(
        30,
        "Proposal lifetime",
        "Market time after which a proposed plan that you have not armed expires.",
        synonyms=("expiration", "time in force"),
    )
