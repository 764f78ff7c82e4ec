# SPDX-License-Identifier: MIT
"""Embeddings of texts with pictures among their words, and of texts that are longer than a step."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY
from pictures import shape, uri
from processes import eventually
from programs import Worker

MODELS = REPOSITORY / "Tests" / "Conformance" / "models"
RED, GREEN = shape(True, (220, 30, 30)), shape(False, (30, 160, 50))


@pytest.fixture(scope="module", params=["last", "mean"])
def seeing(binaries: Path, request: pytest.FixtureRequest) -> Iterator[Worker]:
    """A worker that embeds what it sees."""
    program = Worker(binaries, MODELS / "vision-tiny-Q8_0.gguf", "-c", "2048", "-np", "2", "--embeddings", "--pooling",
                     request.param, "--mmproj", str(MODELS / "mmproj-vision-tiny-F16.gguf"), "--media-marker", "<__media__>")
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()


def seen(picture: bytes) -> dict:
    """A text with a picture in llama-server's words."""
    return {"prompt_string": "What is this: <__media__>\n", "multimodal_data": [base64.b64encode(picture).decode()]}


def test_pictures_among_words(seeing: Worker) -> None:
    parts = {"content": [{"type": "text", "text": "What is this: "}, {"type": "image_url", "image_url": {"url": uri(RED)}},
                         {"type": "text", "text": "\n"}]}
    with seeing.http() as http:
        answer = http.post("/embeddings", json={"content": [seen(RED), seen(RED), seen(GREEN), "What is this: \n"]})
        first, same, other, none = (entry["embedding"] for entry in answer.json())
        assert first == same and first != other and first != none
        answer = http.post("/v1/embeddings", json={"input": [parts, seen(RED), "What is this: \n"]}).json()
        first, same, none = (entry["embedding"] for entry in answer["data"])
        assert first == same and first != none
        # What is generated beside it sees as well as before.
        chat = {"messages": [{"role": "user", "content": parts["content"]}], "max_tokens": 12, "temperature": 0}
        assert "red circle" in http.post("/v1/chat/completions", json=chat).text


@pytest.mark.parametrize("content", [
    {"prompt_string": "What is this: <__media__>\n", "multimodal_data": ["malformed"]},
    {"prompt_string": "What is this:\n", "multimodal_data": [base64.b64encode(RED).decode()]},
    {"content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}, {"content": [{"type": "x"}]},
    {"content": "x"},
])
def test_refused(seeing: Worker, content: dict) -> None:
    with seeing.http() as http:
        assert http.post("/embeddings", json={"content": [content]}).status_code == 400
        assert http.post("/embeddings", json={"content": "a"}).status_code == 200


def test_a_long_text_leaves_the_others_their_turns(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "4096", "-np", "2", "--embeddings", "--pooling", "last", "-ub", "64", "-t", "1").wait_until_ready()
    text = "the little girl went to the big dark forest and saw a cat " * 40
    with program.http() as http:
        count = len(http.post("/tokenize", json={"content": text}).json()["tokens"])
        assert 500 < count < 4096
        alone = http.post("/embedding", json={"content": text}).json()[0]["embedding"]
        came: list[float] = []

        def generate() -> None:
            body = {"prompt": "Once upon a time", "n_predict": 600, "ignore_eos": True, "stream": True}
            with http.stream("POST", "/completion", json=body) as answer:
                came.extend(time.monotonic() for line in answer.iter_lines() if line.startswith("data:"))

        thread = threading.Thread(target=generate)
        thread.start()
        eventually(lambda: len(came) > 3, "tokens come", 30)
        began = time.monotonic()
        beside = http.post("/embedding", json={"content": text}).json()[0]["embedding"]
        ended = time.monotonic()
        thread.join()
        assert max(abs(a - b) for a, b in zip(alone[0], beside[0])) < 1e-3
        # Ten pieces, with a token between two of them.
        assert sum(began < moment < ended for moment in came) > 4
