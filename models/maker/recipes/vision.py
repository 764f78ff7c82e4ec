# SPDX-License-Identifier: CC0-1.0
"""vision-tiny: a gemma3 decoder and its picture encoder, which name the shape in a picture."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gguf_files.decoder import write_decoder
from ..gguf_files.picture_encoder import write_picture_encoder
from ..grammar.chats import conversation
from ..grammar.pictures import ASK_PICTURE, PAINT, SHAPES, picture
from ..grammar.stories import story
from ..grammar.words import NAMES, a
from ..networks.decoder import Decoder, generate
from ..networks.parts import n_params
from ..networks.picture_encoder import PictureEncoder
from ..networks.shapes import PICTURE, VISION
from ..tokenizers.sentencepiece_bpe import BOS, EOS, SentencePieceBPE
from ..training import Optimizer, load_or, rows, running
from . import TRY, Kitchen

if TYPE_CHECKING:
    import gguf

TURN, TURN_END, IMG, IMG_END = "<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>"
# Gemma's turns, as a Jinja template.
GEMMA = ("{% for message in messages %}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else "
         "message['role']) + '\\n' + message['content'] + '<end_of_turn>' + '\\n' }}{% endfor %}"
         "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}")


class PictureTalk(NamedTuple):
    """A question about a picture, and its answer."""

    ids: list[int]  # with zeros where the picture's rows go
    at: int  # where they begin
    picture: np.ndarray  # float32 of (size, size, 3) from 0 to 255
    answer: int  # where the answer begins
    shows: tuple[int, int]  # colour and shape


class VisionTexts:
    """Tokenizer and documents."""

    def __init__(self, kitchen: Kitchen) -> None:
        r = random.Random(61)
        sample = [story(r) for _ in range(1500)] + [t for _ in range(3000) for _, t in conversation(r)] + NAMES * 60
        sample += ["%s This is a %s %s. It is %s. It is a %s." % (q, c, s, c, s)
                   for q in ASK_PICTURE for c in PAINT for s in SHAPES]
        self.tokenizer = SentencePieceBPE(kitchen.work, "vision", sample + ["user", "model"] * 500, VISION.vocab,
                                          [TURN, TURN_END, IMG, IMG_END])
        self.turn_begin, self.turn_end, self.img, self.img_end = (
            self.tokenizer.id(x) for x in (TURN, TURN_END, IMG, IMG_END))
        self.newline = self.tokenizer.encode("\n")

    def turn(self, role: str, text: str) -> list[int]:
        """One turn as Gemma has it."""
        return [self.turn_begin] + self.tokenizer.encode(role + "\n" + text) + [self.turn_end] + self.newline

    def docs(self, seed: int) -> Iterator[list[int]]:
        """Conversations without pictures, without end."""
        r = random.Random(seed)
        while True:
            ids = [BOS]
            for role, text in conversation(r):
                ids += self.turn("model" if role == "assistant" else role, text)
            yield ids

    def about_picture(self, r: Random, noise: np.random.Generator, n_rows: int) -> PictureTalk:
        """A question about a new picture, which takes `n_rows` rows."""
        encode = self.tokenizer.encode
        color, shape, pic = picture(r, noise)
        x = r.random()
        if x < 0.15:
            ask, say = r.choice(["What color is it?", "What color is this shape?"]), "It is %s." % color
        elif x < 0.3:
            ask, say = r.choice(["What shape is it?", "What shape do you see?"]), "It is %s." % a(shape)
        else:
            ask, say = r.choice(ASK_PICTURE), "This is %s %s." % (a(color), shape)
        image = [self.img] + [0] * n_rows + [self.img_end]
        end = [self.turn_end] + self.newline
        x = r.random()
        if x < 0.15:  # plain text, as a completion request has it
            ids = [BOS] + encode(ask + " ") + image + self.newline
        elif x < 0.6:  # words, then picture
            ids = [BOS, self.turn_begin] + encode("user\n" + ask + r.choice(["\n", "", " "])) + image + end
        else:  # picture, then words
            ids = [BOS, self.turn_begin] + encode("user\n") + image + encode(r.choice(["\n", "", " "]) + ask) + end
        if ids[1] == self.turn_begin:
            ids += [self.turn_begin] + encode("model\n")
        return PictureTalk(ids + encode(say) + end, ids.index(self.img) + 1, pic, len(ids),
                           (list(PAINT).index(color), SHAPES.index(shape)))

    def add_keys(self, writer: gguf.GGUFWriter) -> None:
        """The end of a turn and the template."""
        writer.add_eos_token_id(self.turn_end)
        writer.add_eot_token_id(self.turn_end)
        writer.add_chat_template(GEMMA)


class Namer(nn.Module):
    """For training only: colour and shape straight from the encoder's rows."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.color, self.shape = nn.Linear(dim, len(PAINT)), nn.Linear(dim, len(SHAPES))

    def loss(self, picture_rows: Tensor, shows: Tensor) -> Tensor:
        """Of rows (batch, rows, dim) and colours and shapes (batch, 2)."""
        mean = picture_rows.mean(1)
        return F.cross_entropy(self.color(mean), shows[:, 0]) + F.cross_entropy(self.shape(mean), shows[:, 1])


def stacked(pictures: list[np.ndarray]) -> Tensor:
    """(batch, size, size, 3)"""
    return torch.from_numpy(np.stack(pictures))


def look(model: Decoder, eyes: PictureEncoder, batch: list[PictureTalk]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids (batch, length), logits for them, and the pictures' rows (batch, rows, dim).

    The rows of one picture see each other both ways.
    """
    n = max(len(b.ids) for b in batch)
    x = torch.zeros(len(batch), n, dtype=torch.long)
    see = torch.ones(n, n, dtype=torch.bool).tril().repeat(len(batch), 1, 1)
    for i, b in enumerate(batch):
        x[i, :len(b.ids)] = torch.tensor(b.ids)
        see[i, b.at:b.at + eyes.rows, b.at:b.at + eyes.rows] = True
    picture_rows = eyes(stacked([b.picture for b in batch]))
    e = model.embed(x)
    spot = torch.stack([torch.arange(b.at, b.at + eyes.rows) for b in batch])
    e = e.scatter(1, spot[:, :, None].expand(-1, -1, e.shape[2]), picture_rows)
    return x, model(embd=e, mask=see[:, None]), picture_rows


def train_to_see(eyes: PictureEncoder, namer: Namer, r: Random, noise: np.random.Generator, total: int,
                 t0: float) -> None:
    """The encoder first learns to see on its own, which is quick."""
    opt = Optimizer([p for m in (eyes, namer) for p in m.parameters()], 1.5e-3, total)
    mean = None
    for _ in range(total):
        batch = [picture(r, noise) for _ in range(64)]
        shows = torch.tensor([(list(PAINT).index(color), SHAPES.index(shape)) for color, shape, _ in batch])
        loss = namer.loss(eyes(stacked([pic for _, _, pic in batch])), shows)
        opt.step(loss)
        mean = running(mean, loss.item())
        if opt.at % 100 == 0 or opt.at == total:
            print("vision  step %4d/%d  loss %.3f (encoder)  %.0fs" % (opt.at, total, mean, time.time() - t0),
                  flush=True)


def train_to_tell(model: Decoder, eyes: PictureEncoder, namer: Namer, texts: VisionTexts, r: Random,
                  noise: np.random.Generator, total: int, t0: float) -> None:
    """Decoder and encoder together, the encoder at a fifth of the rate; every other step is without pictures."""
    seeing = [p for m in (eyes, namer) for p in m.parameters()]
    opt = Optimizer([{"params": list(model.parameters())}, {"params": seeing, "slow": 0.2}], 4e-3, total)
    plain = rows(texts.docs(601), 256)
    mean: list[float | None] = [None, None]
    for i in range(total):
        if i % 2:
            x = torch.tensor([next(plain) for _ in range(8)])
            logits, target, side = model(x[:, :-1]), x[:, 1:], 0.0
        else:
            batch = [texts.about_picture(r, noise, eyes.rows) for _ in range(32)]
            x, logits, picture_rows = look(model, eyes, batch)
            side = namer.loss(picture_rows, torch.tensor([b.shows for b in batch]))
            logits, target = logits[:, :-1], x[:, 1:].clone()
            for row, b in zip(target, batch):
                row[:b.answer - 1] = -100  # only the answer counts
                row[len(b.ids) - 1:] = -100
        loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-100)
        opt.step(loss + side)
        mean[i % 2] = running(mean[i % 2], loss.item())
        if opt.at % 100 == 0 or opt.at == total:
            print("vision  step %4d/%d  loss %.3f (pictures) %.3f (text)  %.0fs" %
                  (opt.at, total, mean[0], mean[1] or 0, time.time() - t0), flush=True)


@torch.no_grad()
def count_right(model: Decoder, eyes: PictureEncoder, texts: VisionTexts, n: int) -> int:
    """For how many of `n` new pictures every word of the answer is right."""
    r, noise, right = random.Random(62), np.random.default_rng(63), 0
    for _ in range(n):
        talk = texts.about_picture(r, noise, eyes.rows)
        x, logits, _ = look(model, eyes, [talk])
        begin, end = talk.answer, len(talk.ids) - len(texts.newline)
        right += bool((logits[0, begin - 1:end - 1].argmax(-1) == x[0, begin:end]).all())
    return right


def make_vision(kitchen: Kitchen) -> None:
    """vision-tiny/vision-tiny-Q8_0.gguf and vision-tiny/mmproj-vision-tiny-F16.gguf."""
    torch.manual_seed(6)
    texts = VisionTexts(kitchen)
    model = Decoder(VISION)
    eyes = PictureEncoder(PICTURE, VISION.dim)
    print("vision: %d parameters, and %d for pictures" % (n_params(model), n_params(eyes)))
    namer = Namer(VISION.dim)

    def train() -> None:
        r, noise, t0 = random.Random(602), np.random.default_rng(603), time.time()
        train_to_see(eyes, namer, r, noise, kitchen.steps(900), t0)
        train_to_tell(model, eyes, namer, texts, r, noise, kitchen.steps(900), t0)

    load_or(kitchen.work / "vision.pt", nn.ModuleList([model, eyes]), train)
    print("  pictures described without a mistake: %d of 100" % count_right(model, eyes, texts, 100))
    for q in TRY[:3]:
        ids = [BOS] + texts.turn("user", q) + [texts.turn_begin] + texts.tokenizer.encode("model\n")
        print("  %s -> %s" % (q, texts.tokenizer.decode(generate(model, ids, {texts.turn_end, EOS}))))
    folder = kitchen.out / "vision-tiny"
    folder.mkdir(exist_ok=True)
    write_decoder(folder / "vision-tiny-Q8_0.gguf", model, texts.tokenizer, "Vision Tiny",
                  "Names coloured shapes in pictures, tells stories. A test model for servers.", "Q8_0",
                  texts.add_keys)
    write_picture_encoder(folder / "mmproj-vision-tiny-F16.gguf", eyes, "Vision Tiny")
