# SPDX-License-Identifier: MIT
"""Requests that nobody should send: each is answered with 4xx, and the next one is served."""

import json

import pytest

from programs import Worker

CHAT = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
DIALECTS = {
    "/v1/chat/completions": CHAT,
    "/v1/messages": CHAT,
    "/v1/responses": {"input": "Hi", "max_output_tokens": 1},
    "/v1/completions": {"prompt": "Hi", "max_tokens": 1},
    "/completion": {"prompt": "Hi", "n_predict": 1},
}
NUMBERS = {
    "temperature": ["hot", True, [], {}],
    "top_p": [-0.1, 1.1, 1e308, "x"],
    "top_k": [-2, 0.5, "x"],
    "min_p": [-1, 2],
    "seed": [2**64, 1.5, "x"],
    "max_tokens": [-2, 0.5, "many"],
    "repeat_last_n": [-2, 0.5],
    "frequency_penalty": ["x", []],
    "presence_penalty": ["x", {}],
    "stop": [5, [5], {}, ["x"] * 65],
    "stream": ["yes", 1],
}
BODIES = [
    b"", b"{", b"[]", b"null", b"\x00", b"{}x", b'{"a":1', b'{"prompt": "\xff\xfe"}', b'{"prompt": "\\ud800"}',
    b'{"prompt": "\\udc00x"}', b'{"prompt": "a\x00b"}', b'{"n": NaN}', b'{"n": 1e}', b'{"n": 01}', b'{"a":tru}',
    b'{"messages":' + b"[" * 10_000 + b"]" * 10_000 + b"}", b'{"x":' * 10_000,
]


def is_alive(worker: Worker) -> bool:
    with worker.http() as http:
        return http.post("/completion", json={"prompt": "Hi", "n_predict": 1}).status_code == 200


@pytest.mark.parametrize("path", DIALECTS)
def test_numbers_out_of_range(shared_worker: Worker, path: str) -> None:
    limit = {"/v1/responses": "max_output_tokens"}.get(path, "max_tokens")
    stop = "stop_sequences" if path == "/v1/messages" else "stop"
    with shared_worker.http() as http:
        for name, values in NUMBERS.items():
            name = {"max_tokens": limit, "stop": stop}.get(name, name)
            for value in values:
                body = {k: v for k, v in DIALECTS[path].items() if not (k == "n_predict" and name == "max_tokens")}
                answer = http.post(path, content=json.dumps(body | {name: value}))
                assert answer.status_code == 400, (path, name, value, answer.text)
                assert "error" in answer.json()
        assert http.post(path, json=DIALECTS[path]).status_code == 200


@pytest.mark.parametrize("path", [*DIALECTS, "/tokenize", "/detokenize", "/apply-template", "/v1/messages/count_tokens",
                                  "/v1/responses/input_tokens", "/v1/embeddings", "/rerank", "/infill"])
def test_bodies(shared_worker: Worker, path: str) -> None:
    with shared_worker.http() as http:
        for body in BODIES:
            answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
            # 501: the model isn't started for it.
            assert 400 <= answer.status_code < 500 or answer.status_code == 501, (path, body[:40], answer.text)
            assert "error" in answer.json()
    assert is_alive(shared_worker)


@pytest.mark.parametrize("extra", [
    {"grammar": "root ::= ("}, {"grammar": "root ::= root"}, {"json_schema": {"$ref": "#/nowhere"}},
    {"json_schema": 5}, {"response_format": {"type": "json_object", "schema": {"type": "hiccup"}}},
    {"logit_bias": [[10**9, 1]]}, {"logit_bias": {"1": "x"}}, {"logit_bias": [[1]]}, {"n": 10**6},
    {"tools": {}}, {"tools": [{}]}, {"tools": [5]}, {"messages": [{"role": "user", "content": {"x": 1}}]},
    {"messages": [None]}, {"messages": "x"}, {"top_logprobs": 3}, {"logprobs": True, "top_logprobs": -1},
    {"chat_template_kwargs": 5}, {"chat_template_kwargs": {"enable_thinking": "yes"}}, {"reasoning_format": "loud"},
    {"id_slot": 99}, {"continue_final_message": True, "add_generation_prompt": True},
])
def test_fields_of_chat(shared_worker: Worker, extra: dict) -> None:
    with shared_worker.http() as http:
        answer = http.post("/v1/chat/completions", json=CHAT | extra)
    assert answer.status_code == 400, answer.text
    assert is_alive(shared_worker)


def test_null_bytes_in_texts_are_text(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        answer = http.post("/tokenize", content=b'{"content": "a\\u0000b"}')
        assert answer.status_code == 200 and len(answer.json()["tokens"]) >= 3
        tokens = http.post("/detokenize", json=answer.json()).json()
        assert tokens["content"].strip() == "a\0b"
    assert is_alive(shared_worker)
