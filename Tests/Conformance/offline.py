# SPDX-License-Identifier: MIT
"""A pytest plugin for llama-server's suite: nothing is downloaded before the tests, since the cache is filled already."""

import shutil
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "models"

# What single tests download: the file's name there, and what stands in for it.
FILES = {
    "stories15M-q4_0.gguf": MODELS / "stories-tiny-F32.gguf",
}


def bundled(url: str, output_file_path: str | None = None) -> str:
    """The path of a bundled file in the place of one of the hub."""
    name = url.split("/")[-1]
    if name not in FILES:
        raise RuntimeError(f"offline: {url}")
    target = Path(output_file_path or f"tmp/{name}")
    shutil.copy(FILES[name], target)
    return str(target)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    import utils  # the suite's own module

    utils.download_file = bundled
    utils.ServerPreset.load_all = staticmethod(lambda: None)
    start = utils.ServerProcess.start

    def start_offline(self, *arguments, **options):
        self.offline = True
        return start(self, *arguments, **options)

    utils.ServerProcess.start = start_offline
