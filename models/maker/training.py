# SPDX-License-Identifier: CC0-1.0
"""How the models are trained: the optimizer, the loop of the language models, and weights kept between runs."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .networks.decoder import Decoder
from .tokenizers.sentencepiece_bpe import BOS


class Optimizer:
    """AdamW with linear warm-up over `warm` steps, then a straight line down to 3 % of the rate at step `total`.

    Gradients are cut to a norm of 1. A group's "slow" is a factor on its rate.
    """

    def __init__(self, params: Iterable[nn.Parameter] | Iterable[dict], lr: float, total: int, warm: int = 30) -> None:
        self.adam = torch.optim.AdamW(list(params), lr=lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.02, fused=True)
        self.lr, self.total, self.warm, self.at = lr, total, warm, 0

    def step(self, loss: Tensor) -> None:
        """One step down the slope of the loss."""
        f = min(1.0, (self.at + 1) / self.warm) * (1.0 - 0.97 * self.at / self.total)
        for g in self.adam.param_groups:
            g["lr"] = self.lr * f * g.get("slow", 1.0)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for g in self.adam.param_groups for p in g["params"]], 1.0)
        self.adam.step()
        self.at += 1


def rows(docs: Iterator[list[int]], length: int) -> Iterator[list[int]]:
    """Rows of `length` + 1 tokens, each beginning with the beginning of a document."""
    while True:
        row: list[int] = []
        while len(row) <= length:
            row += next(docs)
        yield row[:length + 1]


def running(mean: float | None, value: float) -> float:
    """The mean of the losses so far, the newest weighing 5 %."""
    return value if mean is None else 0.95 * mean + 0.05 * value


def train_language_model(name: str, model: Decoder, docs: Iterator[list[int]], total: int, lr: float,
                         boost: int | None = None, log: int = 200) -> None:
    """Loss on every token. Each sixth step has long rows, so that long contexts stay in hand.

    What follows the token `boost`, up to the document's end, counts five times. A line is logged each `log` steps.
    """
    opt = Optimizer(model.parameters(), lr, total)
    short, long = rows(docs, 256), rows(docs, 1024)
    t0, mean = time.time(), None
    model.train()
    for i in range(total):
        x = torch.tensor([next(long) for _ in range(2)] if i % 6 == 5 else [next(short) for _ in range(8)])
        logits, target = model(x[:, :-1]).flatten(0, 1), x[:, 1:].flatten()
        if boost is None:
            loss = F.cross_entropy(logits, target)
        else:
            weight = 1.0 + 4.0 * (last_seen(x, boost) > last_seen(x, BOS))[:, :-1].flatten()
            loss = (F.cross_entropy(logits, target, reduction="none") * weight).sum() / weight.sum()
        opt.step(loss)
        mean = running(mean, loss.item())
        if opt.at % log == 0 or opt.at == total:
            print("%-7s step %4d/%d  loss %.3f  %.0fs" % (name, opt.at, total, mean, time.time() - t0), flush=True)
    model.eval()


def last_seen(x: Tensor, token: int) -> Tensor:
    """For each place of (batch, length) ids, where `token` stood last up to there; -1: nowhere."""
    at = torch.arange(x.shape[1]).expand_as(x)
    return torch.where(x == token, at, -1).cummax(1).values


def load_or(path: Path, model: nn.Module, train: Callable[[], None]) -> None:
    """Gives the model the weights in `path`, or those of train(), which are left there for the next time."""
    if path.exists():
        model.load_state_dict(torch.load(path))
        model.eval()
    else:
        train()
        torch.save(model.state_dict(), path)
