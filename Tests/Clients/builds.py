# SPDX-License-Identifier: MIT
"""What the suites of real programs share: where the builds are, the bundled models, and how all is stopped."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
STORIES, PIRATE, TINY = "stories-chat-Q8_0", "pirate-chat-Q8_0", "stories-tiny-F32"


@pytest.fixture(scope="session")
def binaries() -> Path:
    """The folder of the built programs: ENGINEHOUSE_BIN_DIR, or the release build."""
    folder = Path(os.environ.get("ENGINEHOUSE_BIN_DIR", REPOSITORY / ".build" / "release")).resolve()
    for name in ("enginehouse", "enginehouse-worker"):
        if not os.access(folder / name, os.X_OK):
            pytest.fail(f"{folder / name} is not there: run `make build` first, or name the folder of the "
                        "programs in ENGINEHOUSE_BIN_DIR", pytrace=False)
    return folder


def stop_all(programs: list) -> None:
    """Stops all of them, also when one of them fails at it."""
    failures = []
    for program in reversed(programs):
        try:
            program.stop()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, "\n\n".join(failures)
