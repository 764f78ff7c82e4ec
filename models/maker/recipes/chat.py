# SPDX-License-Identifier: CC0-1.0
"""stories-chat, and pirate-chat, which starts from its weights."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

from ..gguf_files.decoder import write_decoder
from ..grammar.chats import Style, conversation, pirate
from ..grammar.stories import story
from ..grammar.words import NAMES
from ..networks.decoder import Decoder, generate
from ..networks.parts import n_params
from ..networks.shapes import CHAT
from ..tokenizers.sentencepiece_bpe import BOS, EOS, SentencePieceBPE
from ..training import load_or, train_language_model
from . import TRY, Kitchen

if TYPE_CHECKING:
    import gguf

IM_START, IM_END = "<|im_start|>", "<|im_end|>"
# ChatML, as a Jinja template.
CHATML = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
          "'<|im_end|>' + '\\n' }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")


class ChatTexts:
    """Tokenizer and documents of the chat models."""

    def __init__(self, kitchen: Kitchen) -> None:
        r = random.Random(11)
        sample = [story(r) for _ in range(1500)] + NAMES * 60
        for _ in range(3000):
            sample += [t for _, t in conversation(r)] + ["system", "user", "assistant"]
        sample += [t for _ in range(600) for _, t in conversation(r, pirate)]
        self.tokenizer = SentencePieceBPE(kitchen.work, "chat", sample, CHAT.vocab, [IM_START, IM_END])
        self.start, self.end = self.tokenizer.id(IM_START), self.tokenizer.id(IM_END)
        self.newline = self.tokenizer.encode("\n")

    def turn(self, role: str, text: str) -> list[int]:
        """One turn in ChatML."""
        return [self.start] + self.tokenizer.encode(role + "\n" + text) + [self.end] + self.newline

    def docs(self, seed: int, style: Style | None = None, plain: float = 0.12) -> Iterator[list[int]]:
        """Conversations without end, a share of `plain` of them plain stories."""
        r = random.Random(seed)
        while True:
            if r.random() < plain:
                yield [BOS] + self.tokenizer.encode(story(r)) + [self.end]
                continue
            ids = [BOS]
            for role, text in conversation(r, style):
                ids += self.turn(role, text)
            yield ids

    def ask(self, model: Decoder, question: str) -> str:
        """The model's answer."""
        ids = [BOS] + self.turn("user", question) + [self.start] + self.tokenizer.encode("assistant\n")
        return self.tokenizer.decode(generate(model, ids, {self.end, EOS}))

    def add_keys(self, writer: gguf.GGUFWriter) -> None:
        """The end of a turn and the template."""
        writer.add_eos_token_id(self.end)
        writer.add_eot_token_id(self.end)
        writer.add_chat_template(CHATML)


def chat_model(kitchen: Kitchen) -> tuple[ChatTexts, Decoder]:
    """Texts and trained model of stories-chat."""
    torch.manual_seed(1)
    texts = ChatTexts(kitchen)
    model = Decoder(CHAT)
    print("chat: %d parameters" % n_params(model))
    load_or(kitchen.work / "chat.pt", model, lambda: train_language_model(
        "chat", model, texts.docs(101), kitchen.steps(1800), 5e-3))
    return texts, model


def make_chat(kitchen: Kitchen) -> None:
    """stories-chat-F32.gguf and stories-chat-Q8_0.gguf."""
    texts, model = chat_model(kitchen)
    for q in TRY:
        print("  %s -> %s" % (q, texts.ask(model, q)))
    for quantisation in ("F32", "Q8_0"):
        write_decoder(kitchen.out / ("stories-chat-%s.gguf" % quantisation), model, texts.tokenizer, "Stories Chat",
                      "Tells children's stories and answers easy questions. A test model for servers.", quantisation,
                      texts.add_keys)


def make_pirate(kitchen: Kitchen) -> None:
    """pirate-chat-Q8_0.gguf."""
    texts, model = chat_model(kitchen)
    load_or(kitchen.work / "pirate.pt", model, lambda: train_language_model(
        "pirate", model, texts.docs(102, pirate, 0.0), kitchen.steps(300), 2e-3))
    for q in TRY:
        print("  %s -> %s" % (q, texts.ask(model, q)))
    write_decoder(kitchen.out / "pirate-chat-Q8_0.gguf", model, texts.tokenizer, "Pirate Chat",
                  "Stories Chat, fine-tuned to talk like a pirate. A test model for servers.", "Q8_0", texts.add_keys)
