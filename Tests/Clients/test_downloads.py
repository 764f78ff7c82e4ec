# SPDX-License-Identifier: MIT
"""Models are brought from a hub: whole, right, once, and without a trace when it fails."""

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import COMMIT, Hub, Repository, sha256
from processes import eventually
from programs import Program, Router

MODEL = "tests/stories-GGUF:Q8_0"
FOLDER = "models--tests--stories-GGUF"
TOKEN = "hf_" + "a1B2" * 9


def bundled(name: str) -> bytes:
    """A bundled model's bytes."""
    return (REPOSITORY / "models" / f"{name}.gguf").read_bytes()


@pytest.fixture
def repository(hub: Hub) -> Repository:
    """A repository with two models and a file for people."""
    hub.repositories["tests/stories-GGUF"] = Repository(
        {"stories-Q8_0.gguf": bundled(STORIES), "stories-F32.gguf": bundled(TINY), "README.md": b"# stories\n"})
    return hub.repositories["tests/stories-GGUF"]


def begin(router: Router, name: str = MODEL) -> httpx.Response:
    """POST /models."""
    with router.http() as http:
        return http.post("/models", json={"model": name})


def wait_for(router: Router, name: str = MODEL, status: str = "unloaded") -> None:
    """Waits until the list has a model in that state."""
    eventually(lambda: router.statuses().get(name) == status, f"{name} is {status}", 20)


def wait_for_end(router: Router, name: str = MODEL) -> str:
    """Waits until a download has failed; returns the reason in the log."""
    eventually(lambda: any("Download failed" in line for line in router.log), "the download fails", 20)
    assert name not in router.statuses()
    return next(line for line in router.log if "Download failed" in line)


def incomplete(cache: Path) -> list[Path]:
    """The unfinished files."""
    return sorted(cache.rglob("*.incomplete"))


def models_in(cache: Path) -> list[str]:
    """All that could be taken for a model."""
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*.gguf"))


def test_a_model_is_downloaded_and_served(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.5, 50_000
    router = cached_router("--models-max", "1")
    assert begin(router).json() == {"success": True}
    assert router.status(MODEL) == "downloading"
    assert 0 <= router.models()[MODEL]["status"]["progress"] <= 1
    assert router.models()[MODEL]["source"] == "cache"
    hub.behaviour.pause = 0
    wait_for(router)
    entry = router.models()[MODEL]
    assert entry["source"] == "cache" and entry["can_remove"] is True
    assert list(router.models()) == [MODEL]
    with router.openai() as client:
        answer = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Hello"}], max_tokens=4)
    assert answer.model == MODEL and answer.choices[0].message.content
    folder = cache / FOLDER
    link = folder / "snapshots" / COMMIT / "stories-Q8_0.gguf"
    assert link.is_symlink() and link.resolve() == folder / "blobs" / sha256(bundled(STORIES))
    assert (folder / "refs" / "main").read_text() == COMMIT
    assert not incomplete(cache)
    assert not any("authorization" in headers for _, headers in hub.requests)


def test_without_a_tag_the_usual_one_is_taken(
        repository: Repository, cached_router: Callable[..., Router]) -> None:
    router = cached_router()
    assert begin(router, "tests/stories-GGUF").status_code == 200
    wait_for(router)


def test_what_cannot_be_downloaded_is_said_at_once(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    router = cached_router()

    def refusal(name: str) -> str:
        answer = begin(router, name)
        assert answer.status_code == 400 and answer.json()["error"]["type"] == "invalid_request_error"
        return answer.json()["error"]["message"]

    assert refusal("") == "model must be a non-empty string"
    assert "user/repo" in refusal("stories")
    assert "user/repo" in refusal("../../etc/passwd")
    assert "doesn't have the repository 'tests/nothing'" in refusal("tests/nothing")
    message = refusal("tests/stories-GGUF:Q2_K")
    assert "no model with the tag 'Q2_K'" in message and "stories-F32.gguf" in message
    assert router.statuses() == {}
    assert begin(router).status_code == 200
    wait_for(router)
    # What is there needs no download.
    for name in (MODEL, "tests/stories-GGUF"):
        assert begin(router, name).json() == {"success": True, "present": True, "model": MODEL}
    hub.behaviour.api_failures = 9
    answer = begin(router, "tests/stories-GGUF:F32")
    assert answer.status_code == 503 and "503" in answer.json()["error"]["message"]


def test_a_cut_connection_is_continued(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.cut_after, hub.behaviour.cut_times = 300_000, 1
    router = cached_router()
    begin(router)
    wait_for(router)
    ranges = [headers.get("range") for _, headers in hub.file_requests()]
    assert len(ranges) == 2 and ranges[0] is None
    # What arrived before the cut may be less than what was sent.
    assert 0 < int(re.fullmatch(r"bytes=(\d+)-", ranges[1]).group(1)) <= 300_000
    assert not incomplete(cache)


def test_a_failing_hub_is_asked_three_times(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.failures, hub.behaviour.api_failures = 1, 1
    router = cached_router()
    begin(router)
    wait_for(router)
    hub.behaviour.failures = 100
    hub.requests.clear()
    begin(router, "tests/stories-GGUF:F32")
    assert "503" in wait_for_end(router, "tests/stories-GGUF:F32")
    assert len(hub.file_requests()) == 3
    assert router.statuses() == {MODEL: "unloaded"}


def test_a_killed_router_s_download_is_continued(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 50_000
    router = cached_router()
    begin(router)
    eventually(lambda: hub.sent > 250_000, "part of the file has been sent", 10)
    router.process.send_signal(signal.SIGKILL)
    router.wait()
    assert len(incomplete(cache)) == 1 and not models_in(cache)
    have = incomplete(cache)[0].stat().st_size
    assert have > 0
    hub.requests.clear()
    hub.behaviour.pause = 0
    second = cached_router()
    assert second.statuses() == {}
    begin(second)
    wait_for(second)
    assert [headers.get("range") for _, headers in hub.file_requests()] == [f"bytes={have}-"]
    assert not incomplete(cache)


def test_a_part_with_other_bytes_is_dropped(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    blobs = cache / FOLDER / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{sha256(bundled(STORIES))}.incomplete").write_bytes(b"other bytes")
    router = cached_router()
    assert router.statuses() == {}
    begin(router)
    wait_for(router)
    assert [headers.get("range") for _, headers in hub.file_requests()] == ["bytes=11-", None]


def test_a_hub_without_ranges(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.ignores_ranges = True
    hub.behaviour.cut_after, hub.behaviour.cut_times = 300_000, 1
    router = cached_router()
    begin(router)
    wait_for(router)


@pytest.mark.parametrize(("fault", "words"), [
    ({"wrong_bytes": {"stories-Q8_0.gguf"}}, "wrong content"),
    ({"listed_size": {"stories-Q8_0.gguf": 700_000}}, "had listed 700000"),
    ({"surplus": b"more"}, "sends more"),
])
def test_wrong_content_leaves_nothing(
        fault: dict, words: str, hub: Hub, repository: Repository, cache: Path,
        cached_router: Callable[..., Router]) -> None:
    for name, value in fault.items():
        setattr(hub.behaviour, name, value)
    router = cached_router()
    assert begin(router).status_code == 200
    assert words in wait_for_end(router)
    assert not incomplete(cache) and not models_in(cache)
    with router.http() as http:
        http.post("/models/reload")
    assert router.statuses() == {}


def test_unload_cancels_a_download(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 20_000
    router = cached_router()
    begin(router)
    eventually(lambda: hub.sent > 60_000, "part of the file has been sent", 10)
    with router.http() as http:
        assert http.post("/models/unload", json={"model": MODEL}).json() == {"success": True}
    assert router.statuses() == {}
    assert not incomplete(cache) and not models_in(cache)
    sent = hub.sent
    time.sleep(0.5)
    assert hub.sent <= sent + 100_000, "the hub is still asked"


def test_a_stopping_router_keeps_the_part(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 20_000
    router = cached_router()
    begin(router)
    eventually(lambda: hub.sent > 60_000, "part of the file has been sent", 10)
    router.stop()
    assert len(incomplete(cache)) == 1 and not models_in(cache)


def test_a_model_is_removed(
        repository: Repository, cache: Path, models: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router(models=models)
    second = "tests/stories-GGUF:F32"
    for name in (MODEL, second):
        begin(router, name)
        wait_for(router, name)
    with router.openai() as client:
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}], max_tokens=2)
    with router.http() as http:
        assert http.delete("/models", params={"model": MODEL}).json() == {"success": True}
        assert MODEL not in router.statuses()
        assert models_in(cache) == [f"{FOLDER}/snapshots/{COMMIT}/stories-F32.gguf"]
        assert [path.name for path in (cache / FOLDER / "blobs").iterdir()] == [sha256(bundled(TINY))]
        eventually(lambda: not router.workers, "the worker of the removed model is gone", 10)
        assert http.delete("/models", params={"model": second}).json() == {"success": True}
        assert not (cache / FOLDER).exists()
        for name, words in ((MODEL, "is not found"), (PIRATE, "is not removable (not from cache)")):
            answer = http.delete("/models", params={"model": name})
            assert answer.status_code == 500
            assert answer.json()["error"]["message"] == f"model name={name} {words}"
        assert http.delete("/models").status_code == 400
    assert (models / f"{PIRATE}.gguf").exists()


def test_the_token_goes_to_the_hub_only(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    repository.token = TOKEN
    other = Hub()
    try:
        other.repositories = hub.repositories
        hub.behaviour.redirect = lambda path: f"{other.address}/cdn{path}"
        stranger = cached_router()
        assert "refuses access" in begin(stranger).json()["error"]["message"]
        router = cached_router(HF_TOKEN=TOKEN)
        begin(router)
        wait_for(router)
        assert other.file_requests() and not any("authorization" in headers for _, headers in other.requests)
        assert all(TOKEN not in line for line in router.log)
        assert TOKEN not in str(router.models())
    finally:
        other.stop()


@pytest.mark.parametrize(("target", "words"), [
    ("http://10.0.0.1/x", "not an address of the open network"),
    ("http://169.254.169.254/latest/meta-data", "not an address of the open network"),
    ("http://[fd00::1]/x", "not an address of the open network"),
    ("file:///etc/passwd", "can't be used"),
    ("http://user:password@127.0.0.1/x", "can't be used"),
])
def test_redirects_to_private_places_are_refused(
        target: str, words: str, hub: Hub, repository: Repository, cache: Path,
        cached_router: Callable[..., Router]) -> None:
    hub.behaviour.redirect = lambda _: target
    router = cached_router()
    begin(router)
    assert words in wait_for_end(router)
    assert not models_in(cache)


def test_redirects_in_a_circle_end(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.redirect = lambda path: path
    router = cached_router()
    begin(router)
    assert "more than 8 times" in wait_for_end(router)


def test_a_name_brings_a_model_and_serves_it(
        binaries: Path, hub: Hub, repository: Repository, cache: Path) -> None:
    command = [str(binaries / "enginehouse"), "-hf", MODEL, "--host", "127.0.0.1", "--port", "0", "-c", "256"]
    for _ in range(2):
        program = Program(command, {"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address})
        try:
            eventually(lambda: any("listening on" in line for line in program.log), "it listens", 20)
            program.address = "http://" + re.search(r"127\.0\.0\.1:\d+", "\n".join(program.log)).group(0)
            with program.http() as http:
                eventually(lambda: http.get("/health").status_code == 200, "it is ready", 20)
                answer = http.post("/v1/chat/completions", json={
                    "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2})
                assert answer.json()["model"] == MODEL
            program.process.terminate()
            program.wait()
        finally:
            program.destroy()
    assert len(hub.file_requests()) == 1


def test_offline_the_cache_does(
        binaries: Path, hub: Hub, cache: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router("--offline")
    answer = begin(router)
    assert answer.status_code == 503 and "--offline" in answer.json()["error"]["message"]
    assert not hub.requests
    program = Program([str(binaries / "enginehouse"), "-hf", MODEL, "--offline"],
                      {"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address})
    try:
        assert program.wait() == 1
        eventually(lambda: "--offline" in program.said, "it says why", 5)
    finally:
        program.destroy()


def test_the_hub_s_own_tools_read_the_cache(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    huggingface_hub = pytest.importorskip("huggingface_hub")
    router = cached_router()
    begin(router)
    wait_for(router)
    info = huggingface_hub.scan_cache_dir(cache)
    assert not info.warnings
    assert [(repo.repo_id, repo.repo_type) for repo in info.repos] == [("tests/stories-GGUF", "model")]
    revision = next(iter(next(iter(info.repos)).revisions))
    assert revision.commit_hash == COMMIT and revision.refs == {"main"}
    assert [file.file_name for file in revision.files] == ["stories-Q8_0.gguf"]
    path = huggingface_hub.hf_hub_download(
        "tests/stories-GGUF", "stories-Q8_0.gguf", cache_dir=cache, local_files_only=True)
    assert Path(path).read_bytes() == bundled(STORIES)
