# SPDX-License-Identifier: MIT
"""Where models come from: the caches of the hub's tools and of llama.cpp, beside models directories."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import hubcache
from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import COMMIT, sha256
from programs import Router

OTHER_COMMIT = "f" * 40


def bundled(name: str) -> bytes:
    """A bundled model's bytes."""
    return (REPOSITORY / "models" / f"{name}.gguf").read_bytes()


def test_the_cache_s_models_are_listed_and_served(cache: Path, cached_router: Callable[..., Router]) -> None:
    folder = hubcache.put(cache, "tests/stories-GGUF", {
        "stories-Q8_0.gguf": bundled(STORIES), "f32/stories.f32.gguf": bundled(TINY),
        "imatrix.dat": b"", "README.md": b"# stories\n"})
    # Neither another snapshot, nor a blob, nor what isn't finished is a model.
    hubcache.put(cache, "tests/stories-GGUF", {"old-Q4_K_M.gguf": bundled(PIRATE)}, OTHER_COMMIT, branch=None)
    (folder / "blobs" / (sha256(b"") + ".incomplete")).write_bytes(bundled(STORIES)[:1000])
    (folder / "snapshots" / COMMIT / "x-Q2_K.gguf.incomplete").write_bytes(b"GGUF")
    hubcache.put(cache, "tests/branch-GGUF", {"m-Q8_0.gguf": bundled(PIRATE)}, branch="release")
    (cache / "datasets--tests--data").mkdir()
    (cache / "models--broken").mkdir()
    router = cached_router()
    models = router.models()
    assert sorted(models) == ["tests/branch-GGUF:Q8_0", "tests/stories-GGUF:F32", "tests/stories-GGUF:Q8_0"]
    assert {(entry["source"], entry["can_remove"]) for entry in models.values()} == {("cache", True)}
    assert {entry["status"]["value"] for entry in models.values()} == {"unloaded"}
    with router.openai() as client:
        answer = client.chat.completions.create(
            model="tests/stories-GGUF:Q8_0", messages=[{"role": "user", "content": "Hi"}], max_tokens=2)
    assert answer.model == "tests/stories-GGUF:Q8_0"


def test_a_projector_belongs_to_its_model(cache: Path, cached_router: Callable[..., Router]) -> None:
    vision = REPOSITORY / "models" / "vision-tiny"
    if not vision.is_dir():
        # Two small files say the same about pairing as two real ones.
        projector = gguf({"general.architecture": "clip", "clip.has_vision_encoder": True})
    else:
        projector = next(vision.glob("*mmproj*")).read_bytes()
    hubcache.put(cache, "tests/sight-GGUF", {
        "sight-Q8_0.gguf": bundled(STORIES), "mmproj-sight-F16.gguf": projector})
    entry = cached_router().models()["tests/sight-GGUF:Q8_0"]
    assert entry["architecture"]["input_modalities"] == ["text", "image"]
    assert any(argument.endswith("mmproj-sight-F16.gguf") for argument in entry["status"]["args"])


def gguf(pairs: dict[str, str | bool]) -> bytes:
    """A GGUF file of one tensor with those metadata (the format's specification, version 3)."""
    def text(value: str) -> bytes:
        return len(value).to_bytes(8, "little") + value.encode()

    head = b"GGUF" + (3).to_bytes(4, "little") + (1).to_bytes(8, "little") + len(pairs).to_bytes(8, "little")
    for key, value in pairs.items():
        head += text(key)
        head += (7).to_bytes(4, "little") + bytes([value]) if isinstance(value, bool) else (
            (8).to_bytes(4, "little") + text(value))
    head += text("t") + (1).to_bytes(4, "little") + (32).to_bytes(8, "little") + bytes(4) + bytes(8)
    return head + bytes(-len(head) % 32) + bytes(128)


def test_the_older_flat_cache(cache: Path, cached_router: Callable[..., Router]) -> None:
    cache.mkdir()
    (cache / "tests_stories-GGUF_stories-Q8_0.gguf").write_bytes(bundled(STORIES))
    (cache / "tests_stories-GGUF_stories-Q8_0.gguf.json").write_text("{}")
    (cache / "tests_stories-GGUF_other-Q4_K_M.gguf.downloadInProgress").write_bytes(bundled(PIRATE))
    (cache / "mine.gguf").write_bytes(bundled(PIRATE))
    router = cached_router()
    assert router.statuses() == {"tests/stories-GGUF:Q8_0": "unloaded"}
    with router.http() as http:
        assert http.delete("/models", params={"model": "tests/stories-GGUF:Q8_0"}).status_code == 200
    assert sorted(path.name for path in cache.iterdir()) == [
        "mine.gguf", "tests_stories-GGUF_other-Q4_K_M.gguf.downloadInProgress"]


def test_a_models_directory_counts_more_than_the_cache(
        cache: Path, models: Path, cached_router: Callable[..., Router]) -> None:
    hubcache.put(cache, "tests/stories-GGUF", {"stories-Q8_0.gguf": bundled(STORIES)})
    router = cached_router(models=models)
    sources = {name: entry["source"] for name, entry in router.models().items()}
    assert sources == {STORIES: "models_dir", PIRATE: "models_dir", TINY: "models_dir",
                       "tests/stories-GGUF:Q8_0": "cache"}


def test_the_depth_of_a_models_directory(tmp_path: Path, cached_router: Callable[..., Router]) -> None:
    for depth in range(4):
        folder = tmp_path / "tree" / "/".join("abc"[:depth])
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "models" / f"{STORIES}.gguf", folder / f"m{depth}.gguf")
    listed = {depth: sorted(cached_router("--models-dir-depth", str(depth), models=tmp_path / "tree").statuses())
              for depth in (0, 2, 3)}
    assert listed == {0: ["m0"], 2: ["a", "b", "m0"], 3: ["a", "b", "c", "m0"]}


def test_a_thousand_models(tmp_path: Path, cached_router: Callable[..., Router]) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1000):
        (folder / f"model-{number:04}.gguf").write_bytes(
            gguf({"general.architecture": "llama", "general.name": str(number)}))
    router = cached_router(models=folder)
    with router.http() as http:
        assert len(http.get("/models").json()["data"]) == 1000
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            assert http.get("/models").status_code == 200
            seconds.append(time.perf_counter() - start)
        # The release build takes a few milliseconds; a debug build on a busy machine gets its time.
        assert min(seconds) < 1, seconds
        assert http.post("/models/reload").json() == {"success": True}
