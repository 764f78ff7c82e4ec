# SPDX-License-Identifier: MIT
"""Ranges of what requests say of sampling, and fields that end a text."""

import pytest

from programs import Worker

HUGE = 1e300
# What is out of a field's range, or of the wrong kind.
WRONG = {
    "top_k": [-2, 1.5, "40"], "top_p": [-0.1, 1.1, "x"], "min_p": [-1, 2], "temperature": [HUGE, "hot", []],
    "typical_p": [HUGE], "xtc_probability": [-0.5, 1.5], "xtc_threshold": [-0.5, 1.5], "mirostat": [3, -1, 0.5],
    "mirostat_tau": [-1], "mirostat_eta": [-1], "dynatemp_exponent": [-1], "repeat_penalty": [0, -1, HUGE],
    "repeat_last_n": [-2, 1.5], "presence_penalty": [HUGE], "frequency_penalty": [-HUGE], "dry_multiplier": [-1],
    "dry_allowed_length": [-1], "dry_penalty_last_n": [-2], "dry_sequence_breakers": ["x", [], [1]], "adaptive_decay": [1],
    "min_keep": [-1], "seed": [1.5, "x"], "n_probs": [-1, 5000], "n_predict": [-2, 1.5], "samplers": ["q", ["x"], 5],
    "n_indent": [-1, "x"], "t_max_predict_ms": [-2, "x"], "n_keep": [-2], "n_discard": [-1], "logit_bias": [[[1 << 40, 1]], 5],
    "stop": [5], "id_slot": [99, 1.5], "cache_prompt": ["yes"], "lora": [5],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_is_out_of_range_is_refused(shared_worker: Worker, name: str, value: object) -> None:
    with shared_worker.http() as http:
        answer = http.post("/completion", json={"prompt": "Once", "n_predict": 1} | {name: value})
        assert answer.status_code == 400, answer.text
        assert name in answer.json()["error"]["message"] or name in ("id_slot",), answer.text


@pytest.mark.parametrize("fields", [
    {"temperature": -1}, {"top_k": -1}, {"top_k": 0}, {"typical_p": 2}, {"top_n_sigma": -1}, {"seed": -1}, {"n_probs": 0},
    {"mirostat": 1}, {"mirostat": 2, "mirostat_tau": 1, "mirostat_eta": 0.5}, {"dry_multiplier": 0.8},
    {"xtc_probability": 0.5, "xtc_threshold": 0.1}, {"dynatemp_range": 0.5}, {"adaptive_target": 0.5},
    {"samplers": "kp"}, {"samplers": []}, {"samplers": ["top_k", "temperature"]}, {"repeat_last_n": -1, "repeat_penalty": 1.3},
    {"logit_bias": [["girl", False]]}, {"logit_bias": {"5": 1.0}}, {"min_keep": 3, "top_p": 0.1},
])
def test_what_is_in_range_works(shared_worker: Worker, fields: dict) -> None:
    with shared_worker.http() as http:
        answer = http.post("/completion", json={"prompt": "Once", "n_predict": 3} | fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["tokens_predicted"] == 3


def test_settings_are_complete(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        settings = http.post("/completion", json={"prompt": "Once", "n_predict": 1, "timings_per_token": True}).json()
        settings = settings["generation_settings"]
        assert (settings["chat_format"], settings["generation_prompt"]) == ("Content-only", "")
        assert settings["speculative.types"] == "none" and settings["lora"] == [] and settings["timings_per_token"]
        body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1, "verbose": True}
        settings = http.post("/v1/chat/completions", json=body).json()["__verbose"]["generation_settings"]
        assert settings["generation_prompt"] == "<|im_start|>assistant\n" and settings["reasoning_format"] == "deepseek"


def test_lines_that_are_not_indented(shared_worker: Worker) -> None:
    grammar = r'root ::= "a\n  b\n c\nd\n"'
    with shared_worker.http() as http:
        for least, text in ((0, "a\n  b\n c\nd\n"), (1, "a\n  b\n c\n"), (2, "a\n  b\n ")):
            body = {"prompt": "Once", "n_predict": 64, "grammar": grammar, "n_indent": least}
            answer = http.post("/completion", json=body).json()
            assert answer["content"] == text
            assert (answer["stop_type"] == "limit") == (least > 0)


def test_time_limit(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        body = {"prompt": "Once", "n_predict": 200, "grammar": r'root ::= ("a\n")*', "t_max_predict_ms": 1, "ignore_eos": True}
        answer = http.post("/completion", json=body).json()
        assert answer["tokens_predicted"] < 200 and answer["content"].endswith("\n") and answer["stop_type"] == "limit"
        # A line that doesn't end goes on.
        body |= {"grammar": 'root ::= "a"*', "n_predict": 30}
        assert http.post("/completion", json=body).json()["tokens_predicted"] == 30
