"""A program's side of the door: what it believes, and what it says where an answer is missing."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.adapters.door.address import FILE, DoorAddress, NoDoor, new_tokens, read_address, write_address
from engine.adapters.door.client import LARGEST_REQUEST, AnswerLost, DoorClient, DoorRefused
from engine.domain.messages.proposals import Caller


@contextmanager
def client_of_a_door(directory: Path, answers: bytes) -> Iterator[DoorClient]:
    """A door that says the same whatever it is asked, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as received:
                received.readline()
                connection.sendall(b'{"door":1}\n')
                received.readline()
                connection.sendall(answers)

        thread = threading.Thread(target=serve)
        thread.start()
        write_address(directory, _address(listening.getsockname()[1]))
        client = DoorClient(directory, Caller.ASSISTANT)
        try:
            yield client
        finally:
            client.close()
            thread.join()


def _address(port: int) -> DoorAddress:
    return DoorAddress(process=os.getpid(), version="0", port=port, tokens=new_tokens())


@pytest.mark.parametrize("answers", [b"", b'{"id":7,"answer":{}}\n'])
def test_that_without_the_answer_to_its_own_request_it_says_that_nothing_is_known(
    tmp_path: Path, answers: bytes
) -> None:
    with (
        client_of_a_door(tmp_path, answers) as client,
        pytest.raises(AnswerLost, match="what became of create_micro_scalp_plan is not known"),
    ):
        client.ask("create_micro_scalp_plan")


@pytest.mark.parametrize(
    ("notes", "words"), [("\ud800", "surrogates not allowed"), ("x" * LARGEST_REQUEST, "at most 65,536 bytes")]
)
def test_that_what_cannot_be_sent_is_refused_before_anything_is_sent(tmp_path: Path, notes: str, words: str) -> None:
    with client_of_a_door(tmp_path, b'{"id":2,"answer":{"is":"served"}}\n') as client:
        with pytest.raises(DoorRefused, match=words):
            client.ask("create_micro_scalp_plan", {"notes": notes})
        assert client.ask("list_symbols") == {"is": "served"}


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders")
@pytest.mark.parametrize("is_link", [False, True])
def test_that_a_pipe_in_place_of_the_address_holds_nobody_up_and_gets_no_token(tmp_path: Path, is_link: bool) -> None:
    pipe = tmp_path / ("pipe" if is_link else FILE)
    os.mkfifo(pipe)
    if is_link:
        (tmp_path / FILE).symlink_to(pipe)
    writing = os.open(pipe, os.O_RDWR)
    with pytest.raises(NoDoor, match="it is not a file of this user"):
        read_address(tmp_path)
    write_address(tmp_path, _address(1))
    assert read_address(tmp_path).port == 1
    os.set_blocking(writing, False)
    with pytest.raises(BlockingIOError):
        os.read(writing, 1)
    os.close(writing)
