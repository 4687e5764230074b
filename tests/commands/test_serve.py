"""`microscalp serve`: a desk without a window, which programs reach and a signal ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.adapters.door.address import FILE
from engine.adapters.door.client import DoorClient, DoorRefused
from engine.domain.messages.proposals import Caller
from engine.persistence.opening import DATABASE_FILE, open_store
from tests.builders import MONDAY

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="a process in another console gets no signal here"),
]
PATIENCE_S = 60.0


def serve(directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gui.app", "serve", "--source", "demo", "--data-dir", str(directory)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def client_of(directory: Path) -> DoorClient:
    until_s = time.monotonic() + PATIENCE_S
    while not (directory / FILE).exists():
        assert time.monotonic() < until_s, "the door did not open"
        time.sleep(0.05)
    return DoorClient(directory, Caller.ASSISTANT)


def ask_when_open(client: DoorClient) -> list[str]:
    for _ in range(600):
        try:
            return [each["symbol"] for each in client.ask("list_symbols")["symbols"]]
        except DoorRefused:  # the market is not open yet
            time.sleep(0.05)
    raise AssertionError("the market did not open")


def test_that_it_serves_programs_until_it_is_asked_to_end(tmp_path: Path) -> None:
    desk = serve(tmp_path)
    try:
        client = client_of(tmp_path)
        assert ask_when_open(client) == ["XAUUSD", "BTCUSD"]
        second = serve(tmp_path)
        _, refusal = second.communicate(timeout=PATIENCE_S)
        assert second.returncode == 2
        assert "owns" in refusal
        client.close()
        desk.send_signal(signal.SIGTERM)
        _, said = desk.communicate(timeout=PATIENCE_S)
    finally:
        desk.kill()
        desk.communicate()
    assert desk.returncode == 0, said
    assert f"The API is open: {tmp_path / FILE}. Plans that are proposed wait" in said
    assert "MANUAL: entries need approval in a window, so nothing is entered here" in said
    assert not (tmp_path / FILE).exists()
    assert (tmp_path / DATABASE_FILE).exists()
    store = open_store(tmp_path, MONDAY)
    kinds = [row["kind"] for row in store.database.read("SELECT kind FROM journal ORDER BY seq")]
    store.database.close()
    assert {"door_opened", "door_asked", "door_closed", "desk_closed"} <= set(kinds)


def test_that_a_signal_halts_it_and_the_halt_outlives_it(tmp_path: Path) -> None:
    desk = serve(tmp_path)
    try:
        client = client_of(tmp_path)
        ask_when_open(client)
        assert client.ask("today")["is_halted"] is False
        desk.send_signal(signal.SIGUSR1)
        until_s = time.monotonic() + PATIENCE_S
        while not (today := client.ask("today"))["is_halted"]:
            assert time.monotonic() < until_s, "the desk was not halted"
            time.sleep(0.05)
        assert (today["authority"], today["cause"]) == ("HALT", "the process received SIGUSR1")
        (record,) = client.ask("journal", {"kinds": ["halted"]})["records"]
        assert record["words"] == {"untrusted": "HALT by the operator: the process received SIGUSR1"}
        client.close()
        desk.send_signal(signal.SIGTERM)
        _, said = desk.communicate(timeout=PATIENCE_S)
        assert "HALT (the process received SIGUSR1): nothing is entered. Release it in a window." in said
        desk = serve(tmp_path)
        client = client_of(tmp_path)
        ask_when_open(client)
        assert client.ask("today")["is_halted"] is True
        client.close()
    finally:
        desk.kill()
        desk.communicate()
