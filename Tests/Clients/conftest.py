# SPDX-License-Identifier: MIT
"""Fixtures: the real programs on the bundled models."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openai
import pytest

from builds import PIRATE, REPOSITORY, STORIES, TINY, binaries, stop_all  # noqa: F401, a fixture is among them
from hub import Hub
from programs import Router, Worker


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of the three bundled models, and nothing else."""
    folder = tmp_path_factory.mktemp("models")
    for name in (STORIES, PIRATE, TINY):
        shutil.copy(REPOSITORY / "models" / f"{name}.gguf", folder)
    return folder


@pytest.fixture
def models(bundled: Path, tmp_path: Path) -> Path:
    """Such a folder of the test's own, to put other files into."""
    return Path(shutil.copytree(bundled, tmp_path / "models"))


@pytest.fixture
def router(binaries: Path, bundled: Path) -> Iterator[Callable[..., Router]]:
    """router("--models-max", "1", models=FOLDER) starts a router; afterwards nothing of it may remain."""
    started: list[Router] = []

    def start(*arguments: str, models: Path | None = None) -> Router:
        started.append(Router(binaries, models or bundled, *arguments))
        return started[-1]

    yield start
    stop_all(started)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub of the test's own on loopback."""
    server = Hub()
    yield server
    server.stop()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder of an empty Hugging Face cache."""
    return tmp_path / "cache"


@pytest.fixture
def cached_router(binaries: Path, hub: Hub, cache: Path) -> Iterator[Callable[..., Router]]:
    """cached_router("--offline", models=FOLDER, HF_TOKEN="…") starts a router on that cache and that hub."""
    started: list[Router] = []

    def start(*arguments: str, models: Path | None = None, **environment: str) -> Router:
        settings = {"LLAMA_CACHE": str(cache), "HF_ENDPOINT": hub.address} | environment
        started.append(Router(binaries, models, *arguments, environment=settings))
        return started[-1]

    yield start
    stop_all(started)


@pytest.fixture
def worker(binaries: Path, bundled: Path) -> Iterator[Callable[..., Worker]]:
    """worker("-c", "256", model=NAME or path) starts a worker; wait_until_ready() is the test's to call."""
    started: list[Worker] = []

    def start(*arguments: str, model: str | Path = STORIES) -> Worker:
        file = model if isinstance(model, Path) else bundled / f"{model}.gguf"
        started.append(Worker(binaries, file, *arguments))
        return started[-1]

    yield start
    stop_all(started)


@pytest.fixture(scope="module")
def shared_router(binaries: Path, bundled: Path) -> Iterator[Router]:
    """One router for all tests of a module that only ask it things."""
    program = Router(binaries, bundled)
    yield program
    program.stop()


@pytest.fixture(scope="module")
def shared_worker(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """One worker of stories-chat for all tests of a module that only ask it things."""
    program = Worker(binaries, bundled / f"{STORIES}.gguf", "-c", "512", "--parallel", "1")
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()


@pytest.fixture(scope="module")
def client(shared_router: Router) -> Iterator[openai.OpenAI]:
    """The official client of the shared router."""
    with shared_router.openai() as client:
        yield client
