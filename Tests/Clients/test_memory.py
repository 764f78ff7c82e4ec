# SPDX-License-Identifier: MIT
"""Bytes of each device decide who lives together: real models, real processes, budgets by hand."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builds import stop_all
from conftest import PIRATE, STORIES, TINY
from processes import eventually
from programs import Router

MIB = 1 << 20


def measured(binaries: Path, *arguments: str) -> dict:
    """What `enginehouse-worker --measure` prints."""
    command = [str(binaries / "enginehouse-worker"), *arguments, "--measure"]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def taken(event: dict) -> int:
    """Bytes of all devices."""
    kinds = ("weights_bytes", "context_bytes", "compute_bytes", "projector_bytes", "overhead_bytes")
    return sum(device[kind] for device in event["measured"]["devices"] for kind in kinds)


@pytest.fixture
def sized(binaries: Path, models: Path) -> Iterator[Callable[..., Router]]:
    """sized("--memory-budget", "host=64M") starts a router whose worker processes are told of devices that only the figures know."""
    started: list[Router] = []

    def start(*arguments: str, devices: str = "", **environment: str) -> Router:
        pretended = {"ENGINEHOUSE_PRETEND_DEVICES": devices} if devices else {}
        started.append(Router(binaries, models, *arguments, environment=pretended | environment))
        return started[-1]

    yield start
    stop_all(started)


def ask(program: Router, model: str, tokens: int = 4) -> str:
    """A completion; the model's text."""
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": model, "prompt": "Once", "max_tokens": tokens, "temperature": 0})
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["text"]


def devices(program: Router) -> dict[str, dict]:
    """Who has what of each device."""
    with program.http() as http:
        return {device["id"]: device for device in http.get("/activity").json()["devices"]}


def details(program: Router, model: str) -> dict:
    """All that is told of a model."""
    with program.http() as http:
        return http.get(f"/models/{model}").json()


def loaded(program: Router) -> set[str]:
    """The models that are loaded."""
    return {name for name, status in program.statuses().items() if status == "loaded"}


def test_what_a_model_would_take_is_what_it_takes(binaries: Path, worker: Callable, bundled: Path) -> None:
    dry = measured(binaries, "-m", str(bundled / f"{STORIES}.gguf"), "-c", "2048")
    program = worker("-c", "2048")
    program.wait_until_ready()
    ready = next(event for event in program.events if event["event"] == "ready")
    for kind in ("weights_bytes", "context_bytes", "compute_bytes"):
        assert dry["measured"][kind] == pytest.approx(ready["measured"][kind], rel=0.03), kind
    (host,) = ready["measured"]["devices"]
    assert host["id"] == "host" and host["total_bytes"] >= host["free_bytes"] > 0
    assert host["mapped_bytes"] <= host["weights_bytes"]


def test_devices_alone(binaries: Path) -> None:
    event = measured(binaries)
    assert event["event"] == "memory" and event["devices"][-1]["id"] == "host"


def test_a_worker_says_what_is_free(worker: Callable) -> None:
    program = worker()
    program.wait_until_ready()
    program.process.stdin.write(b'{"command":"memory"}\n')
    program.process.stdin.flush()
    event = program.next_event()
    assert event["event"] == "memory" and event["devices"][-1]["id"] == "host"


def test_models_that_fit_live_together_and_others_take_turns(binaries: Path, bundled: Path, sized: Callable) -> None:
    one = taken(measured(binaries, "-m", str(bundled / f"{STORIES}.gguf")))
    both = sized("--memory-budget", f"host={2 * one // MIB + 40}M")
    ask(both, STORIES)
    ask(both, PIRATE)
    assert loaded(both) == {STORIES, PIRATE}
    alone = sized("--memory-budget", f"host={one * 3 // 2 // MIB}M")
    for model in (STORIES, PIRATE, STORIES):
        ask(alone, model)
        assert loaded(alone) == {model}
    host = devices(alone)["host"]
    assert 0 < host["models_bytes"] <= host["budget_bytes"] == one * 3 // 2 // MIB * MIB
    assert not details(alone, PIRATE)["status"].get("failed"), "an eviction is no failure"


def test_presets_of_one_file_have_its_pages_once(bundled: Path, sized: Callable, tmp_path: Path) -> None:
    path = bundled / f"{TINY}.gguf"
    link = tmp_path / "other-name.gguf"
    link.symlink_to(path)
    preset = tmp_path / "presets.ini"
    preset.write_text(f"[one]\nmodel = {path}\n[two]\nmodel = {link}\n")
    program = sized("--models-preset", str(preset))
    ask(program, "one")
    ask(program, "two")
    estimates = [details(program, name)["memory_estimate"] for name in ("one", "two")]
    pages = estimates[0]["devices"][0]["mapped_bytes"]
    assert pages > MIB
    assert devices(program)["host"]["models_bytes"] == sum(estimate["bytes"] for estimate in estimates) - pages


def test_pins_beyond_memory_are_an_error_at_the_start(binaries: Path, models: Path, bundled: Path, sized: Callable, tmp_path: Path) -> None:
    one = taken(measured(binaries, "-m", str(bundled / f"{STORIES}.gguf")))
    budget = ("--memory-budget", f"host={one * 3 // 2 // MIB}M")
    preset = tmp_path / "pins.ini"
    sections = [f"[{name}]\nmodel = {bundled / name}.gguf\n" for name in (STORIES, PIRATE)]
    preset.write_text("".join(sections))
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    unpinned = sized("--models-preset", str(preset), *budget, **home)
    ask(unpinned, STORIES)
    ask(unpinned, PIRATE)
    unpinned.stop()
    preset.write_text("".join(f"{section}pin = true\n" for section in sections))
    command = [str(binaries / "enginehouse"), "--models-preset", str(preset), "--port", "0", *budget]
    # A footprint counts for the same options.
    home["LLAMA_ARG_THREADS"] = str(len(os.sched_getaffinity(0)))
    refused = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, timeout=30)
    assert refused.returncode != 0
    assert f"the pinned models '{PIRATE}', '{STORIES}' take" in refused.stderr and "--memory-budget" in refused.stderr, refused.stderr


def test_what_a_load_would_mean_is_told_before(binaries: Path, bundled: Path, sized: Callable) -> None:
    one = taken(measured(binaries, "-m", str(bundled / f"{STORIES}.gguf")))
    program = sized("--memory-budget", f"host={one * 3 // 2 // MIB}M")
    ask(program, STORIES)
    ask(program, PIRATE)
    facts = details(program, STORIES)
    assert facts["memory_estimate"]["basis"] == "loaded"
    assert facts["memory_outlook"] == {"outlook": "evicts", "leaving": [PIRATE]}
    assert details(program, PIRATE)["memory_outlook"]["outlook"] == "lives"


def test_a_model_that_no_context_makes_fit_is_refused_with_the_reason(sized: Callable) -> None:
    program = sized("--memory-budget", "host=2M")
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": STORIES, "prompt": "Once", "max_tokens": 1})
    assert answer.status_code == 500
    assert "--memory-budget" in answer.json()["error"]["message"]


def test_each_device_has_books_of_its_own(models: Path, sized: Callable) -> None:
    # One model on each of two devices; a third one has to make room on its own device only.
    shutil.copy(models / f"{PIRATE}.gguf", models / "other.gguf")
    presets = models.parent / "models.ini"
    presets.write_text(f"[{STORIES}]\nmain-gpu = 0\n[{PIRATE}]\nmain-gpu = 1\n[other]\nmain-gpu = 1\n")
    program = sized("--models-preset", str(presets), "--memory-reserve", "0", "-c", "512", devices="gpu0=7,gpu1=7")
    for model in (STORIES, PIRATE, "other"):
        ask(program, model)
    assert loaded(program) == {STORIES, "other"}
    books = devices(program)
    assert [name for name in books] == ["gpu0", "gpu1", "host"]
    assert books["gpu0"]["models_bytes"] > 0 and books["gpu1"]["models_bytes"] > 0
    assert {device["id"] for device in details(program, STORIES)["memory_estimate"]["devices"]} == {"gpu0", "host"}
    with program.http() as http:
        assert 'enginehouse_memory_bytes{device="gpu0",kind="models"}' in http.get("/metrics").text


def test_sharing_counts_models_only(binaries: Path, bundled: Path, sized: Callable) -> None:
    program = sized("--memory-policy", "share", "--memory-reserve", "0", "-c", "512", devices="gpu0=1")
    ask(program, STORIES)
    ask(program, PIRATE)
    assert loaded(program) == {STORIES, PIRATE}


def test_what_was_found_out_is_kept_across_restarts(binaries: Path, models: Path, tmp_path: Path, sized: Callable) -> None:
    found = {"XDG_CACHE_HOME": str(tmp_path / "found")}
    first = sized(**found)
    ask(first, STORIES)
    file = tmp_path / "found/enginehouse/footprints.json"
    eventually(file.exists, "the file of footprints")
    first.stop()
    second = sized(**found)
    assert details(second, STORIES)["memory_estimate"]["basis"] == "loaded"
    # Other bytes under the same name are another model.
    (models / f"{STORIES}.gguf").write_bytes((models / f"{PIRATE}.gguf").read_bytes())
    third = sized(**found)
    assert details(third, STORIES)["memory_estimate"]["basis"] == "header"
    file.write_text("{ nonsense")
    fourth = sized(**found)
    ask(fourth, STORIES)


def test_the_books_are_right_after_kills_in_every_phase(sized: Callable) -> None:
    program = sized("--memory-reserve", "0", "-c", "512", "--models-max", "0", devices="gpu0=12")
    for _ in range(3):
        ask(program, STORIES)
        (victim,) = [p for p in program.workers]
        victim.kill(signal.SIGKILL)
        eventually(lambda: devices(program)["gpu0"]["models_bytes"] == 0, "nothing is taken")
    # While they load: whatever becomes of the requests, nothing stays in the books.
    with ThreadPoolExecutor(4) as pool, program.http() as http:
        for model in (STORIES, PIRATE, TINY):
            request = pool.submit(http.post, "/v1/completions", json={"model": model, "prompt": "a", "max_tokens": 1})
            eventually(lambda: program.workers, "a worker")
            for process in program.workers:
                process.kill(signal.SIGKILL)
            request.result(60)
    for model in (STORIES, PIRATE, TINY):
        ask(program, model, tokens=1)
    with program.http() as http:
        for model in loaded(program):
            assert http.post("/models/unload", json={"model": model}).status_code == 200
    eventually(lambda: devices(program)["gpu0"]["models_bytes"] == 0 and not program.workers, "nothing is taken")


def test_a_sleeping_model_gives_its_bytes_to_others(binaries: Path, bundled: Path, sized: Callable) -> None:
    program = sized("--memory-reserve", "0", "-c", "512", "--sleep-idle-seconds", "1", devices="gpu0=7")
    ask(program, STORIES)
    eventually(lambda: program.status(STORIES) == "sleeping", "it sleeps")
    ask(program, PIRATE)
    assert program.status(STORIES) == "sleeping"
    # Waking goes through the same door as loading.
    ask(program, STORIES)
    eventually(lambda: program.status(PIRATE) in ("unloaded", "sleeping"), "the other one made room")


@pytest.mark.parametrize("arguments", [("--memory-budget", "host"), ("--memory-reserve", "much"), ("--memory-policy", "never")])
def test_what_is_no_size_is_refused(binaries: Path, arguments: tuple[str, str]) -> None:
    done = subprocess.run([str(binaries / "enginehouse"), *arguments], capture_output=True, timeout=20, check=False)
    assert done.returncode != 0 and arguments[0].encode() in done.stderr
