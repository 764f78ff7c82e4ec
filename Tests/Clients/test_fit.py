# SPDX-License-Identifier: MIT
"""`--fit`: what doesn't fit the memory is made smaller, and said."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from builds import REPOSITORY
from processes import eventually
from programs import Worker


def memory() -> int:
    """MiB of this machine, or of its container."""
    limit = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    group = Path("/sys/fs/cgroup/memory.max")
    if group.exists() and (text := group.read_text().strip()) != "max":
        limit = min(limit, int(text))
    return limit >> 20


def ready(program: Worker) -> dict:
    """What it said when it was ready."""
    program.wait_until_ready()
    return next(event for event in program.events if event["event"] == "ready")


def test_all_of_it_fits(worker: Callable[..., Worker]) -> None:
    program = worker("--fit-target", "0")
    fit = ready(program)["model"]["fit"]
    assert fit == {"fits": True, "n_ctx": 2048, "n_ctx_whole": 2048, "n_gpu_layers": None, "n_overflowing_layers": 0,
                   "message": "the model fits as it is"}
    with program.http() as http:
        assert http.get("/props").json()["fit"] == fit


def test_context_is_cut(worker: Callable[..., Worker]) -> None:
    # 64 buffers of 2048 tokens, a KiB each, are 128 MiB; with some 80 left there is room for a part of it.
    arguments = ["-np", "64", "--no-kv-unified", "--fit-ctx", "256"]
    whole = ready(worker(*arguments, "--fit-target", "0"))
    assert whole["model"]["fit"]["n_ctx"] == 64 * 2048
    used = sum(whole["measured"][name] for name in ("weights_bytes", "context_bytes", "compute_bytes")) >> 20
    program = worker(*arguments, "--fit-target", str(memory() - used + 50))
    fit = ready(program)["model"]["fit"]
    assert fit["fits"] and 64 * 256 <= fit["n_ctx"] < 64 * 2048, fit
    assert "tokens instead of 131072" in fit["message"]
    with program.http() as http:
        slots = http.get("/slots").json()
        assert slots[0]["n_ctx"] == fit["n_ctx"] // 64
        assert http.post("/completion", json={"prompt": "a", "n_predict": 2}).status_code == 200
    program.says("to make the model fit")


@pytest.mark.parametrize("arguments", [("-c", "1024"), ("-c", "0"), ("--fit", "off")])
def test_what_was_asked_for_stays(worker: Callable[..., Worker], arguments: tuple[str, str]) -> None:
    program = worker("--fit-target", str(memory() - 1), *arguments)
    ready(program)
    with program.http() as http:
        props = http.get("/props").json()
        size = 1024 if arguments[1] == "1024" else 2048
        assert props["default_generation_settings"]["n_ctx"] == size
        assert ("fit" in props) == (arguments[0] == "-c")
        assert props.get("fit", {"fits": False})["fits"] is False


VISION = REPOSITORY / "Tests" / "Conformance" / "models" / "vision-tiny-Q8_0.gguf"


@pytest.mark.parametrize("companion", [
    ("--mmproj", str(VISION.with_name("mmproj-vision-tiny-F16.gguf"))), ("-md", str(VISION)),
])
def test_what_is_loaded_beside_it_counts(worker: Callable[..., Worker], companion: tuple[str, str]) -> None:
    """Case B5: the same room holds less context beside a projector or a draft model."""
    arguments = ["-np", "64", "--no-kv-unified", "--fit-ctx", "256"]
    whole = ready(worker(*arguments, "--fit-target", "0", model=VISION))
    used = sum(whole["measured"][name] for name in ("weights_bytes", "context_bytes", "compute_bytes")) >> 20
    target = str(memory() - used + 20)
    alone = ready(worker(*arguments, "--fit-target", target, model=VISION))["model"]["fit"]
    beside = ready(worker(*arguments, "--fit-target", target, *companion, model=VISION))["model"]["fit"]
    assert alone["fits"] and alone["n_ctx"] < alone["n_ctx_whole"]
    assert beside["n_ctx"] < alone["n_ctx"], (alone, beside)


def test_no_more_than_it_was_trained_on(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "4096", "-np", "1")
    assert ready(program)["model"]["meta"]["n_ctx"] == 2048
    eventually(lambda: any("2048 tokens instead of 4096" in line for line in program.log), "a warning says so")
    with program.http() as http:
        assert http.get("/props").json()["default_generation_settings"]["n_ctx"] == 2048
        assert http.post("/completion", json={"prompt": [5] * 3000, "n_predict": 2}).status_code == 400
    stretched = worker("-c", "4096", "-np", "1", "--rope-scaling", "linear", "--rope-scale", "2")
    assert ready(stretched)["model"]["meta"]["n_ctx"] == 4096


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5"])
def test_refused(worker: Callable[..., Worker], value: str) -> None:
    program = worker("--fit-target", value)
    assert program.wait() != 0
    eventually(lambda: any("fit-target" in line for line in program.log), "its reason names the option")
