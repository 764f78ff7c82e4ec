# SPDX-License-Identifier: MIT
"""What a check is: a function that returns facts or raises."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The model that answers: it is a part of every release.
MODEL = "stories-chat-Q8_0"


class Failed(Exception):
    """What a check found wrong."""


def expect(condition: object, what: str) -> None:
    """Raises `Failed` unless the condition holds."""
    if not condition:
        raise Failed(what)


class Checks:
    """Makes the checks, one after another, and counts."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def __call__(self, name: str, body: Callable[[], str | None]) -> bool:
        began = time.monotonic()
        try:
            facts = body()
        except (Failed, OSError, subprocess.SubprocessError) as error:
            self.failed += 1
            print(f"FAILED {name}: {error}", flush=True)
            return False
        self.passed += 1
        print(f"passed {name} ({time.monotonic() - began:.0f} s){': ' + facts if facts else ''}", flush=True)
        return True
