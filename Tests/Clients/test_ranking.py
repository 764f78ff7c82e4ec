# SPDX-License-Identifier: MIT
"""Ranking and embeddings in the dialects of Cohere, Jina, Voyage and Text Embeddings Inference, through a router."""

import math
from collections.abc import Callable
from pathlib import Path

import openai
import pytest

from conftest import REPOSITORY
from programs import Router

FIXTURES = REPOSITORY / "Tests" / "Conformance" / "models"
TEXTS = ["I like cats", "I like dogs", "The sky is blue"]
QUERY = {"query": "cats"}


@pytest.fixture
def both(router: Callable[..., Router], tmp_path: Path) -> Router:
    """A router with one model that chats, one that embeds and one that ranks."""
    presets = tmp_path / "presets.ini"
    presets.write_text(f"[embed]\nmodel = {FIXTURES}/embed-tiny-F16.gguf\nembeddings = on\npooling = mean\n"
                       f"[rank]\nmodel = {FIXTURES}/rerank-tiny-F16.gguf\nreranking = on\n")
    return router("--models-preset", str(presets))


def test_c9_c19_documents_in_all_shapes(both: Router) -> None:
    with both.http() as http:
        cohere = http.post("/v2/rerank", json={"model": "rank", "documents": TEXTS, "top_n": 2} | QUERY).json()
        assert cohere["id"] and cohere["meta"] and len(cohere["results"]) == 2
        jina = http.post("/v1/rerank", json={"model": "rank", "documents": [{"text": t} for t in TEXTS],
                                             "return_documents": True} | QUERY).json()
        assert [r["document"]["text"] for r in jina["results"]] == [TEXTS[r["index"]] for r in jina["results"]]
        assert [r["index"] for r in jina["results"]][:2] == [r["index"] for r in cohere["results"]]
        voyage = http.post("/v1/rerank", json={"model": "rank", "documents": TEXTS, "top_k": 1} | QUERY).json()
        assert len(voyage["data"]) == 1 and voyage["usage"]["total_tokens"] > 0
        for bad in ([1], [{"image": "x"}], [], "", None):
            answer = http.post("/v1/rerank", json={"model": "rank", "documents": bad} | QUERY)
            assert answer.status_code == (200 if bad == "" else 400), answer.text


def test_c10_clients_that_name_no_model(both: Router) -> None:
    with both.http() as http:
        named = http.post("/rerank?model=rank", json={"texts": TEXTS, "raw_scores": True} | QUERY).json()
        scored = http.post("/rerank", json={"texts": TEXTS, "return_text": True} | QUERY).json()
        assert [r["index"] for r in scored] == [r["index"] for r in named]
        for raw, score in zip(named, scored):
            assert score["score"] == pytest.approx(1 / (1 + math.exp(-raw["score"])), abs=1e-3)
        vectors = http.post("/embed", json={"inputs": TEXTS, "truncate": True}).json()
        assert len(vectors) == 3 and math.fsum(x * x for x in vectors[0]) == pytest.approx(1, abs=1e-3)
        one = http.post("/embed", json={"inputs": TEXTS[0], "normalize": False, "model": None}).json()
        assert len(one) == 1 and math.fsum(x * x for x in one[0]) != pytest.approx(1, abs=1e-3)
        cut = http.post("/embed", json={"inputs": "word " * 5000, "truncate": True})
        assert cut.status_code == 200
        assert http.post("/embed", json={"inputs": "word " * 5000}).status_code == 400
        assert http.post("/embed_all", json={"inputs": TEXTS}).status_code == 400
        assert http.get("/info?model=embed").json()["model_type"]["embedding"]["pooling"] == "mean"
        # Two models embed or rank.
        unclear = http.get("/info")
        assert unclear.status_code == 400 and "embed, rank" in unclear.json()["error"]["message"]
        # The OpenAI client's own route may name none as well.
        assert http.post("/v1/embeddings", json={"input": "x"}).status_code == 200
        # Nothing stands in for a model that chats.
        assert http.post("/v1/chat/completions", json={"messages": []}).status_code == 400


def test_c18_what_a_model_cannot_do_is_final(both: Router) -> None:
    with both.http() as http:
        for path, model, body in (("/v1/embeddings", "stories-chat-Q8_0", {"input": "x"}),
                                  ("/rerank", "stories-chat-Q8_0", {"documents": TEXTS} | QUERY),
                                  ("/embed", "rank", {"inputs": "x"}), ("/infill", "stories-chat-Q8_0", {
                                      "input_prefix": "x", "input_suffix": "y"})):
            answer = http.post(path, json={"model": model} | body)
            assert answer.status_code == 501, answer.text
            assert answer.headers["x-should-retry"] == "false"
            assert "This server" not in answer.json()["error"]["message"]
    with openai.OpenAI(base_url=both.address + "/v1", api_key="none", max_retries=2, timeout=30) as client:
        with pytest.raises(openai.APIStatusError) as error:
            client.embeddings.create(model="stories-chat-Q8_0", input="x")
        assert error.value.response.request.headers["x-stainless-retry-count"] == "0"
