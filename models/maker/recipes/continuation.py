# SPDX-License-Identifier: CC0-1.0
"""stories-tiny and stories-moe, which only continue stories."""

import random
from collections.abc import Iterator

import torch

from ..gguf_files.decoder import write_decoder
from ..gguf_files.file import Quantisation
from ..grammar.stories import story
from ..grammar.words import NAMES
from ..networks.decoder import Decoder, generate
from ..networks.parts import n_params
from ..networks.shapes import MOE, TINY, DecoderShape
from ..tokenizers.sentencepiece_bpe import BOS, EOS, SentencePieceBPE
from ..training import load_or, train_language_model
from . import Kitchen


def story_tokenizer(kitchen: Kitchen) -> SentencePieceBPE:
    """The tokenizer that both models share."""
    r = random.Random(21)
    sample = [story(r) for _ in range(3000)] + NAMES * 100
    return SentencePieceBPE(kitchen.work, "tiny", sample, TINY.vocab, space_prefix=True)


def story_docs(tokenizer: SentencePieceBPE, seed: int) -> Iterator[list[int]]:
    """Stories without end."""
    r = random.Random(seed)
    while True:
        yield [BOS] + tokenizer.encode(story(r)) + [EOS]


def make_continuation(kitchen: Kitchen, name: str, seed: int, shape: DecoderShape, steps: int, file: str, title: str,
                      description: str, quantisation: Quantisation) -> None:
    """One model that continues stories."""
    torch.manual_seed(seed)
    tokenizer = story_tokenizer(kitchen)
    model = Decoder(shape)
    print("%s: %d parameters" % (name, n_params(model)))
    load_or(kitchen.work / (name + ".pt"), model, lambda: train_language_model(
        name, model, story_docs(tokenizer, 100 * seed + 1), kitchen.steps(steps), 5e-3))
    for p in ("One day, Lily met a", "Once upon a time"):
        print("  %s -> %s" % (p, tokenizer.decode(generate(model, [BOS] + tokenizer.encode(p), {EOS}))))
    write_decoder(kitchen.out / file, model, tokenizer, title, description, quantisation,
                  lambda writer: writer.add_eos_token_id(EOS))


def make_tiny(kitchen: Kitchen) -> None:
    """stories-tiny-F32.gguf."""
    make_continuation(kitchen, "tiny", 2, TINY, 900, "stories-tiny-F32.gguf", "Stories Tiny",
                      "Continues children's stories. A test model for servers.", "F32")


def make_moe(kitchen: Kitchen) -> None:
    """stories-moe-F16.gguf."""
    make_continuation(kitchen, "moe", 7, MOE, 350, "stories-moe-F16.gguf", "Stories MoE",
                      "Continues children's stories with a mixture of experts. A test model for servers.", "F16")
