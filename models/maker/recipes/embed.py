# SPDX-License-Identifier: CC0-1.0
"""embed-tiny: sentences that mean the same get vectors that point the same way."""

import random
import time
from random import Random

import torch
from torch.nn import functional as F

from ..gguf_files.encoder import write_encoder
from ..grammar.pairs import Key, as_query, fact, halves_of_story, overlap, topic_words
from ..networks.encoder import Encoder, padded
from ..networks.parts import n_params
from ..networks.shapes import embed_shape
from ..tokenizers.wordpiece import CLS, SEP, WordPiece
from ..training import Optimizer, load_or
from . import Kitchen
from .encoder_words import encoder_words

# Compared after training, for the log.
LINES = ["The dog lost his red ball at the park.", "At the park, the dog could not find his red ball.",
         "What is the capital of France?", "Paris is the capital of France."]
LONGEST = 96  # tokens of a sentence in training


def pair(r: Random) -> tuple[Key | None, str, str]:
    """Two texts that belong together, and the fact that both say; None: no other pair can say the same."""
    x = r.random()
    if x < 0.2:
        words = topic_words(r)
        return None, as_query(r, words) if r.random() < 0.5 else overlap(r, words, 1), overlap(r, words, 1)
    if x < 0.3:
        return None, *halves_of_story(r)
    key, said = fact(r)
    return key, *r.sample(said, 2)


def sentence(tokenizer: WordPiece, text: str) -> list[int]:
    """[CLS] text [SEP]"""
    return [CLS] + tokenizer.encode(text) + [SEP]


def train(model: Encoder, tokenizer: WordPiece, total: int) -> None:
    """Batches of 48 pairs; each sentence must find its own partner among all the others (arXiv:1807.03748)."""
    opt = Optimizer(model.parameters(), 2e-3, total)
    r, t0 = random.Random(401), time.time()
    for _ in range(total):
        keys: set[Key] = set()
        left: list[list[int]] = []
        right: list[list[int]] = []
        while len(left) < 48:
            key, p, q = pair(r)
            if key is None or key not in keys:
                keys.add(key)
                left.append(sentence(tokenizer, p))
                right.append(sentence(tokenizer, q))
        similarity = model(padded(left, LONGEST)) @ model(padded(right, LONGEST)).T / 0.06
        aim = torch.arange(len(left))
        loss = (F.cross_entropy(similarity, aim) + F.cross_entropy(similarity.T, aim)) / 2
        opt.step(loss)
        if opt.at % 50 == 0 or opt.at == total:
            print("embed   step %4d/%d  loss %.3f  %.0fs" % (opt.at, total, loss.item(), time.time() - t0), flush=True)


def make_embed(kitchen: Kitchen) -> None:
    """embed-tiny-F16.gguf."""
    torch.manual_seed(4)
    tokenizer = encoder_words(41)
    model = Encoder(embed_shape(len(tokenizer.tokens)), rank=False)
    print("embed: %d parameters, %d word pieces" % (n_params(model), len(tokenizer.tokens)))
    load_or(kitchen.work / "embed.pt", model, lambda: train(model, tokenizer, kitchen.steps(450)))
    with torch.no_grad():
        e = model(padded([sentence(tokenizer, t) for t in LINES], LONGEST))
    print("  cosines:", [[round(x, 2) for x in row] for row in (e @ e.T).tolist()])
    write_encoder(kitchen.out / "embed-tiny-F16.gguf", model, tokenizer, "Embed Tiny",
                  "Sentence embeddings, mean pooling. A test model for servers.", "MEAN")
