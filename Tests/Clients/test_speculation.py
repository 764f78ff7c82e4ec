# SPDX-License-Identifier: MIT
"""Speculative decoding: the same texts, with fewer steps."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from conftest import PIRATE, REPOSITORY, STORIES, TINY
from programs import Program, Worker

STORY = "Once upon a time there was a little girl who lived in a small house near the big dark forest. " * 3
MODELS = REPOSITORY / "models"


def complete(http: httpx.Client, **fields) -> dict:
    """The answer of POST /completion."""
    answer = http.post("/completion", json={"prompt": STORY, "n_predict": 48, "temperature": 0} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def figure(http: httpx.Client, name: str) -> float:
    """A figure of /metrics."""
    page = http.get("/metrics").text
    return float(re.search(rf"^llamacpp:{name} (\S+)$", page, re.MULTILINE).group(1))


@pytest.fixture
def speculating(worker: Callable[..., Worker]) -> Callable[..., Worker]:
    """speculating("--spec-type", …) starts a worker that proposes tokens."""
    return lambda *arguments: worker("-c", "2048", "--metrics", *arguments).wait_until_ready()


@pytest.mark.parametrize("arguments", [
    f"-md {MODELS}/{PIRATE}.gguf", f"--model-draft {MODELS}/{STORIES}.gguf --spec-draft-n-max 8 -np 2 -ctkd f32",
    "--spec-type ngram-simple --spec-ngram-simple-size-n 3 --spec-ngram-simple-size-m 8",
    "--spec-type ngram-cache,ngram-mod",
])
def test_the_text_is_the_same(speculating: Callable[..., Worker], shared_worker: Worker, arguments: str) -> None:
    program = speculating(*arguments.split())
    with shared_worker.http() as http:
        expected = [complete(http)["content"], complete(http, temperature=0.8, seed=7)["content"]]
        assert "draft_n" not in complete(http)["timings"]
        assert not http.get("/slots").json()[0]["speculative"]
    with program.http() as http:
        found = complete(http)
        assert [found["content"], complete(http, temperature=0.8, seed=7)["content"]] == expected
        timings = found["timings"]
        assert timings["draft_n"] > 0 and 0 <= timings["draft_n_accepted"] <= timings["draft_n"]
        assert all(slot["speculative"] for slot in http.get("/slots").json())
        assert found["generation_settings"]["speculative.types"] != "none"
        assert figure(http, "spec_decode_num_draft_tokens_total") >= timings["draft_n"]
        assert figure(http, "spec_decode_num_drafts_total") > 0
        assert "draft_n" not in complete(http, **{"speculative.n_max": 0})["timings"]


def test_several_streams_at_once(speculating: Callable[..., Worker]) -> None:
    program = speculating("-md", f"{MODELS}/{PIRATE}.gguf", "-ub", "32")
    texts: dict[int, str] = {}
    finals: list[dict] = []

    def ask(number: int) -> None:
        body = {"prompt": STORY + f"Number {number} said", "n_predict": 40, "temperature": 0, "stream": True}
        with program.http() as http, http.stream("POST", "/completion", json=body) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    part = json.loads(line[6:])
                    texts[number] = texts.get(number, "") + part["content"]
                    if part["stop"]:
                        finals.append(part)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(finals) == 6 and all(final["timings"]["draft_n"] > 0 for final in finals)
    assert all(texts.values())


def test_chats_and_grammars(speculating: Callable[..., Worker]) -> None:
    program = speculating("-md", f"{MODELS}/{STORIES}.gguf", "--spec-default")
    schema = {"type": "object", "properties": {"name": {"enum": ["Anna", "Tom"]}}, "required": ["name"]}
    with program.openai() as client:
        answer = client.chat.completions.create(
            model="x", messages=[{"role": "user", "content": "Tell me a story."}], max_tokens=32, temperature=0,
            logprobs=True, top_logprobs=2)
        assert len(answer.choices[0].logprobs.content) == answer.usage.completion_tokens
        answer = client.chat.completions.create(
            model="x", messages=[{"role": "user", "content": "Who?"}], max_tokens=32, temperature=0,
            response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
        assert json.loads(answer.choices[0].message.content)["name"] in ("Anna", "Tom")


@pytest.mark.parametrize(("arguments", "reason"), [
    (f"-md {MODELS}/{TINY}.gguf", "vocab"), ("-md /nowhere.gguf", "/nowhere.gguf"),
    ("--spec-default --spec-synth-rates 0.5", "synthetic acceptance rates"),
])
def test_what_cannot_propose_is_an_error(worker: Callable[..., Worker], arguments: str, reason: str) -> None:
    program = worker(*arguments.split())
    while event := program.next_event():
        if event["event"] == "failed":
            assert reason in event["reason"]
            return
    raise AssertionError(program.said)


def test_one_model_with_a_draft(binaries: Path) -> None:
    program = Program([str(binaries / "enginehouse"), "--port", "0", "-m", f"{MODELS}/{STORIES}.gguf",
                       "-md", f"{MODELS}/{PIRATE}.gguf", "-c", "1024"])
    try:
        line = program.next_line(20)
        program.address = line.removeprefix("listening on ")
        with program.http() as http:
            assert complete(http)["timings"]["draft_n"] > 0
    finally:
        program.destroy()
