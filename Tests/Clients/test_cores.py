# SPDX-License-Identifier: MIT
"""Models that compute at the same time share the machine's cores; a worker takes another number of threads while it computes."""

import json
import os
from collections.abc import Callable

import pytest

from conftest import PIRATE, STORIES
from processes import eventually
from programs import Router, Worker
from streaming import Stream, long_completion


def threads(router: Router) -> dict[str, int]:
    """What each model's worker was given for generating."""
    given = {name: entry["details"].get("threads") for name, entry in router.models().items()}
    return {name: value["generating"] for name, value in given.items() if value}


def tell(worker: Worker, line: str) -> None:
    """Writes a line as the router would."""
    worker.process.stdin.write(f"{line}\n".encode())
    worker.process.stdin.flush()


def test_two_models_share_the_cores(router: Callable[..., Router]) -> None:
    program = router("-c", "2048")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as first:
        first.next_data()
        alone = threads(program)[STORIES]
        assert 1 <= alone <= len(os.sched_getaffinity(0))
        with Stream(program.address, "/v1/completions", long_completion(PIRATE)) as second:
            second.next_data()
            shares = threads(program)
            assert set(shares) == {STORIES, PIRATE} and min(shares.values()) >= 1
            assert sum(shares.values()) <= max(alone, 2)
            with program.http() as http:
                assert f'enginehouse_threads{{model="{PIRATE}",work="generating"}}' in http.get("/metrics").text
        eventually(lambda: threads(program)[STORIES] == alone, "the first has all cores again", 10)


@pytest.mark.parametrize("arguments", ["-t 4", "-t 4 --cpu-range 0-511 --poll 20", "-t 2 -tb 3 --prio-batch -1"])
def test_other_threads_change_no_token(worker: Callable[..., Worker], arguments: str) -> None:
    # Over less than 512 cells the engine's attention adds up in the same order whatever the number of threads.
    program = worker("-c", "512", "-np", "1", *arguments.split()).wait_until_ready()
    body = {"prompt": "Once upon a time", "n_predict": 200, "temperature": 0, "ignore_eos": True}
    with program.http() as http:
        expected = http.post("/completion", json=body).json()["content"]
        with Stream(program.address, "/completion", body | {"stream": True, "cache_prompt": False}) as stream:
            found = ""
            for number in range(10_000):
                data = stream.next_data()
                if data is None:
                    break
                found += json.loads(data)["content"]
                tell(program, json.dumps({"command": "threads", "generating": 1 + number % 5, "prompt": 1 + number % 3}))
        assert found == expected
        assert http.get("/health").status_code == 200


def test_what_is_no_command_is_said_and_harms_nothing(worker: Callable[..., Worker]) -> None:
    program = worker().wait_until_ready()
    for line, word in (('{"command":"dance"}', "dance"), ('{"command":"threads","prompt":0}', "prompt"), ("hello", "hello")):
        tell(program, line)
        program.says("Not a command", word)
    tell(program, '{"command":"stop"}')
    assert program.wait() == 0
