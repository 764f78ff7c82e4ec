# SPDX-License-Identifier: MIT
"""Embeddings and ranking, as the official client and plain requests see them."""

import math
from collections.abc import Callable
from pathlib import Path

import openai
import pytest

from conftest import REPOSITORY
from programs import Worker

FIXTURES = REPOSITORY / "Tests" / "Conformance" / "models"
TEXTS = ["I like cats", "I like dogs", "The sky is blue"]


@pytest.fixture
def embedder(worker: Callable[..., Worker]) -> Worker:
    return worker("--embeddings", "--pooling", "mean", "-ub", "128", model=FIXTURES / "embed-tiny-F16.gguf"
                  ).wait_until_ready()


def test_the_official_client(embedder: Worker) -> None:
    with embedder.openai() as client:
        # Asked without a format, it wants base64 and decodes that itself.
        packed = client.embeddings.create(model="x", input=TEXTS)
        plain = client.embeddings.create(model="x", input=TEXTS, encoding_format="float")
        short = client.embeddings.create(model="x", input=TEXTS[0], dimensions=8)
    assert [d.index for d in packed.data] == [0, 1, 2]
    for a, b in zip(packed.data, plain.data):
        assert a.embedding == pytest.approx(b.embedding, abs=1e-6)
        assert math.fsum(x * x for x in a.embedding) == pytest.approx(1, abs=1e-4)
    assert packed.usage.prompt_tokens == packed.usage.total_tokens > 0
    assert len(short.data[0].embedding) == 8
    assert math.fsum(x * x for x in short.data[0].embedding) == pytest.approx(1, abs=1e-4)


def test_many_at_once_are_each_their_own(embedder: Worker) -> None:
    with embedder.openai() as client:
        texts = [f"number {i}" for i in range(300)]
        many = client.embeddings.create(model="x", input=texts)
        for index in (0, 150, 299):
            one = client.embeddings.create(model="x", input=texts[index])
            assert many.data[index].embedding == pytest.approx(one.data[0].embedding, abs=1e-3)


@pytest.mark.parametrize("body, status", [
    ({}, 400), ({"input": []}, 400), ({"input": [[]]}, 400), ({"input": 5}, 400), ({"input": [-1]}, 400),
    ({"input": [1.5]}, 400), ({"input": [10**30]}, 400), ({"input": "x", "encoding_format": "int8"}, 400),
    ({"input": "x", "dimensions": 0}, 400), ({"input": "x", "dimensions": 10**9}, 400),
    ({"input": "x", "embd_normalize": -2}, 400), ({"input": ["x"] * 2049}, 400), ({"input": "word " * 5000}, 400)])
def test_what_makes_no_sense(embedder: Worker, body: dict, status: int) -> None:
    with embedder.http() as http:
        assert http.post("/v1/embeddings", json=body).status_code == status
        assert http.post("/v1/embeddings", json={"input": "x"}).status_code == 200


def test_a_model_that_was_not_started_for_it(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        for path in ("/embedding", "/v1/embeddings", "/rerank", "/infill"):
            answer = http.post(path, json={"input": "x", "input_prefix": "x", "input_suffix": "y"})
            assert answer.status_code == 501, path
    with shared_worker.openai() as client, pytest.raises(openai.APIStatusError):
        client.embeddings.create(model="x", input="x")


def test_ranking(worker: Callable[..., Worker]) -> None:
    program = worker("--reranking", model=Path(FIXTURES / "rerank-tiny-F16.gguf")).wait_until_ready()
    with program.http() as http:
        for path in ("/rerank", "/v1/reranking"):
            body = http.post(path, json={"query": "cats", "documents": TEXTS, "top_n": 2}).json()
            scores = [r["relevance_score"] for r in body["results"]]
            assert len(scores) == 2 and scores == sorted(scores, reverse=True)
        tei = http.post("/rerank", json={"query": "cats", "texts": TEXTS, "return_text": True}).json()
        assert {r["text"] for r in tei} == set(TEXTS)
        for bad in ({"documents": TEXTS}, {"query": "x"}, {"query": 5, "documents": TEXTS},
                    {"query": "x", "documents": [1]}, {"query": "x", "documents": TEXTS, "top_n": -1}):
            assert http.post("/rerank", json=bad).status_code == 400
