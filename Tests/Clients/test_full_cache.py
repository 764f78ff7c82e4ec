# SPDX-License-Identifier: MIT
"""A KV cache that all share and that is full: generations are set aside, and go on when there is room."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes import eventually
from programs import Worker
from streaming import END_TOKENS, Stream

STARTS = ("Once upon a time there was a little girl who", "Tim and Tom were two dogs. They liked to run and",
          "One day a big bear came out of the forest and", "The sun was hot, and the old cat wanted to")


def body(slot: int, tokens: int, **more) -> dict:
    return {"prompt": STARTS[slot], "id_slot": slot, "n_predict": tokens, "temperature": 0, "ignore_eos": True,
            "logit_bias": [[token, False] for token in END_TOKENS], **more}


def start(worker: Callable[..., Worker], *arguments: str) -> Worker:
    # One thread: two that wait for each other stand still for long where others want the processors, too.
    return worker("-np", "4", "--kv-unified", "--metrics", "-t", "1", *arguments).wait_until_ready()


def preemptions(http) -> int:
    line = next(line for line in http.get("/metrics").text.splitlines() if line.startswith("llamacpp:n_preemptions_total "))
    return int(line.split()[1])


def preempted(http) -> list[int]:
    return [slot["id"] for slot in http.get("/slots").json() if slot.get("is_preempted")]


def generate(http, slot: int, tokens: int) -> tuple[str, int]:
    """The text of an answer, and its tokens."""
    answer = http.post("/completion", json=body(slot, tokens))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["stop_type"] == "limit" and not found["truncated"]
    assert found["timings"]["cache_n"] + found["timings"]["prompt_n"] == found["tokens_evaluated"]
    return found["content"], found["timings"]["predicted_n"]


def stream(http, slot: int, tokens: int) -> tuple[str, int]:
    """The same of a stream."""
    text, last = "", {}
    with http.stream("POST", "/completion", json=body(slot, tokens, stream=True)) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))
                text += last["content"]
    assert last["stop"] and last["stop_type"] == "limit"
    return text, last["tokens_predicted"]


@pytest.mark.parametrize("ask", [generate, stream])
@pytest.mark.parametrize("memory", ["0", "64"])
def test_all_get_all_their_tokens(worker: Callable[..., Worker], ask: Callable, memory: str) -> None:
    program = start(worker, "-c", "256", "--cache-ram", memory)
    with program.http() as http, ThreadPoolExecutor(4) as pool:
        alone = [ask(http, slot, 110) for slot in range(4)]
        before = preemptions(http)
        # Until they were there at the same time: on a busy machine the first may be done before the last has asked.
        for _ in range(20):
            together = list(pool.map(lambda slot: ask(http, slot, 110), range(4)))
            assert [count for _, count in together] == [110] * 4
            if preemptions(http) > before:
                break
        assert preemptions(http) > before
        # Sums over other batches round differently: a text may part from the other where the model isn't sure.
        assert all(one[0][:40] == other[0][:40] for one, other in zip(alone, together))


def held(http) -> int:
    """Tokens that the first slot's cache holds."""
    return http.get("/slots").json()[0].get("n_prompt_tokens", 0)


def is_paused(http) -> bool:
    """Whether the first slot stands still."""
    before = held(http)
    # Several looks: on a busy machine it may just not have had its turn.
    for _ in range(4):
        time.sleep(0.25)
        if held(http) != before:
            return False
    return True


@pytest.fixture
def unread(worker: Callable[..., Worker]) -> Iterator[tuple[Worker, Stream]]:
    """A worker and a stream that is set aside for as long as nobody reads it: it is larger than what the sockets hold."""
    program = start(worker, "-c", "1024")
    with program.http() as http, Stream(program.address, "/completion", body(0, 900, stream=True, n_probs=100)) as stream:
        eventually(lambda: held(http) > 128 and is_paused(http), "the first one's reader is behind", 40)
        with ThreadPoolExecutor(3) as pool:
            together = list(pool.map(lambda slot: generate(http, slot, 400), range(1, 4)))
        assert [count for _, count in together] == [400] * 3
        assert preempted(http) == [0] and preemptions(http) > 0
        yield program, stream


def test_goes_on_where_it_stopped(unread: tuple[Worker, Stream]) -> None:
    program, stream = unread
    events = [json.loads(data) for data in stream.rest()]
    assert events[-1]["tokens_predicted"] == 900
    with program.http() as http:
        assert len(events) == 901 and not preempted(http)
        text, _ = generate(http, 0, 100)
    assert "".join(event["content"] for event in events[:100])[:40] == text[:40]


def test_who_leaves_while_set_aside(unread: tuple[Worker, Stream]) -> None:
    program, stream = unread
    stream.close()
    with program.http() as http:
        eventually(lambda: not any(slot["is_processing"] for slot in http.get("/slots").json()), "all slots are idle")
        assert not preempted(http) and generate(http, 0, 900)[1] == 900


def test_stops_while_somebody_is_set_aside(unread: tuple[Worker, Stream]) -> None:
    program, _ = unread
    program.stop()
