# SPDX-License-Identifier: MIT
"""Several choices and several prompts in one request."""

from pathlib import Path

import openai
import pytest

from conftest import STORIES, TINY
from programs import Router, Worker

STORY = [{"role": "user", "content": "Tell me a story about a cat."}]
PROMPTS = ["One day, Lily met a", "Tom had a red"]


def test_choices_share_a_prompt_and_differ(client: openai.OpenAI) -> None:
    request = dict(model=STORIES, messages=STORY, n=6, max_tokens=30, temperature=1.2, seed=3)
    answer = client.chat.completions.create(**request)
    assert [c.index for c in answer.choices] == list(range(6))
    assert len({c.message.content for c in answer.choices}) > 1
    one = client.chat.completions.create(**request | {"n": 1})
    assert answer.usage.prompt_tokens == one.usage.prompt_tokens
    assert answer.usage.completion_tokens > one.usage.completion_tokens


def test_streamed_choices_are_told_apart(binaries: Path, bundled: Path) -> None:
    request = dict(model=STORIES, messages=STORY, n=3, max_tokens=30, temperature=0)
    texts, ends = ["", "", ""], 0
    # Flash attention sums in half precision, so that what comes out depends a little on where tokens lie in the cache.
    program = Worker(binaries, bundled / f"{STORIES}.gguf", "-fa", "off").wait_until_ready()
    try:
        client = program.openai()
        whole = client.chat.completions.create(**request)
        for chunk in client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True}):
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
                ends += choice.finish_reason is not None
            last = chunk
    finally:
        program.stop()
    assert texts == [c.message.content for c in whole.choices]
    assert ends == 3
    assert last.choices == [] and last.usage.completion_tokens == whole.usage.completion_tokens


def test_prompts(client: openai.OpenAI, shared_router: Router) -> None:
    request = dict(model=TINY, max_tokens=12, temperature=0, extra_body={"cache_prompt": False})
    single = [client.completions.create(prompt=p, **request).choices[0].text for p in PROMPTS]
    both = client.completions.create(prompt=PROMPTS, **request)
    assert [c.text for c in both.choices] == single
    with shared_router.http() as http:
        tokens = [http.post("/tokenize", json={"model": TINY, "content": p, "add_special": True}).json()["tokens"]
                  for p in PROMPTS]
    assert [c.text for c in client.completions.create(prompt=tokens, **request).choices] == single
    echoed = client.completions.create(prompt=PROMPTS[0], echo=True, **request).choices[0].text
    assert echoed.strip() == PROMPTS[0] + single[0]


def test_native_prompts_are_a_list(shared_router: Router) -> None:
    with shared_router.http() as http:
        body = {"model": TINY, "prompt": PROMPTS, "n_predict": 4, "response_fields": ["index", "timings/predicted_n"]}
        answer = http.post("/completion", json=body)
    assert answer.json() == [{"index": i, "timings/predicted_n": 4} for i in range(2)]


def test_streamed_prompts(client: openai.OpenAI) -> None:
    texts = ["", ""]
    for chunk in client.completions.create(model=TINY, prompt=PROMPTS, max_tokens=8, temperature=0, stream=True):
        texts[chunk.choices[0].index] += chunk.choices[0].text
    assert all(texts)


@pytest.mark.parametrize("more", [{"n": 0}, {"n": 129}, {"n": "two"}, {"n": 1.5}, {"prompt": []},
                                  {"prompt": ["x"] * 257}, {"prompt": ["x"] * 200, "n": 2}, {"prompt": [["x", -1]]}])
def test_what_makes_no_sense(shared_router: Router, more: dict) -> None:
    with shared_router.http() as http:
        answer = http.post("/v1/completions", json={"model": TINY, "prompt": "x", "max_tokens": 1} | more)
    assert answer.status_code == 400, answer.text


def test_an_echo_has_the_likelihood_of_the_prompt(shared_worker: Worker) -> None:
    def complete(**fields) -> dict:
        with shared_worker.http() as http:
            answer = http.post("/v1/completions", json={"temperature": 0} | fields)
            assert answer.status_code == 200, answer.text
            return answer.json()["choices"][0]

    with shared_worker.http() as http:
        prompt = http.post("/tokenize", json={"content": PROMPTS[0] * 20, "add_special": True}).json()["tokens"]
    made = complete(prompt=prompt, max_tokens=8, logprobs=3)["logprobs"]["content"]
    whole = prompt + [token["id"] for token in made]
    for limit in (0, 2):
        choice = complete(prompt=whole, max_tokens=limit, logprobs=3, echo=True)
        seen = choice["logprobs"]["content"]
        # The vocabulary's first token is one of them, though there is no text for it.
        assert [token["id"] for token in seen[:len(whole)]] == whole and seen[0]["logprob"] is None
        assert limit == 0 and len(seen) == len(whole) or len(seen) <= len(whole) + limit
        assert "".join(token["token"] for token in seen[1:]).strip() == choice["text"].strip()
        for token, again in zip(made, seen[len(prompt):]):
            # Sums over other batches round differently.
            assert abs(token["logprob"] - again["logprob"]) < 0.1
            assert {top["id"] for top in token["top_logprobs"]} & {top["id"] for top in again["top_logprobs"]}
    first = complete(prompt=whole[1:], max_tokens=0, logprobs=0, echo=True)["logprobs"]["content"]
    assert first[0]["logprob"] is None and first[1]["logprob"] < 0 and len(first) == len(whole) - 1


@pytest.mark.parametrize("fields", [{"stream": True}, {"post_sampling_probs": True}, {"n": 128, "logprobs": 1000, "prompt": "a" * 99}])
def test_echoes_that_are_refused(shared_worker: Worker, fields: dict) -> None:
    with shared_worker.http() as http:
        answer = http.post("/v1/completions", json={"prompt": "a", "logprobs": 1, "echo": True} | fields)
        assert answer.status_code == 400 and "echo" in answer.text
