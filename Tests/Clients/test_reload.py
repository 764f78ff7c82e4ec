# SPDX-License-Identifier: MIT
"""Models come and go on disk while the router runs; what isn't touched goes on."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIRATE, REPOSITORY, STORIES, TINY
from processes import eventually
from programs import Router


def by_query(router: Router) -> None:
    """GET /models?reload=1."""
    with router.http() as http:
        assert http.get("/models", params={"reload": "1"}).status_code == 200


def by_route(router: Router) -> None:
    """POST /models/reload."""
    with router.http() as http:
        assert http.post("/models/reload").json() == {"success": True}


def by_signal(router: Router) -> None:
    """SIGHUP."""
    router.process.send_signal(signal.SIGHUP)


def by_itself(_: Router) -> None:
    """The file watch."""


def load(router: Router, name: str) -> int:
    """Loads a model; returns its worker's number."""
    before = {process.pid for process in router.workers}
    with router.http() as http:
        http.post("/models/load", json={"model": name})
    eventually(lambda: router.status(name) == "loaded", f"{name} is loaded", 20)
    return next(process.pid for process in router.workers if process.pid not in before)


@pytest.mark.parametrize("trigger", [by_query, by_route, by_signal, by_itself])
def test_new_models_appear_and_others_go(
        trigger: Callable[[Router], None], models: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router(models=models)
    kept, gone = load(router, STORIES), load(router, PIRATE)
    (models / f"{PIRATE}.gguf").unlink()
    shutil.copy(REPOSITORY / "models" / f"{TINY}.gguf", models / "new.gguf")
    trigger(router)
    eventually(lambda: sorted(router.statuses()) == sorted([STORIES, TINY, "new"]), "the list is new", 10)
    eventually(lambda: [process.pid for process in router.workers] == [kept], f"{gone} is gone", 15)
    assert router.status(STORIES) == "loaded"
    with router.openai() as client:
        client.chat.completions.create(
            model=STORIES, messages=[{"role": "user", "content": "Hi"}], max_tokens=2)
    assert [process.pid for process in router.workers] == [kept]


def test_a_changed_model_is_unloaded_and_loads_anew(
        models: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router(models=models)
    first = load(router, PIRATE)
    replacement = models / "replacement.tmp"
    shutil.copy(REPOSITORY / "models" / f"{TINY}.gguf", replacement)
    os.replace(replacement, models / f"{PIRATE}.gguf")
    by_route(router)
    eventually(lambda: first not in [process.pid for process in router.workers], "the old worker is gone", 15)
    load(router, PIRATE)
    assert router.models()[PIRATE]["meta"]["size"] != 0


def test_a_failed_model_is_forgiven(models: Path, cached_router: Callable[..., Router]) -> None:
    broken = models / "broken.gguf"
    broken.write_bytes((REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()[:5000])
    router = cached_router(models=models)
    assert router.models()["broken"]["status"]["failed"] is True
    shutil.copy(REPOSITORY / "models" / f"{STORIES}.gguf", broken)
    by_query(router)
    assert "failed" not in router.models()["broken"]["status"]
    load(router, "broken")


def test_a_missing_directory_keeps_the_last_models(models: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router(models=models)
    worker = load(router, STORIES)
    models.rename(models.with_name("away"))
    with router.http() as http:
        answer = http.post("/models/reload")
        assert answer.status_code == 500 and "does not exist" in answer.json()["error"]["message"]
        listing = http.get("/models").json()
    assert "does not exist" in listing["problem"]
    assert len(listing["data"]) == 3 and router.status(STORIES) == "loaded"
    router.says("Models not reloaded")
    models.with_name("away").rename(models)

    def problem() -> str | None:
        with router.http() as http:
            return http.get("/models").json().get("problem")

    eventually(lambda: problem() is None, "the watch sees the directory again", 10)
    assert [process.pid for process in router.workers] == [worker]


def test_a_model_in_a_new_folder_is_seen(models: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router(models=models)
    folder = models / "publisher" / "folder"
    folder.mkdir(parents=True)
    eventually(lambda: any("Models reloaded" in line for line in router.log), "the folder is seen", 10)
    shutil.copy(REPOSITORY / "models" / f"{STORIES}.gguf", folder / "m.gguf")
    eventually(lambda: "folder" in router.statuses(), "the model is seen", 10)
    assert "failed" not in router.models()["folder"]["status"]


def test_a_bad_preset_file_keeps_the_last_good_one(
        models: Path, tmp_path: Path, cached_router: Callable[..., Router]) -> None:
    presets = tmp_path / "presets.ini"
    presets.write_text(f"[one]\nmodel = {models / STORIES}.gguf\n")
    router = cached_router("--models-preset", str(presets))
    worker = load(router, "one")
    presets.write_text(f"[*]\nno-such-option = 1\n[one]\nmodel = {models / STORIES}.gguf\n")

    def problem() -> str:
        with router.http() as http:
            return http.get("/models").json().get("problem", "")

    eventually(lambda: "presets.ini:2" in problem(), "the fault is told", 10)
    assert router.statuses() == {"one": "loaded"}
    presets.write_text(f"[one]\nmodel = {models / STORIES}.gguf\n[two]\nmodel = {models / PIRATE}.gguf\n")
    eventually(lambda: sorted(router.statuses()) == ["one", "two"], "the new section is seen", 10)
    assert not problem() and [process.pid for process in router.workers] == [worker]
    presets.write_text(f"[one]\nmodel = {models / STORIES}.gguf\nctx-size = 256\n")
    eventually(lambda: not router.workers, "the changed model is unloaded", 10)
