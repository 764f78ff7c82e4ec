# SPDX-License-Identifier: MIT
"""Options of a worker that change what it answers, and those that only have to work."""

import json
from collections.abc import Callable

import pytest

from programs import Worker

PROMPT = "Once upon a time"
HELLO = [{"role": "user", "content": "Hello"}]


def complete(worker: Worker, **fields) -> dict:
    """The answer of POST /completion."""
    with worker.http() as http:
        answer = http.post("/completion", json={"prompt": PROMPT, "n_predict": 4, "temperature": 0} | fields)
        assert answer.status_code == 200, answer.text
        return answer.json()


def likelihood(worker: Worker) -> float:
    """The log probability of an unlikely token, which any change of the computation changes."""
    return complete(worker, n_probs=20)["completion_probabilities"][0]["top_logprobs"][-1]["logprob"]


def failure(worker: Worker) -> str:
    """Why it cannot load."""
    while event := worker.next_event():
        if event["event"] == "failed":
            return event["reason"]
    raise AssertionError(f"it didn't say why it ended:\n{worker.said}")


@pytest.mark.parametrize("arguments", [
    "--load-mode none", "--load-mode auto", "--load-mode dio", "--device none", "--split-mode none --main-gpu 0",
    "--tensor-split 1", "--cpu-moe", "--n-cpu-moe 2", "--check-tensors", "--no-repack", "--no-host", "--no-kv-offload",
    "--no-op-offload", "--swa-full", "--jinja", "-ngl all", "-np -1", "-cb", "-t -1", "-sps 0.5",
    "--yarn-ext-factor -1 --yarn-attn-factor -1 --yarn-beta-slow -1 --yarn-beta-fast -1", "--rope-scale 1",
])
def test_works_and_changes_nothing(worker: Callable[..., Worker], shared_worker: Worker, arguments: str) -> None:
    program = worker("-c", "512", *arguments.split()).wait_until_ready()
    assert complete(program)["content"] == complete(shared_worker)["content"]


@pytest.mark.parametrize("arguments", [
    "--rope-freq-base 500", "--rope-freq-scale 0.5", "--rope-scale 2", "--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 64",
])
def test_stretched_positions_change_the_logits(worker: Callable[..., Worker], shared_worker: Worker,
                                               arguments: str) -> None:
    program = worker("-c", "512", *arguments.split()).wait_until_ready()
    assert abs(likelihood(program) - likelihood(shared_worker)) > 0.01


def test_metadata_can_be_overridden(worker: Callable[..., Worker]) -> None:
    def tokens(value: str) -> list[int]:
        program = worker("--override-kv", f"tokenizer.ggml.add_bos_token=bool:{value}").wait_until_ready()
        with program.http() as http:
            return http.post("/tokenize", json={"content": PROMPT, "add_special": True}).json()["tokens"]

    without = tokens("false")
    assert tokens("true")[1:] == without


@pytest.mark.parametrize("arguments, reason", [
    (["--device", "abacus"], "there is no device 'abacus'"),
    (["--override-kv", "a=thing:1"], "overrides no metadata"),
])
def test_what_the_engine_cannot_do_is_said(worker: Callable[..., Worker], arguments: list[str], reason: str) -> None:
    assert reason in failure(worker(*arguments))


def test_a_schema_for_all_answers(worker: Callable[..., Worker]) -> None:
    schema = {"type": "object", "properties": {"a": {"enum": [1]}}, "required": ["a"], "additionalProperties": False}
    program = worker("-c", "512", "--json-schema", json.dumps(schema)).wait_until_ready()
    assert json.loads(complete(program, n_predict=40)["content"]) == {"a": 1}
    with program.openai() as client:
        answer = client.chat.completions.create(model="x", messages=HELLO, max_tokens=40)
        assert json.loads(answer.choices[0].message.content) == {"a": 1}
        # A request's own counts more.
        answer = client.chat.completions.create(model="x", messages=HELLO, extra_body={"grammar": 'root ::= "b"'})
        assert answer.choices[0].message.content == "b"
    assert complete(program, grammar='root ::= "b"')["content"] == "b"


def test_the_end_can_be_ignored(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--ignore-eos", "-n", "60").wait_until_ready()
    with program.openai() as client:
        answer = client.chat.completions.create(model="x", messages=HELLO, temperature=0)
        assert answer.usage.completion_tokens == 60


def test_the_prompt_cache_can_be_off(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "-np", "1", "--no-cache-prompt").wait_until_ready()
    complete(program)
    assert complete(program)["timings"]["cache_n"] == 0
    assert complete(program, cache_prompt=True)["timings"]["cache_n"] > 0


def test_variables_of_the_template(worker: Callable[..., Worker]) -> None:
    template = "{{ word }}{{ other }}{% if enable_thinking %}thinks{% else %}does not{% endif %}{{ messages[0].content }}"
    program = worker("--chat-template", template, "--chat-template-kwargs", '{"word": "w", "other": "o"}',
                     "--reasoning", "off").wait_until_ready()
    with program.http() as http:
        def prompt(**fields) -> str:
            return http.post("/apply-template", json={"messages": HELLO} | fields).json()["prompt"]

        assert prompt() == "wodoes notHello"
        assert prompt(chat_template_kwargs={"other": "p"}) == "wpdoes notHello"
        assert prompt(enable_thinking=True) == "wothinksHello"


def test_no_jinja_renders_with_the_engines_own_templates(worker: Callable[..., Worker]) -> None:
    program = worker("--no-jinja")
    program.wait_until_ready()
    body = {"messages": [{"role": "user", "content": "Hello!"}], "temperature": 0}
    with program.http() as http:
        answer = http.post("/v1/chat/completions", json=body).json()
        assert answer["choices"][0]["message"]["content"] == "Hello! How can I help you today?"
        tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
        refused = http.post("/v1/chat/completions", json={**body, "tools": tools})
    assert refused.status_code == 400
    assert "--no-jinja" in refused.json()["error"]["message"]


def test_texts_end_answers_that_name_none(worker: Callable[..., Worker], shared_worker: Worker) -> None:
    words = complete(shared_worker, n_predict=24)["content"].split(" ")
    word = words[5]
    program = worker("-c", "512", "-r", "\\x21never", "-r", f" {word}").wait_until_ready()
    answer = complete(program, n_predict=24)
    assert answer["stop_type"] == "word" and answer["stopping_word"] == f" {word}"
    assert answer["generation_settings"]["stop"] == ["!never", f" {word}"]
    assert complete(program, n_predict=24, stop=["nothing like it"])["stop_type"] == "limit"
    raw = worker("-c", "512", "--no-escape", "-r", "\\x21never").wait_until_ready()
    assert complete(raw)["generation_settings"]["stop"] == ["\\x21never"]


def test_special_tokens_can_be_shown(worker: Callable[..., Worker], shared_worker: Worker) -> None:
    word = "<|im_start|>"
    with shared_worker.http() as http:
        token, = http.post("/tokenize", json={"content": word, "parse_special": True}).json()["tokens"]
    forced = {"logit_bias": [[token, 100]], "temperature": 0}

    def ask(program: Worker) -> list[str]:
        with program.openai() as client:
            chat = client.chat.completions.create(model="x", messages=HELLO, max_tokens=4, extra_body=forced)
        return [chat.choices[0].message.content or "", complete(program, **forced)["content"]]

    assert not any(word in text for text in ask(shared_worker))
    shown = worker("-c", "512", "--special").wait_until_ready()
    assert ask(shown) == [word * 4] * 2


def test_an_answer_can_be_left_unparsed(worker: Callable[..., Worker]) -> None:
    thoughts = 'root ::= "<think>hm</think>yes"'
    template = ("{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% if m.reasoning_content %}"
                "<think>{{ m.reasoning_content }}</think>{% endif %}{% endfor %}"
                "{% if add_generation_prompt %}<|assistant|>{% endif %}")

    def ask(*arguments: str) -> dict:
        program = worker("-c", "512", "--chat-template", template, *arguments).wait_until_ready()
        with program.http() as http:
            answer = http.post("/v1/chat/completions", json={"messages": HELLO, "grammar": thoughts, "max_tokens": 60})
            assert answer.status_code == 200, answer.text
            return answer.json()["choices"][0]["message"]

    assert ask("--skip-chat-parsing")["content"] == "<think>hm</think>yes"


def test_an_assistants_last_message_can_be_left_alone(worker: Callable[..., Worker]) -> None:
    template = "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}{% if add_generation_prompt %}[assistant:{% endif %}"
    messages = [*HELLO, {"role": "assistant", "content": "Hi"}]

    def prompt(*arguments: str, **fields) -> str:
        program = worker("-c", "512", "--chat-template", template, *arguments).wait_until_ready()
        with program.http() as http:
            return http.post("/apply-template", json={"messages": messages} | fields).json()["prompt"]

    assert prompt().endswith("[assistant:Hi")
    assert prompt("--no-prefill-assistant").endswith("[assistant:Hi][assistant:")
    assert prompt("--no-prefill-assistant", continue_final_message=True).endswith("[assistant:Hi")
