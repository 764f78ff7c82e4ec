# SPDX-License-Identifier: MIT
"""Preset files and configuration files: each model with its own options, and errors that say where."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIRATE, STORIES, TINY
from processes import eventually
from programs import Router

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of configuration files, empty at first: a test must not see those of its user."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


@pytest.fixture
def preset(tmp_path: Path, bundled: Path) -> Callable[[str], str]:
    """preset(text) writes a preset file, with $MODELS replaced, and gives its path."""

    def write(text: str) -> str:
        file = tmp_path / "models.ini"
        file.write_text(text.replace("$MODELS", str(bundled)))
        return str(file)

    return write


def refusal(binaries: Path, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """What the router says when it doesn't start because of its options."""
    done = subprocess.run([binaries / "enginehouse", "--port", "0", *arguments], capture_output=True, text=True,
                          timeout=20, env=environment)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr.strip()


def arguments(router: Router, model: str) -> list[str]:
    """The arguments of a model's worker behind those that name it."""
    given = router.models()[model]["status"]["args"]
    return given[given.index("--alias") + 2:]


def own_arguments(router: Router, model: str) -> list[str]:
    """The same without what every program of the tests is told."""
    given = arguments(router, model)
    place = given.index("--threads")
    return given[:place] + given[place + 2:]


def test_each_model_has_its_own_options(router: Callable[..., Router], preset: Callable[[str], str]) -> None:
    file = preset(f"""
        version = 1
        ctx-size = 256            ; for all of them
        [*]
        temp = 0
        [greeter]
        model = "$MODELS/{STORIES}.gguf"
        alias = hello, hi
        tags = small, test
        grammar = root ::= "Ahoy"
        [{PIRATE}]
        c = 128
        no-mmap = true
    """)
    program = router("--models-preset", file, "-np", "2")
    entries = program.models()
    assert set(entries) == {"greeter", STORIES, PIRATE, TINY}
    assert entries["greeter"]["aliases"] == ["hello", "hi"]
    assert entries["greeter"]["tags"] == ["small", "test"]
    assert entries["greeter"]["source"] == entries[PIRATE]["source"] == "preset"
    assert entries[TINY]["source"] == "models_dir"
    assert own_arguments(program, TINY) == ["--ctx-size", "256", "--parallel", "2", "--temp", "0"]
    assert own_arguments(program, PIRATE) == ["--ctx-size", "128", "--parallel", "2", "--no-mmap", "--temp", "0"]
    shown = entries["greeter"]["status"]["preset"].splitlines()
    assert shown[0] == "[greeter]"
    assert 'grammar = root ::= "Ahoy"' in shown
    assert not any(line.startswith(("alias", "tags", "host", "port")) for line in shown)
    with program.openai() as client:
        answer = client.chat.completions.create(model="hi", messages=HELLO, max_tokens=20)
        assert answer.choices[0].message.content == "Ahoy"
    with program.http() as http:
        assert http.get("/props", params={"model": "greeter"}).json()["default_generation_settings"]["n_ctx"] == 256


def test_the_shown_preset_makes_the_same_model(router: Callable[..., Router], preset: Callable[[str], str]) -> None:
    file = preset(f"[m]\nmodel = $MODELS/{TINY}.gguf\nc = 64\nfa = off\ngrammar = 'root ::= \"a\" # b'\n")
    first = router("--models-preset", file)
    given = arguments(first, "m")
    second = router("--models-preset", preset(first.models()["m"]["status"]["preset"]))
    assert arguments(second, "m") == given
    assert 'root ::= "a" # b' in given


def test_places_win_over_each_other(router: Callable[..., Router], preset: Callable[[str], str], configuration: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, text in (("llama.cpp", "c = 11\nb = 11\nub = 11\nnp = 1\nstrange = 1\n"), ("enginehouse", "b = 12\n")):
        (configuration / folder).mkdir(parents=True)
        (configuration / folder / "config.ini").write_text(text)
    monkeypatch.setenv("LLAMA_ARG_UBATCH", "13")
    program = router("--models-preset", preset(f"[*]\nnp = 2\n[{TINY}]\nnp = 3\nt = 3\n"), "-t", "4")
    assert arguments(program, TINY) == [
        "--ctx-size", "11", "--parallel", "3", "--batch-size", "12", "--ubatch-size", "13", "--threads", "4"]
    assert arguments(program, STORIES)[2:4] == ["--parallel", "2"]
    program.says("config.ini:5", "strange")


@pytest.mark.parametrize("text, message", [
    ("[*]\nctx-szie = 1", "{file}:2: unknown key 'ctx-szie'; did you mean 'ctx-size'?"),
    ("[*]\nmodel = x", "{file}:2: 'model' is a model's own"),
    ("[m", "{file}:1: the section's name has no closing ]"),
])
def test_what_is_wrong_for_all_is_refused(binaries: Path, preset: Callable[[str], str], text: str, message: str) -> None:
    file = preset(text)
    assert refusal(binaries, "--models-preset", file).startswith("enginehouse: " + message.format(file=file))


@pytest.mark.parametrize("text, message", [
    ("modl = x", "{file}:2: unknown key 'modl'; did you mean 'model'?"),
    ("model = x\nmodels-max = 1", "{file}:3: 'models-max' is the router's own"),
    ("ctx-size = 1", "{file}:1: [m] names no model that is known"),
    ("model = x\nctx-size = many", "{file}:3: 'ctx-size' must be a whole number"),
    ("model = x\ntools = all", "{file}:3: 'tools' is not supported: the server runs no tools"),
    ("model = /nowhere.gguf", "'/nowhere.gguf' does not exist"),
    ("model = x\nalias = n, " + PIRATE, "{file}:3: [m] has the alias '" + PIRATE + "', which is a name of '" + PIRATE),
])
def test_a_bad_section_is_a_failed_model(router: Callable[..., Router], preset: Callable[[str], str], text: str,
                                         message: str) -> None:
    """B7: the router starts, lists the model with the reason, and serves the others."""
    file = preset(f"[m]\n{text}\n[good]\nmodel = $MODELS/{TINY}.gguf\nalias = fine\n")
    message = message.format(file=file)
    program = router("--models-preset", file)
    status = program.models()["m"]["status"]
    assert status["failed"] is True and status["reason"].startswith(message)
    assert any("m" in line and message in line for line in program.log), program.said
    with program.http() as http:
        answer = http.post("/v1/completions", json={"model": "m", "prompt": "x"})
        assert answer.status_code == 500
        assert f"model name=m failed to load: {message}" in answer.json()["error"]["message"]
        loaded = http.post("/models/load", json={"model": "m"})
        assert loaded.status_code == 500 and message in loaded.text
        assert http.post("/v1/completions", json={"model": "fine", "prompt": "x", "max_tokens": 1}).status_code == 200


def test_a_reload_with_a_bad_section_fails_that_model_only(router: Callable[..., Router],
                                                           preset: Callable[[str], str]) -> None:
    good = f"[a]\nmodel = $MODELS/{TINY}.gguf\nc = 64\n[b]\nmodel = $MODELS/{TINY}.gguf\nc = 64\n"
    program = router("--models-preset", preset(good))
    ask = {"prompt": "x", "max_tokens": 1}
    with program.http() as http:
        for model in ("a", "b"):
            assert http.post("/v1/completions", json={"model": model} | ask).status_code == 200
        preset(good.replace("c = 64\n[b]", "c = lots\n[b]"))
        assert http.post("/models/reload").json() == {"success": True}
        assert "'c' must be a whole number" in program.models()["a"]["status"]["reason"]
        assert "'c' must be a whole number" in http.post("/v1/completions", json={"model": "a"} | ask).text
        assert program.status("b") == "loaded"
        # What is wrong for all leaves all as they are.
        preset("[*]\nc = lots\n" + good)
        assert "'c' must be a whole number" in http.post("/models/reload").text
        assert program.status("b") == "loaded"
        preset(good)
        assert http.post("/models/reload").json() == {"success": True}
        assert http.post("/v1/completions", json={"model": "a"} | ask).status_code == 200


def test_a_preset_of_2026_works(router: Callable[..., Router], preset: Callable[[str], str]) -> None:
    """B7: what people's files say of checkpoints, heads, places and threads is taken, with a warning where it does nothing yet."""
    file = preset(f"""
        version = 1
        [*]
        ctx-checkpoints = 64
        spec-draft-prio = 0
        [m]
        model = $MODELS/{STORIES}.gguf
        c = 512
        checkpoint-min-step = 512
        spec-type = draft-mtp
        ot = exps=CPU
        n-cpu-ffn = 1
        prio = 0
        poll = 50
        cpu-strict = 0
        lazy-mode = auto
        kv-unified-per-slot = 256
        special = off
        numa = distribute
        override-tensor = ffn_up=CPU
        """)
    program = router("--models-preset", file)
    assert any("'spec-type' draft-mtp has no effect yet" in line for line in program.log), program.said
    assert not any("checkpoint" in line for line in program.log), program.said
    with program.openai() as client:
        assert client.chat.completions.create(model="m", messages=HELLO, max_tokens=2).choices[0].message.content


def test_the_log_goes_to_a_file(router: Callable[..., Router], preset: Callable[[str], str], tmp_path: Path) -> None:
    log, own = tmp_path / "all.log", tmp_path / "own.log"
    file = preset(f"[a]\nmodel = $MODELS/{TINY}.gguf\nc = 64\n[b]\nmodel = $MODELS/{TINY}.gguf\nc = 64\nlog-file = {own}\n")
    text = ["--models-preset", file]
    for model, path in (("a", log), ("b", own)):
        more = ["--log-file", str(log)] if model == "a" else []
        program = router(*text, *more)
        with program.http() as http:
            assert http.post("/v1/completions", json={"model": model, "prompt": "x", "max_tokens": 1}).status_code == 200
        eventually(lambda path=path: path.exists() and "the model is loaded" in path.read_text(), "the model's log is there")
        program.stop()
    assert "Models found" in log.read_text() and "listening" not in own.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_log_file_that_cannot_be_is_refused(binaries: Path) -> None:
    assert refusal(binaries, "--log-file", "/nowhere/x.log").startswith("enginehouse: --log-file: can't open /nowhere/x.log")


def test_wrong_options_are_refused(binaries: Path, configuration: Path) -> None:
    assert refusal(binaries, "--models-mx", "1") == "enginehouse: --models-mx: unknown option; did you mean --models-max?"
    assert "is not supported: the server runs no tools" in refusal(binaries, "--tools", "all")
    assert refusal(binaries, "--load-timeout", "1e-320").startswith("enginehouse: --load-timeout: must be a number from 1 to")
    assert refusal(binaries, "--api-prefix", "nan").startswith("enginehouse: --api-prefix: must be a path that begins with")
    assert "must be one line of ASCII" in refusal(binaries, "--cors-headers", "x\ny: z")
    assert "does not exist" in refusal(binaries, "--models-preset", "/nowhere.ini")
    for name in ("--models-dir", "--models-preset"):
        assert refusal(binaries, "-m", "x", name, "y").startswith(f"enginehouse: {name}: is for a router; -m serves one model")
    assert refusal(binaries, "-m", "x", "-hf", "a/b").startswith("enginehouse: -hf: names a model, and so does -m")
    assert refusal(binaries, "--host", "127.0.0.1,::1", "--port", "0").startswith("enginehouse: --port: 0 takes a free port")
    (configuration / "enginehouse").mkdir(parents=True)
    file = configuration / "enginehouse" / "config.ini"
    file.write_text("\nmodels-mx = 1\n")
    assert refusal(binaries) == f"enginehouse: {file}:2: unknown key 'models-mx'; did you mean 'models-max'?"


def test_a_preset_without_its_file_is_listed_with_the_reason(router: Callable[..., Router],
                                                             preset: Callable[[str], str]) -> None:
    status = router("--models-preset", preset("[m]\nmodel = /nowhere.gguf")).models()["m"]["status"]
    assert status["failed"] is True
    assert status["reason"] == "'/nowhere.gguf' does not exist"


def test_several_folders_are_one_catalogue(router: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    deep = tmp_path / "more" / "publisher" / "repository"
    deep.mkdir(parents=True)
    (deep / "x.gguf").symlink_to(bundled / f"{TINY}.gguf")
    more = str(tmp_path / "more")
    assert "repository" in router("--models-dir", more).models()
    assert "repository" not in router("--models-dir", more, "--models-dir-depth", "1").models()


def test_a_section_is_known_by_the_name_that_is_written(
        router: Callable[..., Router], preset: Callable[[str], str], tmp_path: Path) -> None:
    """F04: people bring names from elsewhere, and their clients send them already."""
    (tmp_path / "empty").mkdir()
    server = router("--models-preset", preset(
        f"[qwen3:8b]\nmodel = $MODELS/{STORIES}.gguf\n[llama3.2:3b]\nmodel = $MODELS/{PIRATE}.gguf\n"
        f"[org/Model-GGUF:UD-Q4_K_XL]\nmodel = $MODELS/{TINY}.gguf\n"), models=tmp_path / "empty")
    models = server.models()
    assert sorted(models) == ["llama3.2:3b", "org/Model-GGUF:UD-Q4_K_XL", "qwen3:8b"]
    assert models["qwen3:8b"]["aliases"] == ["qwen3:8B"]
    with server.http() as http:
        for name in (*models, "qwen3:8B", "org/Model-GGUF:Q4_K_XL"):
            answer = http.post("/v1/completions", json={"model": name, "prompt": "Once", "max_tokens": 1})
            assert answer.status_code == 200, answer.text


def test_a_comment_sign_within_a_value_cuts_nothing(
        router: Callable[..., Router], preset: Callable[[str], str], bundled: Path, tmp_path: Path) -> None:
    """F22."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "hash#x.gguf").write_bytes((bundled / f"{TINY}.gguf").read_bytes())
    server = router("--models-preset", preset(
        f"[a]\nmodel = {tmp_path}/hash#x.gguf ; a comment\nsamplers = top_k;top_p;temperature\n[b]\nmodel = \"/x\n"),
        models=tmp_path / "empty")
    with server.http() as http:
        answer = http.post("/v1/completions", json={"model": "a", "prompt": "Once", "max_tokens": 1})
        assert answer.status_code == 200, answer.text
        settings = http.get("/props", params={"model": "a"}).json()["default_generation_settings"]
        assert settings["params"]["samplers"] == ["top_k", "top_p", "temperature"]
    assert any("begins with a quote that doesn't end its value" in line for line in server.log)
