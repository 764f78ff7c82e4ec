# SPDX-License-Identifier: MIT
"""A server that runs for weeks: what it has of memory levels off."""

import http.client
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import STORIES
from processes import memory
from programs import Router

MIB = 1 << 20
CLIENTS = 8
# Requests of each client between two looks; ENGINEHOUSE_SOAK=10000 makes it hours.
ROUND = int(os.environ.get("ENGINEHOUSE_SOAK", "80"))


def everything(client: http.client.HTTPConnection, number: int) -> None:
    """One request of a kind that goes by its number: none is like another."""
    words = " ".join(f"word{number * 31 + place}" for place in range(number % 40))
    said = {"model": STORIES, "messages": [{"role": "user", "content": words}], "max_tokens": 2 + number % 5}
    path, body = [
        ("/v1/chat/completions", said), ("/v1/chat/completions", said | {"stream": True}),
        ("/v1/chat/completions", said | {"stream": True, "max_tokens": 200}), ("/v1/messages", said),
        ("/tokenize", {"model": STORIES, "content": words}), ("/v1/completions", said | {"max_tokens": "many"}),
    ][number % 6]
    client.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = client.getresponse()
    assert answer.status == (400 if number % 6 == 5 else 200)
    if number % 6 == 2:
        # A client that leaves.
        answer.readline()
        client.close()
    answer.read()


@pytest.mark.timeout(180 + ROUND)
def test_memory_levels_off(router: Callable[..., Router]) -> None:
    """Whatever is kept of requests has a bound, and what passes it is given back."""
    program = router("--cache-ram", "8", "--parallel", "4")
    numbers = iter(range(1 << 30))

    def client(count: int) -> None:
        connection = http.client.HTTPConnection(program.address.removeprefix("http://"), timeout=30)
        for _ in range(count):
            everything(connection, next(numbers))
        connection.close()

    def look() -> dict[str, int]:
        """Bytes that nothing but the process itself has, of the router and its worker."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(client, [ROUND] * CLIENTS))
        (worker,) = program.workers
        return {"router": memory(program.process.pid, "RssAnon"), "worker": memory(worker.pid, "RssAnon")}

    looks = [look() for _ in range(4)]
    for name in ("router", "worker"):
        # The first rounds fill what is kept. A leak of some hundred bytes a request would show.
        grown = looks[-1][name] - looks[1][name]
        assert grown < MIB, f"the {name} grew by {grown} bytes in {2 * ROUND * CLIENTS} requests: {[look[name] for look in looks]}"
