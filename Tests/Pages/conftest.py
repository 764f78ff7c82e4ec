# SPDX-License-Identifier: MIT
"""Fixtures: the real router on the bundled models, and a real Chromium that looks at its page."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from browsing import Visit
from builds import PIRATE, REPOSITORY, STORIES, TINY, binaries, stop_all  # noqa: F401, a fixture is among them
from hub import Hub, Repository
from programs import Program, Router


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of the bundled chat models, and nothing else."""
    folder = tmp_path_factory.mktemp("models")
    for name in (STORIES, PIRATE):
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

    def start(*arguments: str, models: Path | None = None, **environment: str) -> Router:
        # One thread a worker: tiny models gain nothing by more, and the browser needs some.
        started.append(Router(binaries, models or bundled, "-t", "1", *arguments, environment=environment))
        return started[-1]

    yield start
    stop_all(started)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright; the browser is not its own."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium: CHROMIUM, or the one of the search path."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.fail("no Chromium: install the package chromium, or name a program in CHROMIUM", pytrace=False)
    # Chromium's own sandbox doesn't work as root, as which containers run.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=program, args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """visit(router, "#/chat", width=360) opens the page; at the end nothing may have gone wrong in it."""
    opened: list[Visit] = []

    def open_page(program: Program, path: str = "", **options) -> Visit:
        opened.append(Visit(browser, program, path, **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.close()
    for each in opened:
        each.check()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub of the test's own with one model, which it sends slowly."""
    server = Hub()
    data = (REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()
    server.repositories["tests/stories-GGUF"] = Repository({"stories-Q8_0.gguf": data})
    # Ten seconds and more, so that also on a busy machine there is something to see of it.
    server.behaviour.pause, server.behaviour.piece = 0.4, 30_000
    yield server
    server.stop()
