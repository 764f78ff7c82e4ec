# SPDX-License-Identifier: MIT
"""Chat, completions and the list of models, as the official client sees them."""

import asyncio
import math

import openai
import pytest

from conftest import PIRATE, STORIES, TINY
from programs import Router

HELLO = [{"role": "user", "content": "Hello!"}]
HELLO_BACK = "Hello! How can I help you today?"
STORY = [{"role": "user", "content": "Tell me a story about a cat."}]


def test_chat(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=STORIES, messages=HELLO, temperature=0)
    assert answer.object == "chat.completion"
    assert answer.model == STORIES
    assert [c.index for c in answer.choices] == [0]
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content == HELLO_BACK
    assert answer.choices[0].finish_reason == "stop"


def test_usage_adds_up(client: openai.OpenAI) -> None:
    short = client.chat.completions.create(model=STORIES, messages=HELLO, temperature=0).usage
    long = client.chat.completions.create(model=STORIES, messages=[
        {"role": "system", "content": "You are a helpful assistant."}, *HELLO], temperature=0).usage
    for usage in (short, long):
        assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert long.prompt_tokens > short.prompt_tokens


def test_timings(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=STORIES, messages=STORY, temperature=0)
    timings = answer.model_extra["timings"]
    assert timings["predicted_n"] == answer.usage.completion_tokens
    assert timings["predicted_per_second"] > 0 and timings["predicted_ms"] > 0


def test_another_model_answers_in_its_own_voice(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=PIRATE, messages=HELLO, temperature=0)
    assert answer.model == PIRATE
    assert "Arr" in answer.choices[0].message.content or "Aye" in answer.choices[0].message.content


@pytest.mark.parametrize("question, fact", [
    ("What is 2 + 3?", "5"), ("What is the capital of France?", "Paris"), ("What color is the sky?", "blue")])
def test_answers_are_true(client: openai.OpenAI, question: str, fact: str) -> None:
    answer = client.chat.completions.create(
        model=STORIES, messages=[{"role": "user", "content": question}], temperature=0)
    assert fact in answer.choices[0].message.content


def test_stream_is_the_same_answer_in_pieces(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=STORIES, messages=STORY, temperature=0)
    chunks = list(client.chat.completions.create(model=STORIES, messages=STORY, temperature=0, stream=True))
    assert {c.object for c in chunks} == {"chat.completion.chunk"}
    assert len({c.id for c in chunks}) == 1
    assert {c.model for c in chunks} == {STORIES}
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert text == whole.choices[0].message.content
    assert len(chunks) > whole.usage.completion_tokens // 2
    reasons = [c.choices[0].finish_reason for c in chunks]
    assert reasons == [None] * (len(chunks) - 1) + ["stop"]
    assert all(c.usage is None for c in chunks)


def test_stream_with_usage(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=STORIES, messages=HELLO, temperature=0)
    chunks = list(client.chat.completions.create(
        model=STORIES, messages=HELLO, temperature=0, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert chunks[-1].usage.prompt_tokens == whole.usage.prompt_tokens
    assert all(c.usage is None for c in chunks[:-1])


def test_stream_on_the_wire(shared_router: Router) -> None:
    body = {"model": STORIES, "messages": HELLO, "temperature": 0, "stream": True}
    with shared_router.http() as http, http.stream("POST", "/v1/chat/completions", json=body) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = b"".join(answer.iter_raw()).decode()
    assert text.endswith("data: [DONE]\n\n")
    assert all(event.startswith("data: ") for event in text.removesuffix("\n\n").split("\n\n"))


@pytest.mark.parametrize("stream", [False, True])
def test_stop(client: openai.OpenAI, stream: bool) -> None:
    answer = client.chat.completions.create(
        model=STORIES, messages=HELLO, temperature=0, stop=[" you today", "zebra"], stream=stream)
    if stream:
        chunks = list(answer)
        text = "".join(c.choices[0].delta.content or "" for c in chunks)
        reason = chunks[-1].choices[0].finish_reason
    else:
        text, reason = answer.choices[0].message.content, answer.choices[0].finish_reason
    assert text == "Hello! How can I help"
    assert reason == "stop"


@pytest.mark.parametrize("n", [1, 3])
def test_max_tokens(client: openai.OpenAI, n: int) -> None:
    answer = client.chat.completions.create(model=STORIES, messages=STORY, temperature=0, max_tokens=n)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == n


def check_logprobs(tokens: list, text: str, top: int) -> None:
    """The tokens make up the text, and each is the likeliest of its place, as it is at temperature 0."""
    assert "".join(t.token for t in tokens) == text
    for token in tokens:
        assert len(token.top_logprobs) == top
        values = [t.logprob for t in token.top_logprobs]
        assert values == sorted(values, reverse=True)
        assert all(v <= 1e-6 for v in values)
        assert sum(map(math.exp, values)) <= 1 + 1e-4
        assert token.token == token.top_logprobs[0].token
        assert token.logprob == pytest.approx(values[0])
        assert bytes(token.bytes).decode() == token.token


def test_logprobs(client: openai.OpenAI) -> None:
    choice = client.chat.completions.create(
        model=STORIES, messages=HELLO, temperature=0, logprobs=True, top_logprobs=4).choices[0]
    check_logprobs(choice.logprobs.content, choice.message.content, 4)


def test_logprobs_of_a_stream(client: openai.OpenAI) -> None:
    chunks = client.chat.completions.create(
        model=STORIES, messages=HELLO, temperature=0, logprobs=True, top_logprobs=4, stream=True)
    tokens, text = [], ""
    for chunk in chunks:
        choice = chunk.choices[0]
        text += choice.delta.content or ""
        if choice.logprobs and choice.logprobs.content:
            tokens += choice.logprobs.content
    check_logprobs(tokens, text, 4)


def test_the_same_seed_gives_the_same_text(client: openai.OpenAI) -> None:
    def tell(seed: int) -> str:
        return client.chat.completions.create(
            model=STORIES, messages=STORY, temperature=1.2, seed=seed, max_tokens=60).choices[0].message.content

    assert tell(7) == tell(7)
    assert len({tell(seed) for seed in range(5)}) > 1


def test_many_at_once_do_not_mix(shared_router: Router) -> None:
    async def ask_all() -> list[str]:
        async with shared_router.async_openai() as client:
            questions = [("What is %d + %d?" % (x, y)) for x in range(1, 4) for y in range(1, 5)]
            answers = await asyncio.gather(*[client.chat.completions.create(
                model=STORIES, messages=[{"role": "user", "content": q}], temperature=0) for q in questions])
            return [q + " " + a.choices[0].message.content for q, a in zip(questions, answers)]

    for line in asyncio.run(ask_all()):
        question, answer = line.split("? ")
        assert answer.startswith(question.removeprefix("What is ")), line


def test_logit_bias(client: openai.OpenAI, shared_router: Router) -> None:
    with shared_router.http() as http:
        tokens = http.post("/tokenize", json={"model": STORIES, "content": "Hello"}).json()["tokens"]
    answer = client.chat.completions.create(
        model=STORIES, messages=HELLO, temperature=0, max_tokens=10, logit_bias={str(tokens[0]): -100})
    assert not answer.choices[0].message.content.startswith("Hello")


def test_completion(client: openai.OpenAI) -> None:
    request = dict(model=TINY, prompt="One day, Lily met a", max_tokens=24, temperature=0)
    whole = client.completions.create(**request)
    assert whole.object == "text_completion"
    assert whole.choices[0].finish_reason == "length"
    assert whole.usage.completion_tokens == 24
    assert len(whole.choices[0].text.split()) > 5
    chunks = list(client.completions.create(**request, stream=True))
    assert "".join(c.choices[0].text for c in chunks) == whole.choices[0].text
    assert chunks[-1].choices[0].finish_reason == "length"


def test_native_completion(shared_router: Router) -> None:
    with shared_router.http() as http:
        body = {"model": TINY, "prompt": "One day, Lily met a", "n_predict": 8, "temperature": 0}
        answer = http.post("/completion", json=body).json()
    assert answer["tokens_predicted"] == 8
    assert answer["stop"] is True and answer["stop_type"] == "limit"
    assert answer["content"] and answer["timings"]["predicted_n"] == 8


def test_models(client: openai.OpenAI) -> None:
    found = {m.id: m for m in client.models.list()}
    assert set(found) == {STORIES, PIRATE, TINY}
    for model in found.values():
        assert model.object == "model" and model.owned_by == "llamacpp"
        assert model.model_extra["status"]["value"] in ("unloaded", "loading", "loaded")
