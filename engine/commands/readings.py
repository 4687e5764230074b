"""`microscalp readings FILE`: all indicators and both judgements, one JSON object per closed candle and line."""

from __future__ import annotations

import argparse
import sys

from engine.commands.encoding import encode_indicators
from engine.commands.judged_recording import add_recording_arguments, open_judged
from engine.commands.terminal import positive


def add_indicators_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("readings", help="print all indicators of a recording, one JSON object per candle")
    add_recording_arguments(parser)
    parser.add_argument("--limit", type=positive, metavar="N", help="stop after N candles")
    parser.set_defaults(run=print_indicators)


def print_indicators(options: argparse.Namespace) -> int:
    judged = open_judged(options)
    write = sys.stdout.buffer.write
    for snapshot, judgement in judged.first(options.limit or len(judged.recording.columns)):
        write(encode_indicators(snapshot, judgement) + b"\n")
    sys.stdout.buffer.flush()
    return 0
