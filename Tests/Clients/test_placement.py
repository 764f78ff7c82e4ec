# SPDX-License-Identifier: MIT
"""Options about places: where weights lie, which processors compute, devices of other machines, and what steers a model."""

import os
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy
import pytest

from conftest import PIRATE, REPOSITORY
from programs import Router, Worker
from test_worker_options import complete, failure, likelihood

MODELS = REPOSITORY / "models"


@pytest.mark.parametrize("arguments", [
    "-ot ffn_(up|down)=CPU", "-ot exps=CPU,blk\\.[0-9]{1,2}\\.attn=CPU -ot output=CPU", "-ncffn 2", "--numa distribute",
    "--numa isolate", "--lazy-mode on", "-lzm off", "--perf", "--prio -1", "--poll 0", "--poll 100 --poll-batch 0",
    "--ctx-checkpoints 64 --checkpoint-min-step 256", "--spec-type draft-mtp",
    f"-md {MODELS}/{PIRATE}.gguf -otd ffn=CPU --no-spec-draft-backend-sampling --spec-draft-poll 10 -Cd 1",
])
def test_works_and_changes_nothing(worker: Callable[..., Worker], shared_worker: Worker, arguments: str) -> None:
    program = worker("-c", "512", *arguments.split()).wait_until_ready()
    assert complete(program)["content"] == complete(shared_worker)["content"]


@pytest.mark.parametrize("arguments, reason", [
    (["-ot", "exps=GPU9"], "there is no buffer 'GPU9' for 'exps'; there are: CPU"),
    (["-ot", "ffn_(up=CPU"], "'ffn_(up' is no regular expression"),
    (["-md", f"{MODELS}/{PIRATE}.gguf", "-otd", "a=b"], "there is no buffer 'b' for 'a'; there are: CPU"),
    (["--cpu-range", "300-310"], "none of the processors is there; this machine has those from 0 to"),
    (["--rpc", "127.0.0.1:9"], "the RPC server '127.0.0.1:9' cannot be reached: Connection refused"),
    (["--rpc", "nowhere"], "the RPC server 'nowhere' cannot be reached: it must be HOST:PORT"),
    (["--control-vector", "/nowhere.gguf"], "the model cannot be steered: failed to open GGUF file '/nowhere.gguf'"),
    (["--control-vector", f"{MODELS}/{PIRATE}.gguf"], "is no direction of a layer"),
    (["--spec-type", "ngram-cache", "-lcs", "/nowhere"], "the n-grams of '/nowhere' cannot be read"),
    (["--spec-type", "ngram-cache", "-lcd", f"{MODELS}/{PIRATE}.gguf"], "is no file of n-grams of this model"),
])
def test_what_cannot_be_had_is_said(worker: Callable[..., Worker], arguments: list[str], reason: str) -> None:
    assert reason in failure(worker(*arguments))


def test_a_projector_on_a_device_that_is_not_there_is_said(worker: Callable[..., Worker]) -> None:
    pictures = REPOSITORY / "Tests" / "Conformance" / "models"
    projector = next(pictures.glob("mmproj*.gguf"))
    model = next(path for path in pictures.glob("*vision*.gguf") if not path.name.startswith("mmproj"))
    assert "there is no device 'abacus'" in failure(worker("--mmproj", str(projector), "-mmdev", "abacus", model=model))
    worker("--mmproj", str(projector), "--mmproj-device", "none", model=model).wait_until_ready()


def test_a_server_that_says_nothing_is_given_up(worker: Callable[..., Worker]) -> None:
    """A port that takes no connections at all: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        fillers = []
        try:
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                fillers.append(filler)
                filler.connect_ex(address)
            program = worker("--rpc", f"127.0.0.1:{address[1]}")
            assert f"the RPC server '127.0.0.1:{address[1]}' cannot be reached: Connection timed out" in failure(program)
        finally:
            for filler in fillers:
                filler.close()


def affinities(program: Worker) -> list[set[int]]:
    """The processors that each thread may use."""
    found = []
    for task in Path(f"/proc/{program.pid}/task").iterdir():
        try:
            found.append(os.sched_getaffinity(int(task.name)))
        except ProcessLookupError:
            continue
    return found


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
@pytest.mark.parametrize("arguments", [
    "--cpu-mask {mask} -t 2", "--cpu-range {last}-{last} -t 2", "-Cr {last}-{last} -Crb {last}-{last} -t 1 -tb 2",
    "-Cb {mask} -C {mask} -t 1 -tb 1",
])
def test_threads_are_bound_to_processors(worker: Callable[..., Worker], arguments: str) -> None:
    last = max(os.sched_getaffinity(0))
    program = worker("-c", "512", *arguments.format(last=last, mask=hex(1 << last)).split()).wait_until_ready()
    assert {last} not in affinities(worker("-c", "512").wait_until_ready())
    complete(program)
    assert {last} in affinities(program)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
def test_strict_threads_have_a_processor_each(worker: Callable[..., Worker]) -> None:
    one, two = sorted(os.sched_getaffinity(0))[:2]
    mask = hex(1 << one | 1 << two)
    program = worker("-c", "512", "-C", mask, "--cpu-strict", "1", "-t", "2").wait_until_ready()
    complete(program)
    assert {one} in affinities(program) and {two} in affinities(program)


def test_a_low_priority_is_had(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--prio", "-1", "-t", "2").wait_until_ready()
    complete(program)
    assert any(os.sched_getscheduler(int(task.name)) == os.SCHED_BATCH
               for task in Path(f"/proc/{program.pid}/task").iterdir())


def steering(path: Path, width: int, layers: range, strength: float) -> str:
    """A control vector."""
    writer = gguf.GGUFWriter(str(path), "controlvector")
    writer.add_string("controlvector.model_hint", "llama")
    for layer in layers:
        writer.add_tensor(f"direction.{layer}", numpy.linspace(-strength, strength, width, dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return str(path)


def test_control_vectors_steer(worker: Callable[..., Worker], shared_worker: Worker, tmp_path: Path) -> None:
    with shared_worker.http() as http:
        width = http.get("/v1/models").json()["data"][0]["meta"]["n_embd"]
    file = steering(tmp_path / "v.gguf", width, range(1, 4), 5)
    plain = likelihood(shared_worker)

    def steered(*arguments: str) -> float:
        return likelihood(worker("-c", "512", *arguments).wait_until_ready())

    whole = steered("--control-vector", file)
    assert abs(whole - plain) > 0.001
    assert steered("--control-vector-scaled", f"{file}:0") == pytest.approx(plain, abs=1e-4)
    assert steered("--control-vector-scaled", f"{file}:1") == pytest.approx(whole, abs=1e-4)
    part = steered("--control-vector", file, "--control-vector-layer-range", "1", "1")
    assert abs(part - whole) > 0.0001 and abs(part - plain) > 0.0001
    wrong = steering(tmp_path / "w.gguf", width + 1, range(1, 2), 1)
    assert f"this one needs {width} numbers" in failure(worker("--control-vector", wrong))


def ngrams(path: Path, tokens: list[int]) -> str:
    """A file of n-grams as llama.cpp's lookup tools write it: what follows each two tokens, and how often."""
    with path.open("wb") as file:
        for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
            file.write(struct.pack("<7i", first, second, -1, -1, 1, third, 100))
    return str(path)


def test_files_of_ngrams_propose(worker: Callable[..., Worker], tmp_path: Path) -> None:
    plain = worker("-c", "512", "-np", "1").wait_until_ready()
    first = complete(plain, n_predict=24, return_tokens=True)
    with plain.http() as http:
        prompt = http.post("/tokenize", json={"content": "Once upon a time", "add_special": True}).json()["tokens"]
    file = ngrams(tmp_path / "static.bin", prompt + first["tokens"])
    program = worker("-c", "512", "-np", "1", "--spec-type", "ngram-cache", "-lcs", file, "-lcd", file).wait_until_ready()
    answer = complete(program, n_predict=24)
    assert answer["content"] == first["content"]
    assert answer["timings"]["draft_n_accepted"] > 0
    without = worker("-c", "512", "-np", "1", "--spec-type", "ngram-cache").wait_until_ready()
    fewer = complete(without, n_predict=24)["timings"].get("draft_n_accepted", 0)
    assert answer["timings"]["draft_n_accepted"] > fewer


def test_devices_are_listed(binaries: Path) -> None:
    for program in ("enginehouse", "enginehouse-worker"):
        done = subprocess.run([binaries / program, "--list-devices"], capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0] == "Available devices:"
        assert len(done.stdout.splitlines()) > 1
        wrong = subprocess.run([binaries / program, "--list-devices", "--rpc", "127.0.0.1:9"], capture_output=True,
                               text=True, timeout=20)
        assert wrong.returncode != 0
        assert "the RPC server '127.0.0.1:9' cannot be reached" in wrong.stderr


def test_a_share_of_the_cache_bounds_each_request(worker: Callable[..., Worker]) -> None:
    program = worker("--kv-unified-per-slot", "96", "-np", "3").wait_until_ready()
    with program.http() as http:
        props = http.get("/props").json()
        assert props["default_generation_settings"]["n_ctx"] == 96
        long = http.post("/completion", json={"prompt": "word " * 120, "n_predict": 1})
        assert long.status_code == 400 and "96 tokens" in long.json()["error"]["message"]
        answer = http.post("/completion", json={"prompt": "Once", "n_predict": 200, "ignore_eos": True}).json()
        assert answer["tokens_evaluated"] + answer["tokens_predicted"] <= 96


def test_a_model_of_another_machine_is_not_for_presets_of_the_hub(router: Callable[..., Router], tmp_path: Path) -> None:
    """The operator's own preset may say it; the model fails, and the others go on."""
    file = tmp_path / "p.ini"
    file.write_text(f"[far]\nmodel = {MODELS}/{PIRATE}.gguf\nrpc = 127.0.0.1:9\n")
    program = router("--models-preset", str(file))
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": "far", "prompt": "x", "max_tokens": 1})
        assert answer.status_code == 500
        assert "the RPC server '127.0.0.1:9' cannot be reached" in answer.json()["error"]["message"]
