"""`microscalp config check|show|path`: the configuration, for the user and for scripts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from config.loader import load_settings, settings_hash, user_file
from engine.commands.terminal import say, show


def add_config(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("config", help="check, show or find the configuration")
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="check a file and list every error in it")
    check.add_argument("file", type=Path)
    check.set_defaults(run=check_file)
    shown = actions.add_parser("show", help="print the configuration in force as JSON")
    shown.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")
    shown.set_defaults(run=show_settings)
    path = actions.add_parser("path", help="print the path of the user's configuration file")
    path.set_defaults(run=show_path)


def check_file(options: argparse.Namespace) -> int:
    settings = load_settings(options.file)
    show(f"{options.file} is valid (settings {settings_hash(settings)})")
    return 0


def show_settings(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    say(f"settings {settings_hash(settings)}")
    show(json.dumps(settings.as_json(), indent=2))
    return 0


def show_path(_: argparse.Namespace) -> int:
    show(str(user_file()))
    return 0
