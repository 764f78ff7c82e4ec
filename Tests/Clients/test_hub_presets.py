# SPDX-License-Identifier: MIT
"""Preset sections whose model is on the hub, and preset files that are on the hub themselves."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import hubcache
from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import COMMIT, Hub, Repository, sha256
from processes import eventually
from programs import Program, Router

REPO = "tests/stories-GGUF"
TOKEN = "hf_" + "a1B2" * 9


def bundled(name: str) -> bytes:
    """A bundled model's bytes."""
    return (REPOSITORY / "models" / f"{name}.gguf").read_bytes()


@pytest.fixture
def repository(hub: Hub) -> Repository:
    """A repository with two models."""
    hub.repositories[REPO] = Repository({"stories-Q8_0.gguf": bundled(STORIES), "more/stories-F32.gguf": bundled(TINY)})
    return hub.repositories[REPO]


@pytest.fixture
def preset(tmp_path: Path) -> Callable[[str], str]:
    """preset(text) writes a preset file and gives its path."""

    def write(text: str) -> str:
        (tmp_path / "models.ini").write_text(text)
        return str(tmp_path / "models.ini")

    return write


@pytest.fixture
def repository_router(binaries: Path, hub: Hub, cache: Path) -> Iterator[Callable[..., Router]]:
    """repository_router("-hf", NAME) starts a router by the preset file of a repository."""
    started: list[Router] = []

    def start(*arguments: str) -> Router:
        started.append(Router(binaries, None, *arguments,
                              environment={"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address}))
        return started[-1]

    yield start
    for program in started:
        program.stop()


def say(router: Router, model: str, **options) -> httpx.Response:
    """One short chat."""
    with router.http() as http:
        return http.post("/v1/chat/completions", json={
            "model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2} | options)


class Events:
    """What /models/sse tells from now on."""

    def __init__(self, router: Router) -> None:
        self.events: list[dict] = []
        opened = threading.Event()

        def read() -> None:
            try:
                with router.http() as http, http.stream("GET", "/models/sse") as stream:
                    opened.set()
                    for line in stream.iter_lines():
                        if line.startswith("data: "):
                            self.events.append(json.loads(line[6:]))
            except httpx.HTTPError:
                return

        threading.Thread(target=read, daemon=True).start()
        assert opened.wait(10)

    def words(self, model: str) -> list[str]:
        """The events of a model, progress left out."""
        told = [e for e in self.events if e["model"] == model and "progress" not in e.get("data", {})]
        return [" ".join([e["event"], e.get("data", {}).get("status", "")]).strip() for e in told]


def test_a_request_brings_its_model(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.3, 50_000
    router = cached_router("--models-max", "1", "--models-preset", preset(f"[teller]\nhf-repo = {REPO}:q8_0\nc = 256"))
    entry = router.models()["teller"]
    assert entry["status"]["value"] == "unloaded" and "failed" not in entry["status"]
    assert "--hf-repo" in entry["status"]["args"] and entry["source"] == "preset"
    assert not hub.requests, "nothing is asked before somebody wants it"
    events = Events(router)
    answers: list[httpx.Response] = []
    asking = [threading.Thread(target=lambda: answers.append(say(router, "teller"))) for _ in range(2)]
    for thread in asking:
        thread.start()
    eventually(lambda: router.status("teller") == "downloading", "it is being downloaded", 10)
    assert list(router.models()) == ["teller"]
    eventually(lambda: router.models()["teller"]["status"].get("progress", 0) > 0.2, "it comes on", 10)
    assert not router.workers
    hub.behaviour.pause = 0
    for thread in asking:
        thread.join(30)
    assert [a.status_code for a in answers] == [200, 200], answers[0].text
    assert answers[0].json()["model"] == "teller"
    assert len(hub.file_requests()) == 1
    assert router.statuses() == {"teller": "loaded", f"{REPO}:Q8_0": "unloaded"}
    eventually(lambda: events.words("teller")[-1:] == ["status_change loaded"], "events tell of it", 5)
    assert events.words("teller") == [
        "model_status downloading", "download_finished", "model_status loading", "status_change loaded"]
    progress = [e["data"]["progress"] for e in events.events if e["event"] == "download_progress"]
    assert progress and all(p["total"] == len(bundled(STORIES)) for files in progress for p in files.values())


def test_a_download_holds_no_place_and_sections_share_it(
        hub: Hub, repository: Repository, preset: Callable[[str], str], models: Path,
        cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.5, 20_000
    file = preset(f"[one]\nhf-repo = {REPO}:Q8_0\n[two]\nhf = {REPO}:q8_0\nc = 128")
    router = cached_router("--models-max", "1", "--models-preset", file, models=models)
    with router.http() as http:
        for name in ("one", "two"):
            assert http.post("/models/load", json={"model": name}).json() == {"success": True}
        answer = http.post("/models/load", json={"model": "one"})
        assert answer.json()["error"]["message"] == "model is already running"
        eventually(lambda: router.status("one") == router.status("two") == "downloading", "both come", 10)
        assert say(router, PIRATE).status_code == 200
        assert router.status("one") == "downloading", "the download should have outlasted this; make it slower"
        hub.behaviour.pause = 0
    eventually(lambda: {router.status("one"), router.status("two")} <= {"loaded", "unloaded"}, "both are there", 20)
    assert len(hub.file_requests()) == 1
    assert say(router, "two").status_code == say(router, "one").status_code == 200


def test_a_request_whose_time_is_up_hears_of_the_download(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 30_000
    router = cached_router("--queue-timeout", "1", "--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q8_0"))
    answer = say(router, "teller")
    assert answer.status_code == 503 and answer.headers["retry-after"] == "30"
    assert "is still being downloaded after 1 s" in answer.json()["error"]["message"]
    assert router.status("teller") == "downloading"
    hub.behaviour.pause = 0
    eventually(lambda: router.status("teller") == "unloaded", "it is there", 20)
    assert say(router, "teller").status_code == 200


def test_models_of_the_start_are_brought(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    text = f"[teller]\nhf-repo = {REPO}\nhf-file = more/stories-F32.gguf\nload-on-startup = true"
    router = cached_router("--models-preset", preset(text))
    eventually(lambda: router.status("teller") == "loaded", "it is loaded", 20)
    assert [path for path, _ in hub.file_requests()] == [f"/{REPO}/resolve/{COMMIT}/more/stories-F32.gguf"]
    # The next start finds it, and asks nobody.
    router.stop()
    hub.requests.clear()
    second = cached_router("--offline", "--models-preset", preset(text))
    eventually(lambda: second.status("teller") == "loaded", "it is loaded from the cache", 20)
    assert not hub.requests


def test_offline_says_what_is_missing(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    router = cached_router("--offline", "--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q8_0"))
    status = router.models()["teller"]["status"]
    assert status["failed"] is True and f"{REPO}:Q8_0 is not in the cache, and --offline is set" in status["reason"]
    answer = say(router, "teller")
    assert answer.status_code >= 400 and f"{REPO}:Q8_0" in answer.json()["error"]["message"]
    assert not hub.requests


def test_a_failed_download_is_told_and_tried_again(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    router = cached_router("--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q2_K\n[other]\nhf-repo = {REPO}:Q8_0"))
    events = Events(router)
    answer = say(router, "teller")
    assert answer.status_code >= 400
    assert "has no model with the tag 'Q2_K'; it has" in answer.json()["error"]["message"]
    status = router.models()["teller"]["status"]
    assert status["failed"] is True and "Q2_K" in status["reason"] and status["retry_at"] > time.time() - 2
    assert events.words("teller") == ["model_status downloading", "download_failed"]
    assert say(router, "other").status_code == 200


def test_a_download_for_a_section_can_be_given_up(
        hub: Hub, repository: Repository, cache: Path, preset: Callable[[str], str],
        cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 30_000
    router = cached_router("--models-preset", preset(f"[one]\nhf-repo = {REPO}:Q8_0\n[two]\nhf-repo = {REPO}:Q8_0"))
    with router.http() as http:
        for name in ("one", "two"):
            http.post("/models/load", json={"model": name})
        eventually(lambda: hub.sent > 60_000, "part of it has been sent", 10)
        assert http.post("/models/unload", json={"model": "one"}).json() == {"success": True}
        assert router.statuses() == {"one": "unloaded", "two": "downloading"}
        assert http.delete("/models", params={"model": "two"}).json() == {"success": True}
        assert router.statuses() == {"one": "unloaded", "two": "unloaded"}
        assert "failed" not in router.models()["two"]["status"]
        assert not list(cache.rglob("*.incomplete"))
        answer = http.delete("/models", params={"model": "two"})
        assert answer.json()["error"]["message"] == "model name=two is not removable (not from cache)"


def test_a_removed_model_is_brought_again_for_its_section(
        hub: Hub, repository: Repository, cache: Path, preset: Callable[[str], str],
        cached_router: Callable[..., Router]) -> None:
    router = cached_router("--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q8_0"))
    assert say(router, "teller").status_code == 200
    with router.http() as http:
        assert http.delete("/models", params={"model": f"{REPO}:Q8_0"}).json() == {"success": True}
    assert not list(cache.rglob("*.gguf"))
    eventually(lambda: router.statuses() == {"teller": "unloaded"}, "its worker is gone", 15)
    assert say(router, "teller").status_code == 200
    assert len(hub.file_requests()) == 2


def test_an_encoder_that_is_not_wanted_is_not_brought(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    repository.files["mmproj-stories-F16.gguf"] = b"GGUF, so to speak"
    file = preset(f"[teller]\nhf-repo = {REPO}:Q8_0\nno-mmproj = true")
    assert say(cached_router("--models-preset", file), "teller").status_code == 200
    assert [path.rsplit("/", 1)[1] for path, _ in hub.file_requests()] == ["stories-Q8_0.gguf"]


def test_two_routers_bring_one_model_once(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 50_000
    file = preset(f"[teller]\nhf-repo = {REPO}:Q8_0")
    routers = [cached_router("--models-preset", file) for _ in range(2)]
    answers: list[int] = []
    asking = [threading.Thread(target=lambda r=r: answers.append(say(r, "teller").status_code)) for r in routers]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(60)
    assert answers == [200, 200]
    assert len(hub.file_requests()) == 1


def test_a_section_has_its_own_token(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    repository.token = TOKEN
    router = cached_router("--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q8_0\nhf-token = {TOKEN}"))
    assert say(router, "teller").status_code == 200
    assert TOKEN not in str(router.models()) and all(TOKEN not in line for line in router.log)


def test_a_local_file_takes_the_place_of_the_repository(
        hub: Hub, cache: Path, bundled: Path, preset: Callable[[str], str],
        cached_router: Callable[..., Router]) -> None:
    hubcache.put(cache, REPO, {"stories-Q8_0.gguf": (bundled / f"{STORIES}.gguf").read_bytes()})
    text = f"[{REPO}:Q8_0]\nmodel = {bundled}/{PIRATE}.gguf\nhf-repo = {REPO}:F32"
    router = cached_router("--models-preset", preset(text))
    entry = router.models()[f"{REPO}:Q8_0"]
    assert entry["source"] == "preset" and f"model = {bundled}/{PIRATE}.gguf" in entry["status"]["preset"]
    assert "hf-repo" not in entry["status"]["preset"]
    assert say(router, f"{REPO}:Q8_0").status_code == 200
    assert not hub.requests


DRAFT = "tests/draft-GGUF"


def drafted(router: Router) -> int:
    """How many tokens were proposed for a text of the model `teller`."""
    with router.http() as http:
        answer = http.post("/completion", json={
            "model": "teller", "prompt": "Once upon a time", "n_predict": 24, "temperature": 0})
        assert answer.status_code == 200, answer.text
        return answer.json()["timings"]["draft_n"]


@pytest.mark.parametrize("there", ["nothing", "model", "draft", "both"])
def test_a_draft_model_comes_with_its_model(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cache: Path,
        cached_router: Callable[..., Router], there: str) -> None:
    hub.repositories[DRAFT] = Repository({"small-Q8_0.gguf": bundled(PIRATE)})
    if there in ("model", "both"):
        hubcache.put(cache, REPO, {"stories-Q8_0.gguf": bundled(STORIES)})
    if there in ("draft", "both"):
        hubcache.put(cache, DRAFT, {"small-Q8_0.gguf": bundled(PIRATE)})
    text = f"[teller]\nhf-repo = {REPO}:Q8_0\nspec-draft-hf = {DRAFT}\nc = 512\ndedup-cache-models = on"
    router = cached_router("--models-preset", preset(text))
    assert list(router.models()) == ["teller"]
    assert drafted(router) > 0
    assert (not hub.requests) == (there == "both")
    # The files of the two are hidden now, and can be used all the same.
    assert list(router.models()) == ["teller"]
    assert say(router, f"{DRAFT}:Q8_0").status_code == 200


def test_a_draft_model_that_is_not_there_is_said(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    router = cached_router("--models-preset", preset(f"[teller]\nhf-repo = {REPO}:Q8_0\nspec-draft-hf = {DRAFT}"))
    answer = say(router, "teller")
    assert answer.status_code >= 400 and DRAFT in answer.json()["error"]["message"]
    hub.repositories[DRAFT] = Repository({"x/small-Q8_0.gguf": bundled(PIRATE), "other.gguf": b"nothing"})
    eventually(lambda: say(router, "teller").status_code == 200, "it comes once it is there", 20)


@pytest.mark.parametrize("model", [("-m", f"{REPOSITORY}/models/{STORIES}.gguf"), ("-hf", f"{REPO}:Q8_0")])
def test_one_model_with_a_draft_of_the_hub(
        binaries: Path, hub: Hub, repository: Repository, cache: Path, model: tuple[str, str]) -> None:
    hub.repositories[DRAFT] = Repository({"a-Q8_0.gguf": bundled(TINY), "b/small-Q8_0.gguf": bundled(PIRATE)})
    router = Router(binaries, None, *model, "-hfd", DRAFT, "-md", "b/small-Q8_0.gguf", "-c", "512", "--alias", "teller",
                    environment={"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address})
    try:
        assert drafted(router) > 0
    finally:
        router.stop()


@pytest.mark.parametrize(("text", "message"), [
    ("[m]\nhf-file = x.gguf", "{file}:2: 'hf-file' needs 'hf-repo'"),
    ("[m]\nhf-repo = stories", "{file}:2: 'hf-repo': 'stories' is not the name of a model on the hub"),
    ("[m]\nhf-repo = a/b\nhf-file = ../x.gguf", "{file}:3: 'hf-file' must be the path of a GGUF file"),
    ("[m]\nhf-repo = a/b\nhf-token = secret", "{file}:3: the hub's token is not of the form"),
    ("[m]\nhf-repo = a/b\nspec-draft-hf = c", "{file}:3: 'spec-draft-hf': 'c' is not the name of a model on the hub"),
    ("[m]\nhf-repo = a/b\nspec-draft-hf = a/c\nspec-draft-model = /x.gguf",
     "{file}:4: 'spec-draft-model' must be the path of a GGUF file in the repository of 'spec-draft-hf'"),
])
def test_what_cannot_be_meant_is_a_failed_model(
        cached_router: Callable[..., Router], preset: Callable[[str], str], text: str, message: str) -> None:
    file = preset(text)
    router = cached_router("--models-preset", file)
    status = router.models()["m"]["status"]
    assert status["failed"] is True and status["reason"].startswith(message.format(file=file))
    assert "secret" not in router.said.split("\n", 1)[1]
    assert message.format(file=file) in say(router, "m").json()["error"]["message"]


def test_a_model_is_named_by_its_address(
        hub: Hub, repository: Repository, preset: Callable[[str], str], cached_router: Callable[..., Router]) -> None:
    address = f"{hub.address}/{REPO}/resolve/main/more/stories-F32.gguf"
    router = cached_router("--models-preset", preset(f"[teller]\nmodel-url = {address}?download=true\nc = 256\n"
                                                     "[bad]\nmu = http://other.example/x.gguf\n"))
    assert say(router, "teller").status_code == 200
    assert any("more/stories-F32.gguf" in path for path, _ in hub.file_requests())
    assert "is not a file of the hub" in router.models()["bad"]["status"]["reason"]
    router.stop()
    single = cached_router("-c", "256", LLAMA_ARG_MODEL_URL=address)
    eventually(lambda: say(single, "x").status_code == 200, "it serves the file", 20)


# Preset files on the hub.

PRESET = f"""
[*]
temp = 0
[teller]
hf = {REPO}:Q8_0
alias = storyteller
c = 256
chat-template-kwargs = {{"a": 1}}
[small]
hf-repo = {REPO}
hf-file = more/stories-F32.gguf
""".encode()


@pytest.fixture
def presets(hub: Hub, repository: Repository) -> Repository:
    """A repository with a preset file and nothing else."""
    hub.repositories["tests/presets"] = Repository({"preset.ini": PRESET, "README.md": b"# presets\n"}, commit="a" * 40)
    return hub.repositories["tests/presets"]


def test_a_repository_s_preset_file_makes_a_router(
        hub: Hub, presets: Repository, cache: Path, repository_router: Callable[..., Router]) -> None:
    router = repository_router("-hf", "tests/presets", "-np", "2")
    assert router.statuses() == {"teller": "unloaded", "small": "unloaded"}
    assert [path for path, _ in hub.file_requests()] == [f"/tests/presets/resolve/{'a' * 40}/preset.ini"]
    router.says("warning", "trust", "tests/presets")
    assert say(router, "storyteller").json()["model"] == "teller"
    assert "--parallel" in router.models()["teller"]["status"]["args"]
    # The layout of the hub's own tools.
    link = cache / "models--tests--presets" / "snapshots" / ("a" * 40) / "preset.ini"
    assert link.is_symlink() and link.read_bytes() == PRESET
    assert (cache / "models--tests--presets" / "refs" / "main").read_text() == "a" * 40
    # A reload keeps what was read at the start.
    presets.files["preset.ini"] = b"[*]\n"
    with router.http() as http:
        assert http.post("/models/reload").json() == {"success": True}
    assert set(router.models()) == {"teller", "small", f"{REPO}:Q8_0"}


def test_offline_the_cached_preset_file_does(
        hub: Hub, presets: Repository, repository_router: Callable[..., Router]) -> None:
    repository_router("-hf", "tests/presets").stop()
    hub.requests.clear()
    router = repository_router("-hf", "tests/presets", "--offline")
    assert set(router.models()) == {"teller", "small"}
    assert not hub.requests
    router.stop()
    hub.behaviour.api_failures = 100
    assert set(repository_router("-hf", "tests/presets").models()) == {"teller", "small"}


def test_a_new_version_is_fetched_at_the_next_start(
        hub: Hub, presets: Repository, repository_router: Callable[..., Router]) -> None:
    repository_router("-hf", "tests/presets").stop()
    presets.files["preset.ini"], presets.commit = f"[new]\nhf = {REPO}:Q8_0\n".encode(), "b" * 40
    assert set(repository_router("-hf", "tests/presets").models()) == {"new"}


def test_the_hub_s_tools_read_the_preset_file(
        presets: Repository, cache: Path, repository_router: Callable[..., Router]) -> None:
    huggingface_hub = pytest.importorskip("huggingface_hub")
    repository_router("-hf", "tests/presets")
    path = huggingface_hub.hf_hub_download("tests/presets", "preset.ini", cache_dir=cache, local_files_only=True)
    assert Path(path).read_bytes() == PRESET
    assert not huggingface_hub.scan_cache_dir(cache).warnings


@pytest.mark.parametrize(("line", "key"), [
    ("model = /etc/passwd", "model"), ("LLAMA_ARG_MODEL = /etc/passwd", "model"),
    ("slot-save-path = /tmp", "slot-save-path"), ("chat-template-file = /etc/passwd", "chat-template-file"),
    ("hf-token = hf_x", "hf-token"), ("api-key = x", "api-key"), ("host = 0.0.0.0", "host"),
    ("log-file = /tmp/x", "log-file"), ("rpc = evil:1", "rpc"), ("media-path = /", "media-path"),
    ("models-dir = /", "models-dir"), ("log-dir = /tmp", "log-dir"), ("worker = /bin/sh", "worker"),
])
def test_what_a_preset_file_of_the_hub_may_not_say(
        presets: Repository, repository_router: Callable[..., Router], line: str, key: str) -> None:
    presets.files["preset.ini"] = f"[m]\nhf = {REPO}\n{line}\n[teller]\nhf = {REPO}:Q8_0\nc = 256\n".encode()
    router = repository_router("-hf", "tests/presets")
    status = router.models()["m"]["status"]
    assert status["failed"] is True
    assert f"preset.ini:3: '{key}'" in status["reason"] or f"preset.ini:3: '{line.split()[0]}'" in status["reason"]
    assert "/etc/passwd" not in str(status["args"])
    assert say(router, "m").status_code == 500
    assert say(router, "teller").status_code == 200


def test_the_way_round_is_named(
        presets: Repository, cache: Path, repository_router: Callable[..., Router]) -> None:
    presets.files["preset.ini"] = f"[m]\nhf = {REPO}:Q8_0\npin = true\n".encode()
    router = repository_router("-hf", "tests/presets")
    assert "give a copy of it to --models-preset" in router.models()["m"]["status"]["reason"]
    router.stop()
    file = next(cache.rglob("preset.ini"))
    assert "failed" not in repository_router("--models-preset", str(file)).models()["m"]["status"]


def test_two_preset_files_are_one_too_many(
        binaries: Path, hub: Hub, presets: Repository, cache: Path, preset: Callable[[str], str]) -> None:
    program = Program(
        [str(binaries / "enginehouse"), "-hf", "tests/presets", "--port", "0", "--models-preset", preset("[*]\nc = 1")],
        {"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address})
    try:
        assert program.wait() == 2
        eventually(lambda: "don't go together" in program.said, "it says why", 5)
    finally:
        program.destroy()


def test_a_wrong_preset_file_is_not_used(binaries: Path, hub: Hub, presets: Repository, cache: Path) -> None:
    hub.behaviour.wrong_bytes = {"preset.ini"}
    program = Program([str(binaries / "enginehouse"), "-hf", "tests/presets", "--port", "0"],
                      {"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address})
    try:
        assert program.wait() == 1
        eventually(lambda: "wrong content" in program.said, "it says why", 5)
    finally:
        program.destroy()
    assert not list(cache.rglob("preset.ini"))
    assert sha256(PRESET) not in str(list(cache.rglob("*")))
