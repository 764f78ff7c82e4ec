# SPDX-License-Identifier: MIT
"""How a model's makers want tokens chosen, from the file's metadata (case B3)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from builds import STORIES
from metadata import with_metadata
from programs import Worker

SAID = {
    "general.sampling.temp": 0.25, "general.sampling.top_k": 7, "general.sampling.top_p": 0.5, "general.sampling.min_p": 0.125,
    "general.sampling.sequence": "top_k;top_p;temperature", "general.sampling.penalty_repeat": -5.0,
}


@pytest.fixture(scope="module")
def model(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose file says how it wants to be sampled; one of its values can't be meant."""
    return with_metadata(bundled / f"{STORIES}.gguf", tmp_path_factory.mktemp("sampled") / "sampled.gguf", SAID)


def test_the_file_counts_below_options_and_requests(worker: Callable[..., Worker], model: Path) -> None:
    program = worker("-c", "512", "--temp", "0.5", model=model).wait_until_ready()
    with program.http() as http:
        defaults = http.get("/props").json()["default_generation_settings"]["params"]
        expected = {"temperature": 0.5, "top_k": 7, "top_p": 0.5, "min_p": 0.125, "repeat_penalty": 1.0,
                    "samplers": ["top_k", "top_p", "temperature"]}
        assert {name: defaults[name] for name in expected} == expected
        answer = http.post("/completion", json={"prompt": "Once", "n_predict": 2, "top_k": 9, "samplers": ["min_p"]}).json()
        settings = answer["generation_settings"]
        expected |= {"top_k": 9, "samplers": ["min_p"]}
        assert {name: settings[name] for name in expected} == expected
