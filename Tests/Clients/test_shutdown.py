# SPDX-License-Identifier: MIT
"""How the programs end, and that nothing outlives them."""

import os
import signal
import time
from collections.abc import Callable

import httpx
import pytest

from conftest import PIRATE, STORIES, TINY
from processes import eventually, listening_sockets
from programs import Router, Worker
from streaming import Stream, long_completion


def load(program: Router, *names: str) -> None:
    """Has the router load these models."""
    with program.http() as http:
        for name in names:
            http.post("/v1/completions", json={"model": name, "prompt": "Once", "max_tokens": 1}).raise_for_status()


def test_sigterm_lets_a_stream_finish(router: Callable[..., Router]) -> None:
    program = router()
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        program.process.send_signal(signal.SIGTERM)
        rest = stream.rest()
    assert rest[-1] == "[DONE]"
    assert '"finish_reason":"length"' in rest[-2].replace(" ", "")
    assert program.wait() == 0
    eventually(lambda: not program.remains(), "no worker")


def test_sigterm_refuses_new_requests(router: Callable[..., Router]) -> None:
    program = router()
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        program.process.send_signal(signal.SIGTERM)

        def is_refused() -> bool:
            try:
                with program.http() as http:
                    body = {"model": TINY, "prompt": "Once", "max_tokens": 1}
                    return http.post("/v1/completions", json=body).status_code == 503
            except httpx.TransportError:
                return True

        eventually(is_refused, "new requests are refused", 3)
        assert stream.rest()[-1] == "[DONE]"
    assert program.wait() == 0


def test_shutdown_timeout_ends_a_stream_that_nobody_reads(router: Callable[..., Router]) -> None:
    program = router("--shutdown-timeout", "1")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        begin = time.monotonic()
        program.process.send_signal(signal.SIGTERM)
        program.wait(10)
        assert time.monotonic() - begin > 0.8
    eventually(lambda: not program.remains(), "no worker")


def shutdowns(program: Router) -> int:
    """How many signals it has taken."""
    return sum("Shutting down" in line for line in program.log)


def test_the_second_signal_cuts_streams_off(router: Callable[..., Router]) -> None:
    program = router("--shutdown-timeout", "60")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        program.process.send_signal(signal.SIGTERM)
        eventually(lambda: shutdowns(program) == 1, "the first signal")
        # Nobody reads, so the stream can't end by itself.
        assert program.workers
        program.process.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
        assert "[DONE]" not in stream.rest()
    eventually(lambda: not program.remains(), "no worker")


def test_the_third_signal_leaves_at_once(router: Callable[..., Router]) -> None:
    program = router("--shutdown-timeout", "60")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        (busy,) = program.workers
        # It can't do what it is told, so the router would wait for it.
        busy.stop()
        for count in (1, 2):
            program.process.send_signal(signal.SIGTERM)
            eventually(lambda: shutdowns(program) == count, f"signal {count}")
        begin = time.monotonic()
        program.process.send_signal(signal.SIGTERM)
        program.wait(5)
        assert time.monotonic() - begin < 5
        busy.kill(signal.SIGCONT)
        eventually(lambda: not busy.is_alive, "the worker follows", 5)
    eventually(lambda: not program.remains(), "nothing remains")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_an_idle_router_ends_at_once(router: Callable[..., Router], name: str) -> None:
    program = router()
    load(program, TINY, STORIES)
    program.process.send_signal(getattr(signal, name))
    assert program.wait(5) == 0
    eventually(lambda: not program.remains(), "no worker")


def test_sigkill_of_the_router_leaves_no_worker(router: Callable[..., Router]) -> None:
    program = router()
    load(program, TINY, STORIES, PIRATE)
    workers = program.workers
    assert len(workers) == 3
    program.process.kill()
    program.wait()
    eventually(lambda: not any(w.is_alive for w in workers), "no worker lives", 5)


def test_sigkill_of_the_router_in_the_middle_of_a_stream(router: Callable[..., Router]) -> None:
    program = router()
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        (busy,) = program.workers
        program.process.kill()
        assert program.wait() == -signal.SIGKILL
        eventually(lambda: not busy.is_alive, "the busy worker is gone", 5)


def test_sockets_are_private_and_cleaned_up(router: Callable[..., Router]) -> None:
    program = router()
    load(program, TINY)
    (loaded,) = program.workers
    sockets = listening_sockets(loaded)
    assert sockets, "the worker listens on a Unix socket"
    for socket in sockets:
        assert socket.parent.stat().st_mode & 0o777 == 0o700
    program.process.send_signal(signal.SIGTERM)
    assert program.wait() == 0
    assert not any(socket.parent.exists() for socket in sockets)


def test_unloading_leaves_no_zombie(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    for name in (TINY, STORIES, PIRATE, TINY):
        load(program, name)
    program.check_no_zombies()
    assert len(program.workers) == 1


def test_a_worker_exits_when_its_parent_is_gone(worker: Callable[..., Worker]) -> None:
    program = worker().wait_until_ready()
    program.process.stdin.close()
    program.wait(5)


def test_a_worker_tells_its_parent_about_the_load(worker: Callable[..., Worker]) -> None:
    program = worker().wait_until_ready()
    progress = [e["progress"] for e in program.events if e["event"] == "loading"]
    assert progress == sorted(progress) and all(0 <= p <= 1 for p in progress)
    ready = program.events[-1]
    assert ready["version"] == 1
    measured = ready["measured"]
    assert measured["load_seconds"] > 0
    assert 700_000 < measured["weights_bytes"] < 1_500_000
    assert measured["context_bytes"] > 0 and measured["compute_bytes"] > 0


def test_a_worker_that_cannot_load_says_why(worker: Callable[..., Worker], tmp_path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + os.urandom(500))
    program = worker(model=broken)
    events = []
    while (event := program.next_event()) is not None:
        events.append(event)
    assert events[-1]["event"] == "failed"
    assert events[-1]["reason"]
    assert program.wait() != 0
