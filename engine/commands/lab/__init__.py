"""`microscalp lab`: whether the strategy earns anything, with which settings, and how sure that is."""

from __future__ import annotations

import argparse

from engine.commands.lab.cluster import add_worker
from engine.commands.lab.drift import add_drift
from engine.commands.lab.null import add_null
from engine.commands.lab.searches import add_sweep, add_walk
from engine.commands.lab.single import (
    add_ablation,
    add_chance,
    add_comparison,
    add_costs,
    add_evidence,
    add_gates,
    add_ruin,
)


def add_lab(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lab = commands.add_parser("lab", help="measure what settings earn on past data, and how far to trust it")
    tools = lab.add_subparsers(dest="tool", required=True)
    for add in (
        add_evidence,
        add_gates,
        add_comparison,
        add_ablation,
        add_sweep,
        add_walk,
        add_chance,
        add_costs,
        add_ruin,
        add_drift,
        add_null,
        add_worker,
    ):
        add(tools)
