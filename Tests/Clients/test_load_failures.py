# SPDX-License-Identifier: MIT
"""A model that can't be opened: the reason is the engine's own, wherever it is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import REPOSITORY, STORIES, TINY
from programs import Router, Worker

# What stands for the engine's reason in `failed`.
AHEAD = "the model could not be loaded: "


def spoiled(folder: Path, how: str) -> Path:
    """A file that isn't a model, or not quite."""
    source = (REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()
    file = folder / f"{how}.gguf"
    if how == "truncated":
        file.write_bytes(source[:len(source) // 2])
    elif how == "cat":
        # The name of the architecture, and its keys with it.
        file.write_bytes(source.replace(b"llama", b"a cat"))
    elif how == "text":
        file.write_bytes(b"this is no model\n" * 100)
    elif how == "unreadable":
        # Permissions don't keep root from reading; a link to itself does.
        file.symlink_to(file.name)
    return file


@pytest.mark.parametrize(("how", "words"), [
    ("truncated", "data is not within the file bounds, model is corrupted or incomplete"),
    ("cat", "unknown model architecture: 'a cat'"),
    ("text", "invalid magic characters: 'this', expected 'GGUF'"),
    ("unreadable", "failed to open GGUF file"),
    ("missing", "No such file or directory"),
])
def test_a_worker_says_what_the_engine_says(
        worker: Callable[..., Worker], tmp_path: Path, how: str, words: str) -> None:
    program = worker(model=spoiled(tmp_path, how))
    while (event := program.next_event())["event"] == "loading":
        pass
    assert event["event"] == "failed", event
    assert event["reason"].startswith(AHEAD) and words in event["reason"], event
    assert "\n" not in event["reason"] and "could not load the file" not in event["reason"]
    assert program.wait() == 1


def test_a_router_hands_it_on(router: Callable[..., Router], models: Path) -> None:
    spoiled(models, "cat")
    program = router(models=models)
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": "cat", "prompt": "x"})
    assert answer.status_code == 500
    message = answer.json()["error"]["message"]
    assert message == f"model name=cat failed to load: {AHEAD}unknown model architecture: 'a cat'"
    assert program.models()["cat"]["status"]["reason"] == f"{AHEAD}unknown model architecture: 'a cat'"


def test_an_engine_that_gives_up_says_why(router: Callable[..., Router], models: Path, tmp_path: Path) -> None:
    """D21: its own sentence is the reason; no debugger is started, and no backtrace stands before it."""
    presets = tmp_path / "presets.ini"
    presets.write_text(f"[deep]\nmodel = {models / STORIES}.gguf\noverride-kv = llama.block_count=int:1000\n")
    program = router("--models-preset", str(presets), "-lv", "5", models=models)
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": "deep", "prompt": "x"})
        assert answer.status_code == 500
        message = answer.json()["error"]["message"]
        assert message.startswith("model name=deep failed to load: the engine gave up: llama-model.cpp:") and "GGML_ASSERT(" in message
        assert program.models()["deep"]["status"]["reason"] in message
        assert not any("gdb" in line or line.startswith("#") for line in program.log), program.said
        assert http.post("/v1/completions", json={"model": TINY, "prompt": "Once", "max_tokens": 1}).status_code == 200


@pytest.mark.parametrize("mebibytes", [240, 320, 400, 480])
def test_a_load_without_memory_ends(router: Callable[..., Router], binaries: Path, tmp_path: Path, mebibytes: int) -> None:
    """D6: whatever the system won't give (threads, a mapping, buffers), whoever waits hears of it soon, unless the load succeeds."""
    worker = tmp_path / "worker"
    worker.write_text(f'#!/bin/sh\nulimit -v {mebibytes << 10}\nexec "{binaries}/enginehouse-worker" "$@"\n')
    worker.chmod(0o755)
    with router("--worker", str(worker)).http() as http:
        answer = http.post("/v1/completions", json={"model": STORIES, "prompt": "Once", "max_tokens": 1})
    if answer.status_code != 200:
        # The load may be what suffices, and the first step what doesn't.
        assert answer.status_code in (500, 502), answer.text
        message = answer.json()["error"]["message"]
        assert message.partition("failed to load: ")[2] or "worker" in message, message
