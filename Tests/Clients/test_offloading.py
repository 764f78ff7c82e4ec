# SPDX-License-Identifier: MIT
"""Samplers that choose where the model is computed (--backend-sampling)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builds import STORIES
from processes import eventually
from programs import Worker

BODY = {"prompt": "Once upon a time", "n_predict": 16, "seed": 4242, "n_probs": 8, "post_sampling_probs": True,
        "cache_prompt": False}


@pytest.fixture(scope="module")
def offloading(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """A worker that chooses so unless a request says otherwise."""
    program = Worker(binaries, bundled / f"{STORIES}.gguf", "-c", "1024", "-np", "2", "-bs", "-v")
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()


def ask(program: Worker, **fields) -> dict:
    """An answer of the native route."""
    with program.http() as http:
        answer = http.post("/completion", json=BODY | fields)
        assert answer.status_code == 200, answer.text
        return answer.json()


def attached(program: Worker) -> int:
    """How often a sampler was given to the engine, as its log says."""
    return sum("set_sampler: seq_id" in line and "(nil)" not in line and "sampler = 0)" not in line for line in program.log)


def test_the_same_probabilities_with_and_without(offloading: Worker) -> None:
    before = attached(offloading)
    ways = [ask(offloading), ask(offloading, backend_sampling=False), ask(offloading, backend_sampling=True)]
    assert [way["generation_settings"]["backend_sampling"] for way in ways] == [True, False, True]
    # Two of the three asked the engine to.
    eventually(lambda: attached(offloading) == before + 2, "two samplers in the engine's graph")
    for way in ways[1:]:
        for here, there in zip(ways[0]["completion_probabilities"], way["completion_probabilities"], strict=True):
            assert here["id"] == there["id"] and here["prob"] == pytest.approx(there["prob"], abs=0.01)
            for one, other in zip(here["top_probs"], there["top_probs"]):
                assert one["prob"] == pytest.approx(other["prob"], abs=0.01)


def test_what_cannot_be_falls_back(offloading: Worker) -> None:
    before = attached(offloading)
    answer = ask(offloading, grammar='root ::= "yes" | "no"')
    assert answer["content"] in ("yes", "no") and answer["generation_settings"]["backend_sampling"] is False
    # Before sampling; the setting stays, as with llama-server.
    answer = ask(offloading, post_sampling_probs=False)
    assert all(token["logprob"] <= 0 for token in answer["completion_probabilities"])
    assert answer["generation_settings"]["backend_sampling"] is True
    with offloading.http() as http:
        schema = {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"]}
        answer = http.post("/v1/chat/completions", json={
            "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 32,
            "response_format": {"type": "json_schema", "json_schema": {"schema": schema}}})
        assert answer.status_code == 200, answer.text
    assert attached(offloading) == before


def test_a_wrong_value_is_refused(offloading: Worker) -> None:
    with offloading.http() as http:
        answer = http.post("/completion", json=BODY | {"backend_sampling": "yes"})
        assert answer.status_code == 400 and "backend_sampling" in answer.json()["error"]["message"]


def test_sleep_and_wake(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--backend-sampling", "--sleep-idle-seconds", "1")
    program.wait_until_ready()
    first = ask(program)
    eventually(lambda: any("the model sleeps" in line for line in program.log), "asleep")
    assert ask(program)["content"] == first["content"]
