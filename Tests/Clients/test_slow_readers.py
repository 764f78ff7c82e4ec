# SPDX-License-Identifier: MIT
"""Slots are for those who read: clients that stop reading hold up nobody else (case D4)."""

import json
from collections.abc import Callable

from builds import STORIES
from programs import Router, Worker
from streaming import Stream, long_completion


def complete(http, **more) -> dict:
    """A short answer, which has to come within the client's deadline."""
    body = {"model": STORIES, "prompt": "Once upon", "n_predict": 4, "ignore_eos": True} | more
    answer = http.post("/completion", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["tokens_predicted"] == 4
    return answer.json()


def test_everybody_else_is_served(router: Callable[..., Router]) -> None:
    program = router()
    # As many as there are slots.
    streams = [Stream(program.address, "/v1/completions", long_completion(STORIES)) for _ in range(4)]
    with program.http() as http:
        # Their slots are theirs until the buffers on the way to them are full, which takes a debug build a while.
        http.timeout = 150
        for _ in range(6):
            complete(http)
        # Who reads again gets all of it.
        events = streams[0].rest()
        assert events[-1] == "[DONE]"
        assert any(json.loads(event)["choices"][0]["finish_reason"] == "length" for event in events[:-1])
        for stream in streams:
            stream.close()
        complete(http)


def test_a_particular_slot(worker: Callable[..., Worker]) -> None:
    program = worker("-np", "2", "-kvu", "-c", "2048").wait_until_ready()
    streams = [Stream(program.address, "/v1/completions", long_completion("x")) for _ in range(2)]
    with program.http() as http:
        # Their slots are theirs until the buffers on the way to them are full, which takes a debug build a while.
        http.timeout = 150
        assert complete(http, id_slot=1)["id_slot"] == 1
        complete(http)
    for stream in streams:
        stream.close()
