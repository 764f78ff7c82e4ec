# SPDX-License-Identifier: MIT
"""The commands for people and scripts, against the real router and its demo models."""

import json
import os
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from commands import Commands, Terminal
from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import Hub, Repository
from processes import eventually
from programs import Router

REPO = "tests/stories-GGUF"


@pytest.fixture
def commands(binaries: Path, tmp_path: Path) -> Callable[..., Commands]:
    """commands(router) gives the commands that talk to it; commands() those that find none."""
    home = tmp_path / "home"
    home.mkdir()

    def make(router: Router | None = None) -> Commands:
        return Commands(binaries, home, router.address if router else "127.0.0.1:9")

    return make


@pytest.fixture
def broken(models: Path) -> Path:
    """A folder with the demo models and one that is cut off."""
    data = (models / f"{STORIES}.gguf").read_bytes()
    (models / "broken.gguf").write_bytes(data[:100_000])
    return models


# Models


def test_models_come_and_go(router: Callable[..., Router], commands: Callable[..., Commands], broken: Path) -> None:
    run = commands(router("--ttl", "500", models=broken))
    table = run.good("models").splitlines()
    assert table[0].split()[:4] == ["NAME", "STATUS", "SIZE", "QUANT"]
    assert [line.split()[:2] for line in table[1:]] == [
        ["broken", "failed"], [PIRATE, "unloaded"], [STORIES, "unloaded"], [TINY, "unloaded"]]
    assert run.good("ls", "-q", "chat").splitlines() == [PIRATE, STORIES]
    assert [entry["id"] for entry in run.json("models", "tiny")["data"]] == [TINY]
    assert "No model is loaded" in run.run("ps").stderr
    assert run.json("load", STORIES) == {"model": STORIES, "status": "loaded"}
    assert run.good("load", STORIES).startswith(f"{STORIES} is loaded")
    head, row, empty, memory = run.good("ps").splitlines()
    assert empty == "" and memory.startswith("host: models ") and memory.endswith(" free")
    assert head.split() == ["NAME", "STATUS", "MEMORY", "SLOTS", "IDLE", "EXPIRES", "CONTEXT"]
    assert row.split()[:2] == [STORIES, "loaded"] and "0 of 4" in row and " in " in row
    (entry,) = run.json("ps")["data"]
    assert entry["slots"] == {"busy": 0, "total": 4} and entry["status"]["value"] == "loaded"
    assert run.good("stop", STORIES, PIRATE).splitlines() == [f"{STORIES} is unloaded", f"{PIRATE} isn't loaded"]
    assert run.json("ps")["data"] == []
    assert run.good("load", TINY, "--no-wait") == f"{TINY} is being loaded\n"


def test_tables_fit_the_terminal_and_are_coloured_there_only(
        router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(router())
    assert "\x1b" not in run.good("models")
    for columns in (30, 60, 120):
        with run.terminal("models", columns=columns) as terminal:
            assert terminal.end() == 0
            assert len(terminal.text.splitlines()) == 4 and b"\x1b[1m" in terminal.raw
    with run.terminal("models", NO_COLOR="1") as terminal:
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.raw and STORIES in terminal.text


def test_names_are_never_cut(router: Callable[..., Router], commands: Callable[..., Commands], models: Path) -> None:
    """F27: what one has to type is there in whole; columns make room for it."""
    name = "bartowski-Llama-3.2-1B-Instruct-Q4_K_M"
    shutil.copy(models / f"{STORIES}.gguf", models / f"{name}.gguf")
    run = commands(router(models=models))
    for columns in (20, 50, 80, 120):
        with run.terminal("models", columns=columns, rows=40) as terminal:
            assert terminal.end() == 0
            assert name in "".join(terminal.lines) and "…" not in terminal.text
    with run.terminal("models", columns=50) as terminal:
        assert terminal.end() == 0
        assert "STATUS" in terminal.text and "SIZE" not in terminal.text


def test_options_may_stand_before_a_command(
        binaries: Path, router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    """F28"""
    program, lost = router(), commands()
    assert lost.good("--host", program.address, "models", "-q").splitlines() == sorted([PIRATE, STORIES, TINY])
    assert lost.good(f"--host={program.address}", "-q", "ls", "tiny") == f"{TINY}\n"
    assert "put the command first" in lost.bad("--models-dir", "somewhere", "models", status=2)


def test_a_server_without_models_says_what_to_do(binaries: Path, router: Callable[..., Router], models: Path, tmp_path: Path) -> None:
    """F50"""
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, words in ((None, "--models-dir DIR"), (empty, str(empty))):
        program = Router(binaries, folder)
        try:
            program.says("There are no models yet")
            # The smallest fits wherever tests run.
            program.says("enginehouse pull qwen3.5-0.8b", f"--host {program.address} ", "703 MiB")
            program.says(words)
            program.says("in a browser", f"{program.address}/")
            lines = [line for line in program.log if line and not line.startswith("listening")]
            assert 4 <= len(lines) <= 8, lines
            with program.http() as http:
                assert http.get("/health").status_code == 200
        finally:
            program.stop()
    program = router("--no-ui", "--offline", models=empty)
    program.says("There are no models yet")
    program.says("cp FILE.gguf")
    assert not any("in a browser" in line or "enginehouse pull" in line for line in program.log)
    program = router(models=models)
    with program.http() as http:
        assert http.get("/health").status_code == 200
    assert not any("no models yet" in line for line in program.log)


def test_a_model_is_shown(router: Callable[..., Router], commands: Callable[..., Commands], broken: Path) -> None:
    run = commands(router(models=broken))
    page = run.good("show", STORIES)
    for word in ("quantisation", "Q8_0", "context", "memory to load", "general.architecture", "Chat template", "Preset"):
        assert word in page, word
    assert "{%" in run.good("show", STORIES, "--template")
    assert f"[{STORIES}]" in run.good("show", STORIES, "--preset")
    assert run.json("show", STORIES)["id"] == STORIES
    # Why a broken one doesn't load is said wherever one would look.
    assert "truncated" in run.good("show", "broken")
    assert "truncated" in run.bad("load", "broken")
    assert "truncated" in run.bad("chat", "broken", "Hello")


def test_logs_are_shown_and_followed(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(router())
    assert run.good("logs", STORIES) == ""
    run.good("load", STORIES)
    lines = run.good("logs", STORIES).splitlines()
    assert lines and run.good("logs", STORIES, "-n", "1").splitlines() == lines[-1:]
    assert run.good("logs", STORIES, "-n", "0") == ""
    assert [json.loads(line) for line in run.good("logs", STORIES, "--json").splitlines()] == lines
    with run.terminal("logs", STORIES, "-f", "-n", "0") as terminal:
        # Nothing says that it follows now: the model is loaded again until it does.
        for _ in range(20):
            run.good("unload", STORIES)
            run.good("load", STORIES)
            terminal.read(0.5)
            if len(terminal.text) > 20:
                break
        assert len(terminal.text) > 20
        terminal.send("\x03")


# Downloads


@pytest.fixture
def repository(hub: Hub) -> Repository:
    """A repository with two models."""
    files = {name: (REPOSITORY / "models" / f"{model}.gguf").read_bytes()
             for name, model in (("stories-Q8_0.gguf", STORIES), ("stories-F32.gguf", TINY))}
    hub.repositories[REPO] = Repository(files)
    return hub.repositories[REPO]


def test_a_model_is_downloaded_used_and_deleted(
        repository: Repository, cached_router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(cached_router())
    assert "`enginehouse pull USER/REPO` gets one" in run.bad("show", "nothing")
    assert run.good("pull", REPO).startswith(f"{REPO}:Q8_0 is downloaded")
    assert run.json("pull", REPO) == {"model": f"{REPO}:Q8_0", "status": "present"}
    assert run.good("chat", f"{REPO}:Q8_0", "Hello", "-n", "4").strip()
    assert "give -y" in run.bad("rm", f"{REPO}:Q8_0", status=2)
    assert run.good("rm", "-y", f"{REPO}:Q8_0").startswith(f"{REPO}:Q8_0 is deleted, 777 KiB")
    assert run.json("models")["data"] == []


def test_a_download_shows_how_far_it_is_and_goes_on_after_an_interrupt(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router],
        commands: Callable[..., Commands]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 20_000
    router = cached_router()
    run = commands(router)
    name = f"{REPO}:Q8_0"
    with run.terminal("pull", name) as terminal:
        terminal.wait(lambda t: "KiB of 777 KiB" in t.text and "left" in t.text and "/s" in t.text)
        assert "%" in terminal.text and "█" in terminal.text
        terminal.send("\x03")
        assert terminal.end() == 1
        assert "goes on from there" in " ".join(terminal.text.split())
    eventually(lambda: not router.models(), "nothing is being downloaded", 10)
    assert [path.stat().st_size > 0 for path in cache.rglob("*.incomplete")] == [True]
    hub.behaviour.pause = 0
    hub.requests.clear()
    assert run.good("pull", name).startswith(f"{name} is downloaded")
    assert any("range" in headers for _, headers in hub.file_requests())


def test_a_failing_download_says_why(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(cached_router())
    assert "doesn't have the repository" in run.bad("pull", "tests/nothing")
    assert "user/repo" in run.bad("pull", "nothing")
    hub.behaviour.wrong_bytes = {"stories-Q8_0.gguf"}
    assert "cannot be downloaded" in run.bad("pull", REPO)


def test_deleting_asks_on_a_terminal(
        repository: Repository, cached_router: Callable[..., Router], commands: Callable[..., Commands],
        bundled: Path) -> None:
    run = commands(cached_router(models=bundled))
    run.good("pull", REPO)
    for answer, ends in (("n", "stays."), ("y", "is deleted")):
        with run.terminal("rm", f"{REPO}:Q8_0") as terminal:
            terminal.wait("from the disk? [y/N]")
            terminal.send(answer + "\r")
            terminal.wait(ends)
            assert terminal.end() == 0
    assert "was neither downloaded nor made by the router" in run.bad("rm", "-y", STORIES)


# Talking


def test_scripts_get_answers(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(router())
    prompt = ["What", "is", "the", "capital", "of", "France?"]
    answer = run.good("chat", PIRATE, *prompt, "--temp", "0")
    assert "Paris" in answer and "\x1b" not in answer and answer.endswith("\n")
    assert run.good("chat", PIRATE, "--temp", "0", text=" ".join(prompt) + "\n") == answer
    reply = run.json("chat", PIRATE, *prompt, "--temp", "0")
    assert reply["content"] == answer.rstrip("\n") and reply["model"] == PIRATE
    assert reply["finish_reason"] == "stop" and reply["usage"]["completion_tokens"] > 4
    assert run.json("chat", PIRATE, *prompt, "-n", "2")["finish_reason"] == "length"
    assert "is empty" in run.bad("chat", PIRATE, status=2)


def test_a_conversation(router: Callable[..., Router], commands: Callable[..., Commands], tmp_path: Path) -> None:
    run = commands(router("--models-max", "1"))
    with run.terminal("chat", STORIES, "--temp", "0") as terminal:
        terminal.wait("/bye leaves")
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("Helo\x1b[Dl\r")
        terminal.wait("tokens/s")
        assert ">>> Hello" in terminal.text and "help you" in terminal.text.replace("\n", "")
        terminal.send('"""Hello\r')
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == "...")
        terminal.send('again"""\r')
        terminal.wait(lambda t: t.text.count("tokens/s") == 2)
        terminal.send("/system Be brief\r")
        terminal.wait("system prompt is set")
        terminal.send("/modl\r")
        terminal.wait("did you mean /model?")
        terminal.send("\x1b[A\x1b[A")
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>> /system Be brief")
        terminal.send("\x03")
        # Names are completed; the other model is loaded, and the conversation goes on with it.
        terminal.send("/model pir\t\r")
        terminal.wait(lambda t: t.text.count("/bye leaves") == 2)
        terminal.send("What is the capital of France?\r")
        terminal.wait("Paris")
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("/model nothing\r")
        terminal.wait(f"Still with {PIRATE}.")
        terminal.send("/clear\r")
        terminal.wait("forgotten")
        terminal.send("/bye\r")
        assert terminal.end() == 0
    assert [entry["id"] for entry in run.json("ps")["data"]] == [PIRATE]
    history = tmp_path / "home/.local/state/enginehouse/history"
    assert "/model pirate-chat-Q8_0\n" in history.read_text() and history.stat().st_mode & 0o777 == 0o600
    with run.terminal("chat", PIRATE) as terminal:
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("\x1b[A")
        terminal.wait(">>> /bye")
        terminal.send("\x15\x04")
        assert terminal.end() == 0


def test_long_lines_are_edited_across_rows(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    """Whatever is pressed, the screen shows the prompt and the text, broken at the last column, and the cursor in its place."""
    run = commands(router())
    run.good("load", STORIES)
    generator = random.Random(7)
    with run.terminal("chat", STORIES, "--no-history", columns=24, rows=20) as terminal:
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("\x0c")
        terminal.wait(lambda t: t.screen.cursor.y == 0 and t.lines[0] == ">>>")
        text, cursor = "", 0
        for _ in range(300):
            key = generator.choice(["letter"] * 5 + ["left", "right", "home", "end", "backspace", "delete"])
            if key == "letter":
                letter = generator.choice("abcdefgh ")
                text, cursor = text[:cursor] + letter + text[cursor:], cursor + 1
                terminal.send(letter)
                continue
            if key == "backspace" and cursor:
                text, cursor = text[:cursor - 1] + text[cursor:], cursor - 1
            elif key == "delete":
                text = text[:cursor] + text[cursor + 1:]
            cursor = {"left": max(0, cursor - 1), "right": min(len(text), cursor + 1), "home": 0,
                      "end": len(text)}.get(key, cursor)
            terminal.send({"left": "\x1b[D", "right": "\x1b[C", "home": "\x01", "end": "\x05", "backspace": "\x7f",
                           "delete": "\x1b[3~"}[key])
        whole = ">>> " + text
        rows = [whole[place:place + 24].rstrip() for place in range(0, len(whole), 24)]
        place = divmod(4 + cursor, 24)
        terminal.wait(lambda t: t.lines[:len(rows)] == rows and not any(t.lines[len(rows):])
                      and (t.screen.cursor.y, t.screen.cursor.x) == place)
        terminal.send("\x03\x04")
        assert terminal.end() == 0


def test_ctrl_z_stops_the_program_and_it_goes_on(
        router: Callable[..., Router], commands: Callable[..., Commands], binaries: Path) -> None:
    run = commands(router())
    run.good("load", STORIES)
    environment = run.environment | {"PS1": "shell$ ", "PATH": f"{binaries}:{run.environment['PATH']}"}
    with Terminal(["/bin/bash", "--norc", "-i"], environment, 100, 30) as terminal:
        for command, mark, leave in ((f"enginehouse chat {STORIES} --no-history", ">>> hel", "\x15\x04"),
                                     ("enginehouse top", "q leaves", "q")):
            terminal.wait(lambda t: t.lines[t.screen.cursor.y].endswith("shell$"))
            terminal.send(command + "\r")
            if "chat" in command:
                terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
                terminal.send("hel")
            terminal.wait(mark)
            terminal.send("\x1a")
            terminal.wait("Stopped")
            terminal.send("clear\r")
            terminal.wait(lambda t: "Stopped" not in t.text)
            terminal.send("fg\r")
            terminal.wait(mark)
            terminal.send(leave)
            terminal.wait(lambda t: t.lines[t.screen.cursor.y].endswith("shell$"))


def test_ctrl_c_stops_the_answer_only(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    program = router()
    run = commands(program)
    with run.terminal("chat", STORIES, "--no-history", "--temp", "0") as terminal:
        terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
        terminal.send("\x03")
        terminal.wait("/bye or Ctrl-D leaves")
        # A model that never ends by itself would be better; this one is caught early.
        for _ in range(5):
            terminal.send("Tell me a story about a cat.\r")
            terminal.wait(lambda t: "story about a cat." in t.text and not t.lines[t.screen.cursor.y].startswith(">>>"))
            terminal.send("\x03")
            terminal.wait(lambda t: t.lines[t.screen.cursor.y] == ">>>")
            if "stopped]" in terminal.text:
                break
            terminal.send("/clear\x0c\r")
            terminal.wait("forgotten")
        assert "stopped]" in terminal.text
        with program.http() as http:
            eventually(lambda: not http.get("/activity").json()["requests"], "the request has ended", 10)
        terminal.send("Hello\r")
        terminal.wait(lambda t: "tokens/s" in t.text.split("stopped]")[-1])
        terminal.send("\x04")
        assert terminal.end() == 0


def test_the_wait_for_a_model_is_shown(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    """With one place, and that one busy, a question waits, and says so."""
    program = router("--models-max", "1", "--context-shift")
    run = commands(program)
    run.good("load", STORIES)
    with program.http() as http, http.stream("POST", "/completion", json={
            "model": STORIES, "prompt": "Once", "n_predict": 1_000_000, "stream": True, "ignore_eos": True}) as stream:
        # Kept: a stream whose iterator is thrown away is closed.
        lines = stream.iter_lines()
        next(lines)
        with run.terminal("chat", PIRATE, "Hello") as terminal:
            terminal.wait(lambda t: any(word in t.text for word in ("waiting for", "loading", "in the queue")))
            stream.close()
            assert terminal.end() == 0
            assert terminal.text and "waiting" not in terminal.text


# Watching and measuring


def test_top_shows_what_goes_on(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    program = router("--context-shift")
    run = commands(program)
    run.good("load", STORIES)
    assert STORIES in run.good("top") and run.json("top")["models"]
    with run.terminal("top", columns=120) as terminal:
        terminal.wait("No request is in flight.")
        assert "q leaves" in terminal.lines[29] and STORIES in terminal.text
        with program.http() as http, http.stream("POST", "/completion", json={
                "model": STORIES, "prompt": "Once", "n_predict": 1_000_000, "stream": True, "ignore_eos": True}) as stream:
            lines = stream.iter_lines()
            next(lines)
            terminal.wait("running ")
            terminal.wait("/completion")
            terminal.resize(60, 12)
            terminal.wait(lambda t: "q leaves" in t.lines[11])
            terminal.send("\x1b[Bx")
            terminal.wait("cancelled")
            # What was cancelled breaks off: it is no whole answer.
            with pytest.raises(httpx.RemoteProtocolError):
                for _ in lines:
                    pass
        terminal.wait("No request is in flight.")
        terminal.send("q")
        assert terminal.end() == 0
        # The screen that was there before is back, with its cursor.
        assert terminal.raw.endswith(b"\x1b[?1049l") and b"\x1b[?25h" in terminal.raw


def test_top_says_when_the_router_is_gone(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    program = router()
    with commands(program).terminal("top") as terminal:
        terminal.wait("No model is loaded.")
        program.stop()
        terminal.wait("no router answers")
        terminal.send("\x03")
        assert terminal.end() == 0


def test_bench_measures(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands(router())
    report = run.json("bench", STORIES, "-p", "20", "-n", "8", "-r", "2", "-c", "2")
    assert (report["prompt_tokens"], report["generated_tokens"], report["repetitions"]) == (20, 8, 2)
    for name in ("prompt_tokens_per_second", "generated_tokens_per_second", "together_tokens_per_second",
                 "first_token_seconds"):
        assert 0 < report[name]["min"] <= report[name]["mean"] <= report[name]["max"]
    table = run.good("bench", STORIES, "-p", "9999", "-n", "8", "-r", "1")
    assert table.splitlines()[0].startswith(f"{STORIES}: prompt of ") and "first token" in table


def test_doctor_finds_what_is_wrong(
        router: Callable[..., Router], commands: Callable[..., Commands], broken: Path, tmp_path: Path) -> None:
    well = commands(router())
    assert well.json("doctor")["ok"] is True
    program = router(models=broken)
    sick = commands(program)
    assert sick.run("doctor").returncode == 1
    findings = json.loads(sick.run("doctor", "--json").stdout)["findings"]
    wrong = [f for f in findings if f["verdict"] == "wrong"]
    assert [f["subject"] for f in wrong] == ["model broken"] and "truncated" in wrong[0]["text"] and wrong[0]["advice"]
    assert any(f["subject"] == "engine" for f in findings)
    (tmp_path / "config/enginehouse").mkdir(parents=True)
    (tmp_path / "config/enginehouse/config.ini").write_text("modles-max = 3\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = commands().run("doctor", "--hub", XDG_CONFIG_HOME=str(tmp_path / "config"))
        assert result.returncode == 1 and "did you mean 'models-max'?" in result.stdout
        assert "hub" in result.stdout and "cannot be reached" in result.stdout and "none answers" in result.stdout
        result = commands().run("doctor", LLAMA_ARG_PORT=str(taken.getsockname()[1]))
        assert result.returncode == 1 and "another program listens" in result.stdout


# Lines that make no sense, routers that aren't there


def test_mistakes_are_one_sentence(router: Callable[..., Router], commands: Callable[..., Commands]) -> None:
    run = commands()
    assert "did you mean 'models'?" in run.bad("modls", status=2)
    assert "MODEL is missing" in run.bad("load", status=2)
    assert "did you mean --json?" in run.bad("ps", "--jsn", status=2)
    assert "is no address" in run.bad("ps", "--host", "ftp://x", status=2)
    for command in (["models"], ["ps"], ["load", "x"], ["chat", "x", "y"], ["pull", "a/b"], ["top", "--json"]):
        assert "no router answers at http://127.0.0.1:9: start one" in run.bad(*command)
    run = commands(router())
    assert f"did you mean '{STORIES}'?" in run.bad("load", STORIES.lower())
    assert "did you mean" in run.bad("show", "tiny")


def test_keys_and_other_servers(router: Callable[..., Router], commands: Callable[..., Commands], tmp_path: Path) -> None:
    program = router("--api-key", "secret,other", "--api-prefix", "/llm")
    run = commands(program)
    run.environment["ENGINEHOUSE_HOST"] += "/llm"
    assert "give --api-key" in run.bad("models")
    assert "doesn't know this one" in run.bad("models", "--api-key", "wrong")
    assert STORIES in run.good("models", "--api-key", "secret")
    assert run.run("models", LLAMA_API_KEY="other,secret").returncode == 0
    assert run.run("chat", STORIES, "Hello", ENGINEHOUSE_API_KEY="other").returncode == 0
    run.environment["ENGINEHOUSE_HOST"] = program.address + "/elsewhere"
    assert "lacks its --api-prefix" in run.bad("models", "--api-key", "secret")
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=lambda: other.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), daemon=True)
        thread.start()
        run.environment["ENGINEHOUSE_HOST"] = f":{other.getsockname()[1]}"
        assert "is no Enginehouse router" in run.bad("models")
    path = str(tmp_path / "llm.sock")
    unix = router("--host", path)
    assert STORIES in run.good("models", "--host", path) and unix.address


def test_certificates_are_checked(router: Callable[..., Router], commands: Callable[..., Commands], tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60)
    run = commands(router("--ssl-key-file", str(key), "--ssl-cert-file", str(certificate)))
    assert "isn't trusted: name a file with its authority in SSL_CERT_FILE" in run.bad("models")
    run.environment["SSL_CERT_FILE"] = str(certificate)
    assert STORIES in run.good("models")


def test_one_model_needs_no_name(router: Callable[..., Router], binaries: Path, commands: Callable[..., Commands],
                                 bundled: Path) -> None:
    program = Router(binaries, None, "-m", str(bundled / f"{STORIES}.gguf"), "--alias", "tales")
    try:
        run = commands(program)
        assert run.good("chat", "whatever", "Hello").strip()
        assert "tales" in run.good("ps")
        assert "serves a single model" in run.bad("pull", "user/repo")
    finally:
        program.stop()


# Shells


def test_completions_load_and_offer(router: Callable[..., Router], commands: Callable[..., Commands],
                                    binaries: Path) -> None:
    run = commands(router())
    environment = run.environment | {"PATH": f"{binaries}:{run.environment['PATH']}"}
    script = """
        source <(enginehouse completions bash)
        ask() {
            COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_WORDS=($*) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
            _enginehouse; echo "${COMPREPLY[*]}"
        }
        ask enginehouse mo
        ask enginehouse show stories-c
        ask enginehouse chat --te
        ask enginehouse completions z
        ask enginehouse --models-d
        ask enginehouse --split-mode r
        ask enginehouse pull gpt
    """
    result = subprocess.run(["bash", "--norc", "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "models", STORIES, "--temperature --temp", "zsh", "--models-dir --models-dir-depth", "row", "gpt-oss-20b"]
    if shutil.which("zsh"):
        script = "autoload -U compinit; compinit -u -D; source <(enginehouse completions zsh); print $+functions[_enginehouse]"
        result = subprocess.run(["zsh", "-f", "-c", script], env=environment, capture_output=True, text=True, timeout=60)
        assert (result.stdout, result.stderr) == ("1\n", "")
    if shutil.which("fish"):
        script = "enginehouse completions fish | source; complete -C 'enginehouse show stories-c'; complete -C 'enginehouse mo'"
        result = subprocess.run(["fish", "--no-config", "-c", script], env=environment, capture_output=True, text=True,
                                timeout=60)
        assert result.stderr == "" and STORIES in result.stdout and "models\t" in result.stdout


def test_the_manual_renders_without_warnings(commands: Callable[..., Commands], tmp_path: Path) -> None:
    page = tmp_path / "enginehouse.1"
    page.write_text(commands().good("man"))
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    result = subprocess.run(["man", "--warnings=w", "-l", str(page)], capture_output=True, text=True, timeout=60,
                            env=os.environ | {"MANWIDTH": "100", "LANG": "C.UTF-8"})
    assert result.returncode == 0 and result.stderr == ""
    assert "chat MODEL [PROMPT...]" in result.stdout and "--models-dir" in result.stdout


def test_help_and_version(commands: Callable[..., Commands]) -> None:
    run = commands()
    assert run.good("version").startswith("enginehouse ") and run.json("version")["version"]
    everything = run.good("help")
    assert "chat MODEL [PROMPT...]" in everything and "enginehouse serve" in everything
    assert run.good("chat", "--help") == run.good("help", "chat")
    assert run.good("--help").startswith("enginehouse serves")


# Coding agents


def test_an_agent_is_started(router: Callable[..., Router], commands: Callable[..., Commands], tmp_path: Path) -> None:
    """What is in PATH under the agent's name gets the router, a key and the model, and ends the command with its own status."""
    program = router()
    run = commands(program)
    several = run.run("launch", "claude")
    assert several.returncode == 2 and "--model" in several.stderr
    missing = run.run("launch", "claude", "-m", STORIES, PATH=str(tmp_path))
    assert missing.returncode == 1 and "isn't installed" in missing.stderr
    unknown = run.run("launch", "nobody")
    assert unknown.returncode == 2 and "claude, codex, opencode, aider" in unknown.stderr
    printed = run.good("launch", "codex", "-m", STORIES, "--print", "--", "exec", "hi there")
    assert f"-m {STORIES}" in printed and printed.rstrip().endswith("exec 'hi there'")
    assert run.json("launch", "aider", "-m", STORIES, "--print")["environment"]["OPENAI_API_BASE"] == f"{program.address}/v1"

    folder = tmp_path / "bin"
    folder.mkdir()
    agent = folder / "claude"
    agent.write_text("#!/bin/sh\necho \"$ANTHROPIC_BASE_URL $ANTHROPIC_MODEL $ANTHROPIC_DEFAULT_HAIKU_MODEL $@\"\nexit 7\n")
    agent.chmod(0o755)
    # The only model that is loaded needs no name.
    run.good("load", STORIES)
    started = run.run("launch", "claude", "--", "--resume", "x", PATH=f"{folder}:{os.environ['PATH']}")
    assert started.returncode == 7
    assert started.stdout.split() == [program.address, STORIES, STORIES, "--resume", "x"]
