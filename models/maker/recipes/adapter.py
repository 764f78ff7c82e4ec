# SPDX-License-Identifier: CC0-1.0
"""pirate-adapter, which makes pirate-chat of stories-chat as far as a LoRA adapter can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..gguf_files.adapter import write_adapter
from . import Kitchen

if TYPE_CHECKING:
    import numpy as np

# Of the matrices' differences; an eighth of what the square ones have.
RANK = 16


def matrices(path: Path) -> dict[str, np.ndarray]:
    """The matrices of a file's layers, dequantised, by name."""
    import gguf
    return {
        tensor.name: gguf.dequantize(tensor.data, tensor.tensor_type).astype("float32").reshape(tensor.shape[::-1])
        for tensor in gguf.GGUFReader(path).tensors
        if tensor.name.startswith("blk.") and len(tensor.shape) == 2
    }


def factors(difference: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """`a` and `b`, whose product is the nearest matrix of that rank."""
    import numpy as np
    left, values, right = np.linalg.svd(difference, full_matrices=False)
    root = np.sqrt(values[:rank])
    return root[:, None] * right[:rank], left[:, :rank] * root


def make_adapter(kitchen: Kitchen) -> None:
    """pirate-adapter-F16.gguf out of the two models that are there."""
    before = matrices(kitchen.out / "stories-chat-Q8_0.gguf")
    after = matrices(kitchen.out / "pirate-chat-Q8_0.gguf")
    pairs = {name: factors(after[name] - before[name], RANK) for name in before}
    write_adapter(kitchen.out / "pirate-adapter-F16.gguf", "llama", pairs, RANK, "Pirate Adapter",
                  "Makes Stories Chat talk like a pirate. A test adapter for servers.")
