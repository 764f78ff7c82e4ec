# SPDX-License-Identifier: MIT
"""A worker waits for a model before one is named, and one that has freed its model gets the next: no trace of it is left."""

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIRATE, STORIES, TINY
from processes import Process, children, eventually
from programs import Router

MODELS = (STORIES, PIRATE, TINY)
ROUNDS = 12


def ask(program: Router, model: str, **more) -> str:
    """A completion's text; always the same from a model that nothing was asked before."""
    body = {"model": model, "prompt": "Once upon a time", "max_tokens": 24, "temperature": 0, "cache_prompt": False} | more
    with program.http() as http:
        answer = http.post("/v1/completions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["text"]


def standbys(program: Router) -> list[Process]:
    return [child for child in children(program.pid) if child.is_standby]


def memory(process: Process) -> int:
    """Bytes of its own."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) << 10


def log(program: Router, model: str) -> str:
    with program.http() as http:
        return http.get(f"/models/{model}/logs").text


def test_one_waits_before_a_model_is_named(router: Callable[..., Router]) -> None:
    program = router()
    eventually(lambda: standbys(program), "a worker waits")
    waiting, = standbys(program)
    ask(program, STORIES)
    worker, = program.workers
    assert worker == waiting
    eventually(lambda: standbys(program), "the next one waits")


def test_lists_of_processes_show_the_model(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    eventually(lambda: standbys(program), "a worker waits")
    for model in MODELS:
        ask(program, model, max_tokens=1)
        worker, = program.workers
        assert worker.arguments[1:3] == ["--standby", "--alias"] and worker.arguments[3].strip() == model
    with program.http() as http:
        http.post("/models/unload", json={"model": MODELS[-1]})
    eventually(lambda: all(child.arguments[3].strip() == "none" for child in standbys(program)), "it has none")


def test_switches_use_the_same_process_and_change_no_answer(router: Callable[..., Router]) -> None:
    fresh = router("--no-reuse-workers", "--models-max", "1", "-fa", "off")
    right = {model: ask(fresh, model) for model in MODELS}
    assert not standbys(fresh)
    program = router("--models-max", "1", "-fa", "off")
    seen, sizes = set(), {}
    for number in range(ROUNDS):
        model = MODELS[number % len(MODELS)]
        assert ask(program, model) == right[model]
        worker, = program.workers
        seen.add(worker)
        sizes.setdefault((worker, model), []).append(memory(worker))
    assert len(seen) == 1
    for grown in sizes.values():
        assert grown[-1] - grown[0] < 16 << 20, grown


def test_a_process_is_not_used_for_ever(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    seen = set()
    for number in range(20):
        ask(program, MODELS[number % 2], max_tokens=1)
        seen.update(program.workers)
    assert len(seen) == 2


def test_logs_are_each_models_own(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1", "-lv", "4")
    for _ in range(3):
        for model in (STORIES, PIRATE):
            ask(program, model, max_tokens=1)
    logs = {model: log(program, model) for model in (STORIES, PIRATE)}
    for model, other in ((STORIES, PIRATE), (PIRATE, STORIES)):
        assert f"{model}.gguf" in logs[model] and other not in logs[model]
        assert "released" not in logs[model]


def test_options_are_each_models_own(router: Callable[..., Router], tmp_path: Path, bundled: Path) -> None:
    preset = tmp_path / "models.ini"
    preset.write_text(f"[small]\nmodel = {bundled}/{STORIES}.gguf\nctx-size = 256\nparallel = 1\n"
                      f"[large]\nmodel = {bundled}/{STORIES}.gguf\nctx-size = 1024\nparallel = 2\nprio = 0\n"
                      f"[plain]\nmodel = {bundled}/{STORIES}.gguf\n")
    program = router("--models-max", "1", "--models-preset", str(preset))
    seen: dict[str, set[Process]] = {}
    with program.http() as http:
        for _ in range(2):
            for model, size, slots in (("small", 256, 1), ("large", 512, 2), ("plain", None, 4)):
                ask(program, model, max_tokens=1)
                seen.setdefault(model, set()).update(program.workers)
                found = http.get("/props", params={"model": model}).json()
                assert found["total_slots"] == slots
                assert size is None or found["default_generation_settings"]["n_ctx"] == size
    # What changes the process has one of its own, which nothing gets after it.
    assert seen["large"].isdisjoint(seen["small"] | seen["plain"])
    assert len(seen["large"]) == 2


def test_a_broken_file_is_told_of_as_ever_and_the_next_model_comes(router: Callable[..., Router], models: Path) -> None:
    (models / "broken.gguf").write_bytes((models / f"{STORIES}.gguf").read_bytes()[:5000])
    told = []
    for arguments in ((), ("--no-reuse-workers",)):
        program = router("--models-max", "1", *arguments, models=models)
        ask(program, STORIES, max_tokens=1)
        with program.http() as http:
            answer = http.post("/v1/completions", json={"model": "broken", "prompt": "x", "max_tokens": 1})
        assert answer.status_code == 500
        told.append(answer.json()["error"]["message"])
        ask(program, PIRATE, max_tokens=1)
    assert told[0] == told[1]


@pytest.mark.parametrize("hangs", [False, True])
def test_one_that_waits_and_dies_or_hangs_holds_up_nothing_for_ever(router: Callable[..., Router], hangs: bool) -> None:
    program = router()
    eventually(lambda: [child for child in standbys(program) if child.name == "eh-standby"], "a worker waits")
    waiting, = standbys(program)
    if hangs:
        waiting.stop()
    else:
        waiting.kill(signal.SIGKILL)
    # One that says nothing to its model is replaced, and nobody hears of it.
    ask(program, PIRATE, max_tokens=1)
    assert waiting not in program.workers
    eventually(lambda: not waiting.is_alive, "it is gone")


def test_one_that_hangs_does_not_outlive_its_router(router: Callable[..., Router]) -> None:
    program = router()
    eventually(lambda: standbys(program), "a worker waits")
    standbys(program)[0].stop()
    program.stop()


def test_a_model_that_crashes_takes_its_process_with_it(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    ask(program, STORIES, max_tokens=1)
    ask(program, PIRATE, max_tokens=1)
    worker, = program.workers
    worker.kill(signal.SIGKILL)
    eventually(lambda: program.status(PIRATE) == "unloaded", "it is lost")
    ask(program, STORIES, max_tokens=1)
    assert worker not in program.workers


def test_one_that_slept_is_used_again(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1", "--sleep-idle-seconds", "1")
    ask(program, STORIES, max_tokens=1)
    worker, = program.workers
    eventually(lambda: program.status(STORIES) == "sleeping", "it sleeps")
    ask(program, PIRATE, max_tokens=1)
    assert program.workers == [worker]


def test_nothing_is_left_of_a_program_that_cannot_wait(binaries: Path, bundled: Path, tmp_path: Path) -> None:
    """A worker of another make is started once with --standby, and never again."""
    script = tmp_path / "worker"
    script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/starts\nfor word; do [ "$word" = --standby ] && exit 2; done\n'
                      f'exec {binaries}/enginehouse-worker "$@"\n')
    script.chmod(0o755)
    program = Router(binaries, bundled, "--models-max", "1", "--worker", str(script))
    try:
        for model in MODELS:
            ask(program, model, max_tokens=1)
    finally:
        program.stop()
    assert (tmp_path / "starts").read_text().count("--standby ") == 1
