# SPDX-License-Identifier: MIT
"""Probabilities of text completions in the shape that evaluation programs read."""

import math

import httpx
import pytest

from programs import Worker

PROMPT = "Once upon a time"


def ask(worker: Worker, **body) -> dict:
    with worker.http() as http:
        answer = http.post("/v1/completions", json={"temperature": 0, "logprobs": 1} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tokens(worker: Worker, text: str) -> list[int]:
    with worker.http() as http:
        return http.post("/tokenize", json={"content": text}).json()["tokens"]


def check(logprobs: dict, count: int) -> None:
    """All four arrays have so many elements, and the token itself is among the likeliest."""
    assert {len(logprobs[name]) for name in ("tokens", "token_logprobs", "top_logprobs", "text_offset")} == {count}
    for token, value, top in zip(logprobs["tokens"], logprobs["token_logprobs"], logprobs["top_logprobs"]):
        assert (value is None) == (top is None)
        if top is not None:
            assert top[token] == pytest.approx(value) and max(top.values()) <= 0


@pytest.mark.parametrize("most", [0, 1, 3])
def test_f20_echo(shared_worker: Worker, most: int) -> None:
    choice = ask(shared_worker, prompt=PROMPT, echo=True, max_tokens=most)["choices"][0]
    logprobs = choice["logprobs"]
    count = len(tokens(shared_worker, PROMPT))
    assert len(logprobs["tokens"]) in range(count, count + most + 1)
    check(logprobs, len(logprobs["tokens"]))
    assert logprobs["token_logprobs"][0] is None and None not in logprobs["token_logprobs"][1:]
    for token, offset in zip(logprobs["tokens"][:count], logprobs["text_offset"]):
        assert choice["text"][offset:].startswith(token)
    assert len(logprobs["content"]) >= count


def test_c7_prompts_as_tokens(shared_worker: Worker) -> None:
    """As lm-evaluation-harness scores: the continuation's values stand behind those of its context."""
    context, whole = tokens(shared_worker, PROMPT), tokens(shared_worker, PROMPT + ", there was a cat.")
    single = [ask(shared_worker, prompt=[p], echo=True, max_tokens=1)["choices"][0] for p in (context, whole)]
    batch = ask(shared_worker, prompt=[context, whole], echo=True, max_tokens=1)["choices"]
    for one, many, prompt in zip(single, batch, (context, whole)):
        # The token that follows has its place, also where it ends the text.
        check(one["logprobs"], len(prompt) + 1)
        assert one["logprobs"]["tokens"] == many["logprobs"]["tokens"]
        scored = one["logprobs"]["token_logprobs"][1:-1]
        assert math.isfinite(sum(scored))
        assert scored == pytest.approx(many["logprobs"]["token_logprobs"][1:-1], abs=0.05)
    assert single[0]["logprobs"]["tokens"] == single[1]["logprobs"]["tokens"][:len(context)] + [
        single[0]["logprobs"]["tokens"][-1]]


def test_a_stream_says_the_same(shared_worker: Worker) -> None:
    whole = ask(shared_worker, prompt=PROMPT, max_tokens=4)["choices"][0]
    check(whole["logprobs"], 4)
    assert whole["logprobs"]["text_offset"][0] == len(PROMPT)
    with shared_worker.openai() as client:
        chunks = list(client.completions.create(
            model="m", prompt=PROMPT, max_tokens=4, temperature=0, logprobs=1, stream=True))
    parts = [c.choices[0].logprobs for c in chunks if c.choices and c.choices[0].logprobs]
    for name in ("tokens", "text_offset"):
        assert [value for p in parts for value in getattr(p, name)] == whole["logprobs"][name]


def test_without_logprobs_there_are_none(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        answer: httpx.Response = http.post("/v1/completions", json={"prompt": PROMPT, "max_tokens": 2})
    assert answer.json()["choices"][0]["logprobs"] is None
