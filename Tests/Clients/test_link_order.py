# SPDX-License-Identifier: MIT
"""The order in which scripts/build links: by the functions that the programs run."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from builds import REPOSITORY

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="only Linux on x86_64 tells which functions run"
)


def test_functions_that_run_are_listed_those_of_requests_first(binaries: Path, tmp_path: Path) -> None:
    script = REPOSITORY / "scripts" / "link-order"
    ran = subprocess.run([script, binaries, tmp_path], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    for program, at_work, at_start, never in [
        ("enginehouse-worker", "ChatAnswer", "FormerVariables", "ResponsesRequest"),
        ("enginehouse", "RelayExchange", "FormerVariables", "OllamaCreate"),
    ]:
        order = (tmp_path / f"{program}.order").read_text().split()
        assert len(order) == len(set(order)) > 2000, program
        first = {name: next((place for place, symbol in enumerate(order) if name in symbol), None) for name in (at_work, at_start)}
        assert first[at_work] is not None and first[at_start] is not None, (program, first)
        assert first[at_work] < first[at_start], (program, first)
        assert not any(never in symbol for symbol in order), (program, never)
