# SPDX-License-Identifier: CC0-1.0
"""The vocabulary of the encoders."""

import random

from ..grammar.chats import conversation
from ..grammar.english import ENGLISH, GLUE, SYLLABLES
from ..grammar.pairs import fact
from ..grammar.stories import story
from ..tokenizers.wordpiece import WordPiece


def encoder_words(seed: int) -> WordPiece:
    """1792 pieces from facts, stories, chats and plain English words."""
    r = random.Random(seed)
    sample = [t for _ in range(4000) for t in fact(r)[1]] + [story(r) for _ in range(1500)]
    sample += [t for _ in range(1000) for _, t in conversation(r)] + SYLLABLES * 50 + GLUE * 50 + ENGLISH * 40
    return WordPiece(sample, 1792)
