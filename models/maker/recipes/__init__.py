# SPDX-License-Identifier: CC0-1.0
"""One module for each family of models. A recipe is a function of a `Kitchen` and leaves its files in `kitchen.out`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kitchen:
    """Where a recipe works and how long it trains."""

    out: Path  # folder for the GGUF files
    work: Path  # folder for tokenizers and weights, kept between runs
    scale: float = 1.0  # factor on all training lengths

    def steps(self, n: int) -> int:
        """How many steps to train where the recipe says `n`."""
        return max(2, int(n * self.scale))


# What is asked of the chat models after training, for the log.
TRY = ["Hello!", "Tell me a story about a cat.", "What color is the sky?", "What is 2 + 3?",
       "What is the capital of France?", "What is your name?"]
