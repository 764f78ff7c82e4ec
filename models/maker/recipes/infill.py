# SPDX-License-Identifier: CC0-1.0
"""stories-infill, which fills a hole in a story."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

from ..gguf_files.decoder import write_decoder
from ..grammar.stories import story
from ..grammar.words import NAMES
from ..networks.decoder import Decoder, generate
from ..networks.parts import n_params
from ..networks.shapes import INFILL
from ..tokenizers.sentencepiece_bpe import BOS, EOS, SentencePieceBPE
from ..training import load_or, train_language_model
from . import Kitchen

if TYPE_CHECKING:
    import gguf

FIM_PRE, FIM_SUF, FIM_MID = "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"
# Beginnings and ends that are tried after training, for the log.
HOLES = [("Once upon a time, there was a little girl named", " was a kind girl. Lily went to the park."),
         ("Tom lost his red ball. He was", " and began to cry.")]


class InfillTexts:
    """Tokenizer and documents: prefix, suffix, then what was between them (arXiv:2207.14255)."""

    def __init__(self, kitchen: Kitchen) -> None:
        r = random.Random(31)
        sample = [story(r) for _ in range(3000)] + NAMES * 100
        self.tokenizer = SentencePieceBPE(kitchen.work, "infill", sample, INFILL.vocab, [FIM_PRE, FIM_SUF, FIM_MID])
        self.pre, self.suf, self.mid = (self.tokenizer.id(x) for x in (FIM_PRE, FIM_SUF, FIM_MID))

    def question(self, before: str, after: str) -> list[int]:
        """The ids after which the model fills the hole."""
        return ([BOS, self.pre] + self.tokenizer.encode(before) + [self.suf] + self.tokenizer.encode(after)
                + [self.mid])

    def docs(self, seed: int) -> Iterator[list[int]]:
        """Some plain stories, mostly stories with a hole."""
        r = random.Random(seed)
        while True:
            s = story(r)
            if r.random() < 0.15:
                yield [BOS] + self.tokenizer.encode(s) + [EOS]
                continue
            if r.random() < 0.8:  # mostly a few sentences, so that there are many holes to learn from
                ends = [0] + [m.end() for m in re.finditer(r"[.!?]\"? ", s)] + [len(s)]
                n = r.randrange(len(ends) - 2)
                s = s[ends[n]:ends[min(len(ends) - 1, n + r.randint(2, 4))]].strip()
            if r.random() < 0.8:  # a hole between words
                cuts = [m.start() for m in re.finditer(" ", s)]
                i = r.choice(cuts)
                j = r.choice([c for c in cuts if i < c <= i + 40] or [len(s)])
            else:  # a hole anywhere
                i = r.randrange(len(s))
                j = min(len(s), i + r.randint(1, 30))
            yield self.question(s[:i], s[j:]) + self.tokenizer.encode(s[i:j]) + [EOS]

    def add_keys(self, writer: gguf.GGUFWriter) -> None:
        """The end of a text, and the tokens around a hole under their older and their newer key."""
        writer.add_eos_token_id(EOS)
        for names, i in ((("prefix", "fim_pre"), self.pre), (("suffix", "fim_suf"), self.suf),
                         (("middle", "fim_mid"), self.mid)):
            for name in names:
                writer.add_uint32("tokenizer.ggml.%s_token_id" % name, i)


def make_infill(kitchen: Kitchen) -> None:
    """stories-infill-F32.gguf."""
    torch.manual_seed(3)
    texts = InfillTexts(kitchen)
    model = Decoder(INFILL)
    print("infill: %d parameters" % n_params(model))
    load_or(kitchen.work / "infill.pt", model, lambda: train_language_model(
        "infill", model, texts.docs(301), kitchen.steps(1000), 5e-3, boost=texts.mid))
    for before, after in HOLES:
        filled = texts.tokenizer.decode(generate(model, texts.question(before, after), {EOS}))
        print("  %s [%s] %s" % (before, filled, after))
    write_decoder(kitchen.out / "stories-infill-F32.gguf", model, texts.tokenizer, "Stories Infill",
                  "Fills a hole in a children's story. A test model for servers.", "F32", texts.add_keys)
