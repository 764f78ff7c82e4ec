# SPDX-License-Identifier: MIT
"""What a person meets who has no models yet: suggestions, short names, and a demo that needs nothing."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import Commands
from conftest import PIRATE, REPOSITORY, STORIES
from hub import Hub, Repository
from processes import eventually, marked
from programs import TOKEN, Router

SMALL = "unsloth/Qwen3.5-0.8B-GGUF"


@pytest.fixture
def commands(binaries: Path, tmp_path: Path) -> Callable[..., Commands]:
    """commands(router) gives the commands that talk to it; commands() those that find none."""
    home = tmp_path / "home"
    home.mkdir()

    def make(router: Router | None = None, folder: Path = binaries) -> Commands:
        return Commands(folder, home, router.address if router else "127.0.0.1:9")

    return make


@pytest.fixture
def program(binaries: Path, tmp_path: Path) -> Path:
    """The folder of the programs as they lie where they are installed."""
    folder = tmp_path / "installed" / "bin"
    folder.mkdir(parents=True)
    for name in ("enginehouse", "enginehouse-worker"):
        try:
            os.link(binaries / name, folder / name)
        except OSError:
            shutil.copy(binaries / name, folder)
    return folder


@pytest.fixture
def installed(program: Path, bundled: Path) -> Path:
    """The same with the demo models beside them."""
    shutil.copytree(bundled, program.parent / "share" / "enginehouse" / "models")
    return program


# Suggestions


def test_the_router_suggests_what_fits_its_machine(router: Callable[..., Router]) -> None:
    program = router("--memory-budget", "host=32G")
    with program.http() as http:
        suggested = http.get("/models/suggested").json()["data"]
        devices = http.get("/activity").json()["devices"]
    names = [model["name"] for model in suggested]
    assert len(names) == len(set(names)) == 10
    assert all(model["bytes"] < model["memory_bytes"] and model["fit"] in ("gpu", "memory", "none") for model in suggested)
    picks = [model["name"] for model in suggested if model["pick"]]
    assert names[:len(picks)] == picks and picks[-1] == "qwen3.5-0.8b"
    if all(device["id"] == "host" for device in devices):
        assert picks == ["qwen3.6-35b", "gemma-4-e4b", "qwen3.5-0.8b"]
        assert {model["fit"] for model in suggested} == {"memory"}


def test_pull_lists_what_to_begin_with(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(router("--memory-budget", "host=2G"))
    head, *rows = run.good("pull").splitlines()
    assert head.split() == ["NAME", "SIZE", "PARAMETERS", "MEMORY", "FITS", "GOOD", "FOR"]
    assert len(rows) == 10 and rows[0].split()[:4] == ["qwen3.5-0.8b", "703", "MiB", "800M"]
    told = {entry["name"]: entry for entry in run.json("pull")["data"]}
    assert told["qwen3.5-0.8b"]["fit"] != "none" and told["qwen3.5-0.8b"]["model"] == f"{SMALL}:Q4_K_M"
    # Without a router the list is there, too.
    assert [entry["name"] for entry in commands().json("pull")["data"]] == list(told)


def test_a_short_name_is_pulled_and_talked_to(
        hub: Hub, cached_router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    data = (REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()
    hub.repositories[SMALL] = Repository({"Qwen3.5-0.8B-Q8_0.gguf": b"another", "Qwen3.5-0.8B-Q4_K_M.gguf": data})
    run = commands(cached_router())
    assert "`enginehouse pull qwen3.5-0.8b` gets it" in run.bad("chat", "qwen3.5-0.8b", "Hello")
    assert "did you mean 'qwen3.5-0.8b'?" in run.bad("pull", "qwen3.5-0.8", status=2)
    assert run.good("pull", "Qwen3.5-0.8b") == (
        f"{SMALL}:Q4_K_M is downloaded; `enginehouse chat qwen3.5-0.8b` talks to it\n")
    assert run.json("pull", "qwen3.5-0.8b") == {"model": f"{SMALL}:Q4_K_M", "status": "present"}
    answer = run.json("chat", "qwen3.5-0.8b", "What is the capital of France?", "--temp", "0")
    assert "Paris" in answer["content"] and answer["model"] == f"{SMALL}:Q4_K_M"


# The demo


def test_the_demo_answers_without_a_router(installed: Path, commands: Callable[..., Commands]) -> None:
    run = commands(folder=installed)
    # What the user's own router would do has no part in it.
    own = {TOKEN: "first-minutes-answer", "ENGINEHOUSE_API_KEY": "secret", "LLAMA_ARG_PORT": "1", "LLAMA_ARG_MODELS_DIR": "/nowhere"}
    result = run.run("demo", "What is the capital of France?", "--temp", "0", **own)
    assert result.returncode == 0, result.stderr
    assert "Paris" in result.stdout and "listening" not in result.stdout and result.stderr == ""
    assert run.good("demo", "--temp", "0", text="What is the capital of France?\n") == result.stdout
    reply = run.json("demo", "What is 2 + 3?", "--temp", "0")
    assert "5" in reply["content"] and reply["model"] == STORIES
    assert "the PROMPT is empty" in run.bad("demo", status=2)
    eventually(lambda: not marked(own[TOKEN]), "nothing of the demo remains", 5)


def test_the_demo_is_a_conversation_with_a_page(installed: Path, commands: Callable[..., Commands]) -> None:
    token = "first-minutes-talk"
    with commands(folder=installed).terminal("demo", "--temp", "0", columns=200, **{TOKEN: token}) as terminal:
        terminal.wait("/bye leaves")
        assert "Its page is http://127.0.0.1:" in terminal.text
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("Hello\r")
        terminal.wait("tokens/s")
        terminal.send("/model pir\t\r")
        terminal.wait(lambda t: t.text.count("/bye leaves") == 2)
        assert PIRATE in terminal.text
        terminal.send("/bye\r")
        assert terminal.end() == 0
    eventually(lambda: not marked(token), "nothing of the demo remains", 5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_demo_that_is_killed(installed: Path, commands: Callable[..., Commands], number: int) -> None:
    token = f"first-minutes-{int(number)}"
    with commands(folder=installed).terminal("demo", **{TOKEN: token}) as terminal:
        terminal.wait("/bye leaves")
        terminal.process.kill(number)
        eventually(lambda: not marked(token), "nothing of the demo remains", 15)


def test_a_demo_without_its_models_says_where_they_belong(program: Path, commands: Callable[..., Commands]) -> None:
    sentence = commands(folder=program).bad("demo", "Hello")
    assert str(program.parent / "share/enginehouse/models") in sentence and "enginehouse pull" in sentence


def test_a_checkout_has_its_demo(binaries: Path, commands: Callable[..., Commands]) -> None:
    if ".build" not in binaries.parts:
        pytest.skip("the programs aren't in a checkout")
    result = commands().run("demo", "Hello!", "--temp", "0")
    assert result.returncode == 0 and result.stdout.strip(), result.stderr
    environment = os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}"}
    # Found by PATH or by a link it is the same program.
    found = subprocess.run(["enginehouse", "demo", "Hello!", "--temp", "0"], env=environment, input="", capture_output=True,
                           text=True, timeout=60)
    assert found.stdout == result.stdout
