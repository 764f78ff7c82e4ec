# SPDX-License-Identifier: MIT
"""What systemd and its like expect: sockets that are passed on, notices, a watchdog, and no request lost by a restart."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import STORIES, TINY
from processes import Process, eventually
from streaming import Stream, long_completion
from supervisor import Supervisor

ASK = {"model": TINY, "prompt": "Once", "max_tokens": 2}


@pytest.fixture
def supervisor(binaries: Path, bundled: Path, tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor whose processes are gone afterwards."""
    supervisor = Supervisor(binaries, bundled, tmp_path)
    yield supervisor
    supervisor.stop()


def test_the_socket_that_is_passed_on_is_served_in_place_of_the_options_address(supervisor: Supervisor) -> None:
    program = supervisor.start("--port", "1")
    assert httpx.post(supervisor.address + "/v1/completions", json=ASK, timeout=30).status_code == 200
    program.says("listening on", supervisor.address)
    assert any(line.startswith("STATUS=") and supervisor.address in line for _, line in supervisor.notices)
    assert supervisor.count("STOPPING=1") == 0 and supervisor.count("WATCHDOG=1") == 0
    program.process.send_signal(signal.SIGTERM)
    assert program.wait() == 0
    eventually(lambda: supervisor.count("STOPPING=1") == 1, "it says that it stops")


def test_workers_get_neither_the_socket_nor_the_variables(supervisor: Supervisor) -> None:
    program = supervisor.start()
    assert httpx.post(supervisor.address + "/v1/completions", json=ASK, timeout=30).status_code == 200
    inode = Path(f"/proc/self/fd/{supervisor.socket.fileno()}").readlink()
    workers = [p for p in program.remains() if p.pid != program.pid]
    assert workers
    for worker in workers:
        held = {path.readlink() for path in Path(f"/proc/{worker.pid}/fd").iterdir() if path.is_symlink()}
        assert inode not in held
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
        assert b"LISTEN_FDS" not in environment and b"NOTIFY_SOCKET" not in environment


def test_the_watchdog_hears_of_a_server_that_goes_on_and_of_none_that_stands_still(supervisor: Supervisor) -> None:
    program = supervisor.start(WATCHDOG_USEC="400000")
    eventually(lambda: supervisor.count("WATCHDOG=1") > 5, "signs of life")
    times = [at for at, line in supervisor.notices if line == "WATCHDOG=1"]
    assert max(b - a for a, b in zip(times[1:], times[2:])) < 2, "in time, on a machine that has other things to do"
    process = next(p for p in program.remains() if p.pid == program.pid)
    assert isinstance(process, Process)
    process.stop()
    # What was sent before it stood still has come by then.
    time.sleep(0.2)
    before = supervisor.count("WATCHDOG=1")
    time.sleep(1)
    assert supervisor.count("WATCHDOG=1") == before
    process.resume()
    eventually(lambda: supervisor.count("WATCHDOG=1") > before, "it goes on")


def test_a_stream_ends_well_while_the_next_process_waits(supervisor: Supervisor) -> None:
    program = supervisor.start()
    with Stream(supervisor.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        program.process.send_signal(signal.SIGTERM)
        assert stream.rest()[-1] == "[DONE]"
    assert program.wait() == 0


def test_no_request_is_lost_by_restarts(supervisor: Supervisor) -> None:
    program = supervisor.start()
    ends = threading.Event()
    answered: list[int] = []
    lost: list[str] = []

    def ask() -> None:
        while not ends.is_set():
            try:
                # A connection each: of one that is kept an old server may let go at any time.
                answer = httpx.post(supervisor.address + "/v1/completions", json=ASK, timeout=60)
                answered.append(answer.status_code)
                if answer.status_code != 200:
                    lost.append(answer.text)
            except httpx.HTTPError as error:
                lost.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        for _ in range(3):
            before = len(answered)
            eventually(lambda: len(answered) > before + 8, "requests are answered", 60)
            program.process.send_signal(signal.SIGTERM)
            assert program.wait() == 0
            program = supervisor.start()
    finally:
        ends.set()
        for client in clients:
            client.join(90)
    assert not lost, f"{len(lost)} of {len(answered) + len(lost)} requests were lost: {lost[:3]}"


@pytest.mark.parametrize("count, word", [("x", "must be a number of sockets"), ("9", "isn't open")])
def test_sockets_that_are_none_are_an_error_that_says_so(supervisor: Supervisor, count: str, word: str) -> None:
    program = supervisor.spawn(LISTEN_FDS=count)
    assert program.wait() == 2
    program.says("LISTEN_FDS", word)
