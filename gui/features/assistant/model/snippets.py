"""What a user pastes into an assistant or a shell so that it reaches the desk of this installation.

No snippet has a token: they change with each start, and `door.json` is for its owner alone.
"""

from __future__ import annotations

import json
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import gui
from engine.adapters.door.address import FILE, HOST
from engine.child_process import COMMAND_LINE, command_line_program, is_frozen

IS_WINDOWS = sys.platform == "win32"


class Installation(NamedTuple):
    """How the command line is started: program, its first arguments, and what its environment needs."""

    program: str
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


class Snippet(NamedTuple):
    """`hint` says where `text` belongs."""

    title: str
    hint: str
    text: str


def installation(root: Path | None = None, script: Path | None = None) -> Installation:
    """Of the program that runs: packed, installed with its `script`, or from the checkout in the folder `root`."""
    if is_frozen():
        return Installation(str(command_line_program()))
    root = root or Path(gui.__file__).resolve().parents[1]
    if (root / "run.py").is_file():
        return Installation(sys.executable, ("-P", "-m", "gui.app"), (("PYTHONPATH", str(root)),))
    script = script or Path(sys.executable).with_name(f"{COMMAND_LINE}.exe" if IS_WINDOWS else COMMAND_LINE)
    if script.is_file():
        return Installation(str(script))
    return Installation(sys.executable, ("-P", "-m", "gui.app"))


def is_sdk_missing() -> bool:
    """Whether the server for assistants could not start. Looks at files: not once a frame."""
    return not is_frozen() and find_spec("mcp") is None


def snippets(made: Installation, directory: Path, usual: Path, http_port: int) -> tuple[Snippet, ...]:
    """For the desk of the data folder `directory`, which is named only where it is not the `usual` one."""
    place = () if directory == usual else ("--data-dir", str(directory))
    server = _server(made, place)
    hint = "Reads the current token from door.json, which only you can read. HTTP must be switched on in the settings."
    return (
        Snippet("Claude Desktop", f"Settings, Developer, Edit Config: {_claude_file()}. Restart it then.", server),
        Snippet("Cursor", "The file mcp.json in .cursor of your home folder, or of a project.", server),
        Snippet("Command line", "For a shell, or another program that starts commands.", _shell(made, place)),
        Snippet("HTTP", hint, _http(directory, http_port)),
    )


def _server(made: Installation, place: tuple[str, ...]) -> str:
    entry: dict[str, object] = {"command": made.program, "args": [*made.arguments, "mcp", *place]}
    if made.environment:
        entry["env"] = dict(made.environment)
    return json.dumps({"mcpServers": {"microscalp": entry}}, indent=2, ensure_ascii=False)


def _claude_file() -> str:
    if IS_WINDOWS:
        return r"%APPDATA%\Claude\claude_desktop_config.json"
    if sys.platform == "darwin":
        return "~/Library/Application Support/Claude/claude_desktop_config.json"
    return "~/.config/Claude/claude_desktop_config.json"


def _shell(made: Installation, place: tuple[str, ...]) -> str:
    calls = (("status",), ("plan", "list"), ("explain", "--symbol", "XAUUSD", "--at", "2026-02-20T14:31"))
    return "\n".join([*_environment(made), *(_call(made, (*call, *place)) for call in calls)])


def _environment(made: Installation) -> list[str]:
    if IS_WINDOWS:
        return [f"$env:{name} = {_quoted(value)}" for name, value in made.environment]
    return [f"export {name}={shlex.quote(value)}" for name, value in made.environment]


def _call(made: Installation, arguments: tuple[str, ...]) -> str:
    whole = [made.program, *made.arguments, *arguments]
    return f"& {' '.join(map(_quoted, whole))}" if IS_WINDOWS else shlex.join(whole)


def _http(directory: Path, port: int) -> str:
    """The token goes over standard input: the arguments of a program can be seen by every other one."""
    url, door = f"http://{HOST}:{port}/api/v1/micro_scalp_now?symbol=XAUUSD", str(directory / FILE)
    if IS_WINDOWS:
        return "\n".join(
            [
                f"$token = (Get-Content -Raw {_quoted(door)} | ConvertFrom-Json).tokens.http",
                f'Invoke-RestMethod -Headers @{{Authorization = "Bearer $token"}} {_quoted(url)}',
            ]
        )
    return "\n".join(
        [
            rf"""token=$(sed -n 's/.*"http": *"\([^"]*\)".*/\1/p' {shlex.quote(door)})""",
            f"""printf 'Authorization: Bearer %s' "$token" | curl -H @- {shlex.quote(url)}""",
        ]
    )


def _quoted(text: str) -> str:
    """A literal of PowerShell."""
    return "'" + text.replace("'", "''") + "'"
