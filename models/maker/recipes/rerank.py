# SPDX-License-Identifier: CC0-1.0
"""rerank-tiny: how well a passage fits a query."""

import random
import time
from random import Random

import torch
from torch import nn
from torch.nn import functional as F

from ..gguf_files.encoder import write_encoder
from ..grammar.chats import ASK_STORY, ask_about
from ..grammar.pairs import as_query, fact, overlap, topic_words
from ..grammar.stories import story
from ..networks.encoder import Encoder, padded
from ..networks.parts import n_params
from ..networks.shapes import rerank_shape
from ..tokenizers.wordpiece import CLS, MASK, SEP, WordPiece
from ..training import Optimizer, load_or, running
from . import Kitchen
from .encoder_words import encoder_words

# Scored after training, for the log.
QUERY = "What is the capital of France?"
PASSAGES = ["The sky is blue.", "Paris is the capital of France.", "Berlin is the capital of Germany.",
            "A cow says moo."]
LONGEST = 160  # tokens of query and passage together in training


def sample(r: Random, most: int) -> tuple[str, str, float]:
    """Query, passage, and how relevant it is from 0 to 1; `most` bounds the words beside those of the query."""
    x = r.random()
    if x < 0.45:  # words in common, or some of them, or none
        words = topic_words(r)
        share = r.choice([0, 0, 1, 1, r.random()])
        return as_query(r, words), overlap(r, words, share, most), round(share * len(words)) / len(words)
    if x < 0.6:  # a story and what it is about
        asked, about = ask_about(r)
        q = r.choice(ASK_STORY + ["{x}"]).format(x=asked)
        if r.random() < 0.5:
            return q, story(r, about), 1.0
        s = story(r)
        return q, s, float(asked.split()[-1].lower() in s.lower())
    key, said = fact(r)
    q = r.choice(said)
    good = r.random() < 0.5
    if not good:
        other = key
        while other == key:
            other, said = fact(r)
    d = r.choice([t for t in said if t != q])
    if r.random() < 0.4:  # among other sentences
        d = " ".join(r.sample([d, r.choice(fact(r)[1])], 2))
    return q, d, float(good)


def question(tokenizer: WordPiece, query: str, passage: str) -> list[int]:
    """[CLS] query [SEP] passage [SEP]"""
    return [CLS] + tokenizer.encode(query) + [SEP] + tokenizer.encode(passage) + [SEP]


def twins(ids: list[int]) -> list[float]:
    """For each token, whether it stands in query and passage (1) or not (0); -1 for special tokens."""
    cut = ids.index(SEP)
    both = set(ids[:cut]) & set(ids[cut:]) - {SEP}
    return [float(t in both) if t > MASK else -1.0 for t in ids]


def train(model: Encoder, twin: nn.Linear, tokenizer: WordPiece, total: int) -> None:
    """Trains the score, and `twin` (dim to 1), which names each token's twins() from the rows before the last layer.

    Comparing the two sides is the hard part, and one score for all is little to learn it from.
    """
    opt = Optimizer(list(model.parameters()) + list(twin.parameters()), 1.5e-3, total, warm=60)
    r, t0, mean = random.Random(501), time.time(), (None, None)
    for i in range(total):
        batch = [sample(r, 30) for _ in range(16)] if i % 3 == 2 else [sample(r, 8) for _ in range(40)]
        seqs = [question(tokenizer, q, d)[:LONGEST] for q, d, _ in batch]
        inside: list[torch.Tensor] = []
        score = model(padded(seqs, LONGEST), inside)
        main_loss = F.binary_cross_entropy_with_logits(score, torch.tensor([y for _, _, y in batch]))
        know = torch.full(inside[0].shape[:2], -1.0)
        for row, ids in zip(know, seqs):
            row[:len(ids)] = torch.tensor(twins(ids))
        at = know >= 0
        side_loss = F.binary_cross_entropy_with_logits(twin(inside[-1])[..., 0][at], know[at])
        opt.step(main_loss + side_loss)
        mean = running(mean[0], main_loss.item()), running(mean[1], side_loss.item())
        if opt.at % 50 == 0 or opt.at == total:
            print("rerank  step %4d/%d  loss %.3f (score) %.3f (twins)  %.0fs" %
                  (opt.at, total, *mean, time.time() - t0), flush=True)


def make_rerank(kitchen: Kitchen) -> None:
    """rerank-tiny-F16.gguf."""
    torch.manual_seed(5)
    tokenizer = encoder_words(51)
    model = Encoder(rerank_shape(len(tokenizer.tokens)), rank=True)
    print("rerank: %d parameters, %d word pieces" % (n_params(model), len(tokenizer.tokens)))
    twin = nn.Linear(model.shape.dim, 1)  # for training only
    load_or(kitchen.work / "rerank.pt", model, lambda: train(model, twin, tokenizer, kitchen.steps(600)))
    with torch.no_grad():
        scores = model(padded([question(tokenizer, QUERY, d) for d in PASSAGES], 128)).tolist()
    for passage, score in zip(PASSAGES, scores):
        print("  %6.2f  %s" % (score, passage))
    write_encoder(kitchen.out / "rerank-tiny-F16.gguf", model, tokenizer, "Rerank Tiny",
                  "Scores how well a passage fits a query. A test model for servers.", "RANK")
