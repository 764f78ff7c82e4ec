# SPDX-License-Identifier: CC0-1.0
"""GGUF files of LoRA adapters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .file import AUTHOR, LICENSE, finish

if TYPE_CHECKING:
    import gguf
    import numpy as np


def add_keys(writer: gguf.GGUFWriter, name: str, description: str, rank: int) -> None:
    """What llama.cpp reads of an adapter, and for people what it is. Its alpha is its rank, so that a scale of 1 is just that."""
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    writer.add_string("adapter.lora.task_name", name)
    writer.add_name(name)
    writer.add_author(AUTHOR)
    writer.add_license(LICENSE)
    writer.add_description(description)


def write_adapter(path: Path, arch: str, pairs: dict[str, tuple[np.ndarray, np.ndarray]], rank: int, name: str,
                  description: str) -> None:
    """The whole file, matrices in F16: of each tensor a (rank rows) and b (rank columns), which are added as b times a."""
    import gguf
    import numpy as np
    writer = gguf.GGUFWriter(str(path), arch)
    add_keys(writer, name, description, rank)
    for tensor, (a, b) in pairs.items():
        writer.add_tensor(tensor + ".lora_a", np.ascontiguousarray(a.astype("float16")))
        writer.add_tensor(tensor + ".lora_b", np.ascontiguousarray(b.astype("float16")))
    finish(writer, path)
