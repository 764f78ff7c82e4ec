# SPDX-License-Identifier: MIT
"""GGUF files with more metadata than they had (format: ggml's docs/gguf.md, version 3)."""

import struct
from pathlib import Path

ALIGNMENT = 32


def entry(key: str, value: float | int | str) -> bytes:
    """One key with its value: float32, int32 or a string."""
    name = struct.pack("<Q", len(key)) + key.encode()
    if isinstance(value, float):
        return name + struct.pack("<If", 6, value)
    if isinstance(value, int):
        return name + struct.pack("<Ii", 5, value)
    return name + struct.pack("<IQ", 8, len(value)) + value.encode()


def with_metadata(source: Path, target: Path, values: dict[str, float | int | str]) -> Path:
    """A copy of a file with these keys in front of its own."""
    content = source.read_bytes()
    magic, version, tensors, keys = struct.unpack_from("<4sIQQ", content)
    assert magic == b"GGUF" and version == 3
    added = b"".join(entry(key, value) for key, value in values.items())
    # The weights' place stays a multiple of the alignment.
    added += entry("test.padding", "x" * (-len(added + entry("test.padding", "")) % ALIGNMENT))
    head = struct.pack("<4sIQQ", magic, version, tensors, keys + len(values) + 1)
    target.write_bytes(head + added + content[len(head):])
    return target
