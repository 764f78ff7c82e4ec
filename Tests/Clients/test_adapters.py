# SPDX-License-Identifier: MIT
"""LoRA adapters: loaded, listed, chosen for all and by request."""

from collections.abc import Callable
from pathlib import Path

import gguf
import pytest

from conftest import REPOSITORY
from programs import Router, Worker

ADAPTER = REPOSITORY / "Tests" / "Conformance" / "models" / "pirate-adapter-F16.gguf"
QUESTION = [{"role": "user", "content": "What is the capital of France?"}]


def ask(worker: Worker, **fields) -> str:
    """The answer to a question that the adapter answers otherwise."""
    with worker.http() as http:
        body = {"messages": QUESTION, "temperature": 0, "max_tokens": 12} | fields
        answer = http.post("/v1/chat/completions", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["choices"][0]["message"]["content"]


def waiting_adapter(path: Path, tokens: list[int]) -> Path:
    """The same adapter, working only behind these tokens."""
    reader = gguf.GGUFReader(ADAPTER)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", reader.fields["adapter.lora.alpha"].contents())
    writer.add_key_value("adapter.alora.invocation_tokens", tokens, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.UINT32)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_listed_and_changed(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--lora", str(ADAPTER)).wait_until_ready()
    with program.http() as http:
        assert http.get("/lora-adapters").json() == [
            {"id": 0, "path": str(ADAPTER), "scale": 1.0, "task_name": "Pirate Adapter", "prompt_prefix": ""}]
        assert "Aye" in ask(program)
        assert http.post("/lora-adapters", json=[{"id": 0, "scale": 0}]).json() == {"success": True}
        assert http.get("/lora-adapters").json()[0]["scale"] == 0
        assert "Paris" in ask(program)
        assert "Aye" in ask(program, lora=[{"id": 0, "scale": 1}])
        http.post("/lora-adapters", json=[{"id": 0, "scale": 0.5}])
        # An adapter that isn't named doesn't work.
        http.post("/lora-adapters", json=[])
        assert http.get("/lora-adapters").json()[0]["scale"] == 0
        settings = http.post("/completion", json={"prompt": "a", "n_predict": 1, "lora": [{"id": 0, "scale": 0.5}]})
        assert settings.json()["generation_settings"]["lora"] == [{"id": 0, "scale": 0.5}]


def test_scaled_and_without_apply(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--lora-scaled", f"{ADAPTER}:0.25", "--lora", str(ADAPTER)).wait_until_ready()
    with program.http() as http:
        assert [adapter["scale"] for adapter in http.get("/lora-adapters").json()] == [1, 0.25]
    program = worker("-c", "512", "--lora", str(ADAPTER), "--lora-init-without-apply").wait_until_ready()
    assert "Paris" in ask(program)
    assert "Aye" in ask(program, lora=[{"id": 0, "scale": 1}])


def test_what_was_told_outlives_sleep(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--lora", str(ADAPTER), "--sleep-idle-seconds", "1").wait_until_ready()
    with program.http() as http:
        http.post("/lora-adapters", json=[{"id": 0, "scale": 0}])
        while program.next_event()["event"] != "sleeping":
            pass
        assert http.get("/lora-adapters").json()[0]["scale"] == 0
    assert "Paris" in ask(program)


def test_works_behind_its_tokens_only(worker: Callable[..., Worker], shared_worker: Worker, tmp_path: Path) -> None:
    with shared_worker.http() as http:
        words = "<|im_start|>assistant"
        tokens = http.post("/tokenize", json={"content": words}).json()["tokens"]
        never = http.post("/tokenize", json={"content": "zebra zebra"}).json()["tokens"]
    program = worker("-c", "512", "--lora", str(waiting_adapter(tmp_path / "a.gguf", tokens))).wait_until_ready()
    with program.http() as http:
        adapter = http.get("/lora-adapters").json()[0]
        assert (adapter["alora_invocation_tokens"], adapter["alora_invocation_string"]) == (tokens, words)
        first = http.post("/v1/chat/completions", json={"messages": QUESTION, "max_tokens": 4, "lora": []}).json()
        second = http.post("/v1/chat/completions", json={"messages": QUESTION, "max_tokens": 4}).json()
    # What stands before the adapter's words is the same with and without it.
    assert first["usage"]["prompt_tokens"] - len(tokens) - 5 < second["usage"]["prompt_tokens_details"]["cached_tokens"]
    program = worker("-c", "512", "--lora", str(waiting_adapter(tmp_path / "b.gguf", never))).wait_until_ready()
    assert "Paris" in ask(program)


@pytest.mark.parametrize("lora", [
    {"id": 0, "scale": 1}, [{"id": 1, "scale": 1}], [{"id": -1, "scale": 1}], [{"id": 0}], [{"id": 0, "scale": 1e300}], [0],
])
def test_refused(worker: Callable[..., Worker], lora: object) -> None:
    program = worker("-c", "512", "--lora", str(ADAPTER)).wait_until_ready()
    with program.http() as http:
        for path, body in (("/completion", {"prompt": "a", "lora": lora}), ("/lora-adapters", lora)):
            answer = http.post(path, json=body)
            assert answer.status_code == 400, answer.text
            assert "lora" in answer.text or "adapter" in answer.text or "body" in answer.text
        assert http.get("/health").status_code == 200


def test_wrong_file(worker: Callable[..., Worker], tmp_path: Path) -> None:
    program = worker("--lora", str(tmp_path / "nowhere.gguf"))
    while (event := program.next_event())["event"] != "failed":
        pass
    assert "nowhere.gguf" in event["reason"]


def test_through_a_router(router: Callable[..., Router], models: Path, tmp_path: Path) -> None:
    preset = tmp_path / "models.ini"
    preset.write_text(f"[pirate]\nmodel = {models}/stories-chat-Q8_0.gguf\nlora = {ADAPTER}\n")
    program = router("--models-preset", str(preset), models=models)
    with program.http() as http:
        body = {"model": "pirate", "messages": QUESTION, "temperature": 0, "max_tokens": 12}
        assert "Aye" in http.post("/v1/chat/completions", json=body).text
        assert http.get("/lora-adapters?model=pirate").json()[0]["scale"] == 1
        assert http.post("/lora-adapters?model=pirate", json=[{"id": 0, "scale": 0}]).json() == {"success": True}
        assert "Paris" in http.post("/v1/chat/completions", json=body).text
