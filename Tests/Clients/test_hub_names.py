# SPDX-License-Identifier: MIT
"""Names of models of the hub: each file under its own tag, and whatever `-hf` would understand (F05)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hubcache import put
from processes import eventually
from programs import Router

REPO = "uns/Story-GGUF"


def bundled_bytes(name: str) -> bytes:
    """A bundled model's file."""
    return (REPOSITORY / "models" / f"{name}.gguf").read_bytes()


@pytest.fixture
def offline(cache: Path, cached_router: Callable[..., Router]) -> Callable[..., Router]:
    """offline() starts a router over a cache with a plain and a dynamic quantisation, which asks no hub."""
    put(cache, REPO, {"Story-Q8_0.gguf": bundled_bytes(TINY), "Story-UD-Q8_0.gguf": bundled_bytes(STORIES)})
    put(cache, "uns/Only-GGUF", {"Only-UD-Q4_K_XL.gguf": bundled_bytes(PIRATE)})
    return lambda *arguments: cached_router("--offline", *arguments)


def test_both_quantisations_are_models_and_every_spelling_resolves(offline: Callable[..., Router]) -> None:
    router = offline()
    models = router.models()
    assert sorted(models) == ["uns/Only-GGUF:UD-Q4_K_XL", f"{REPO}:Q8_0", f"{REPO}:UD-Q8_0"]
    assert models[f"{REPO}:Q8_0"]["aliases"] == [REPO]
    assert models["uns/Only-GGUF:UD-Q4_K_XL"]["aliases"] == ["uns/Only-GGUF", "uns/Only-GGUF:Q4_K_XL"]
    expected = {
        f"{REPO}:UD-Q8_0": f"{REPO}:UD-Q8_0", f"{REPO}:q8_0": f"{REPO}:Q8_0", "uns/story-gguf:Q8_0": f"{REPO}:Q8_0",
        REPO: f"{REPO}:Q8_0", "uns/story-gguf:ud-q8_0": f"{REPO}:UD-Q8_0", "uns/only-gguf": "uns/Only-GGUF:UD-Q4_K_XL"}
    with router.http() as http:
        for name, model in expected.items():
            answer = http.post("/v1/completions", json={"model": name, "prompt": "Once", "max_tokens": 1})
            assert answer.status_code == 200, answer.text
            assert answer.json()["model"] == model
        refused = http.post("/v1/completions", json={"model": f"{REPO}:Q2_K", "prompt": "Once"})
        assert refused.status_code == 400 and "not found" in refused.json()["error"]["message"]


@pytest.mark.parametrize("name", [f"{REPO}:UD-Q8_0", "uns/story-gguf:q8_0", "uns/Story-GGUF"])
def test_one_model_from_the_cache_by_any_spelling(cached_router: Callable[..., Router], cache: Path, name: str) -> None:
    put(cache, REPO, {"Story-Q8_0.gguf": bundled_bytes(TINY), "Story-UD-Q8_0.gguf": bundled_bytes(TINY)})
    router = cached_router("--offline", "-hf", name)
    with router.http() as http:
        eventually(lambda: http.get("/health").status_code == 200, "it is loaded")
    assert list(router.models()) == [name]


def test_a_model_that_is_there_needs_no_hub(offline: Callable[..., Router]) -> None:
    """POST /models for what the cache has is done at once; what it has not is refused."""
    router = offline()
    with router.http() as http:
        for name, model in [(f"{REPO}:Q8_0", f"{REPO}:Q8_0"), (REPO, f"{REPO}:Q8_0"), ("uns/story-gguf:UD-Q8_0", f"{REPO}:UD-Q8_0")]:
            answer = http.post("/models", json={"model": name})
            assert answer.status_code == 200, answer.text
            assert answer.json() == {"success": True, "present": True, "model": model}
        assert http.post("/models", json={"model": "uns/Other-GGUF"}).status_code == 503
        # What only a name without a tag says isn't removed.
        assert http.delete("/models", params={"model": REPO}).status_code == 500
    assert len(router.models()) == 3
