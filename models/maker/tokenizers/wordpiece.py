# SPDX-License-Identifier: CC0-1.0
"""The tokenizer of the encoders: WordPiece, as BERT has it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gguf

PAD, UNK, CLS, SEP, MASK = range(5)
# GGUF marks the pieces that begin a word ("\u2581cat"), not those that go on.
WORD_BEGIN = "\u2581"


class WordPiece:
    """Lower-cased words, cut greedily into the longest pieces.

    Ids: the five special tokens, all characters at the beginning of a word, those inside one, common beginnings and
    insides, then whole words by frequency.
    """

    def __init__(self, texts: Iterable[str], size: int) -> None:
        """A vocabulary of at most `size` pieces from the words of `texts`."""
        words: Counter[str] = Counter()
        begin: Counter[str] = Counter()
        inside: Counter[str] = Counter()
        for text in texts:
            for word in self.words(text):
                words[word] += 1
        for word, n in words.items():
            for k in (2, 3, 4):
                if len(word) > k:
                    begin[word[:k]] += n
                for i in range(1, len(word) - k + 1):
                    inside[word[i:i + k]] += n
        chars = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
        self.tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        seen = set(self.tokens)

        def add(pieces: Iterable[str]) -> None:
            for piece in pieces:
                if piece not in seen and len(self.tokens) < size:
                    seen.add(piece)
                    self.tokens.append(piece)

        def by_frequency(counter: Counter[str]) -> list[str]:
            return [x for x, _ in sorted(counter.items(), key=lambda item: (-item[1], item[0]))]

        add(WORD_BEGIN + c for c in chars)
        add(c for c in chars if c.isalnum())
        add(WORD_BEGIN + x for x in by_frequency(begin)[:120])
        add(by_frequency(inside)[:160])
        add(WORD_BEGIN + x for x in by_frequency(words) if len(x) > 1)
        self.index = {token: i for i, token in enumerate(self.tokens)}
        self.longest = max(map(len, self.tokens))

    @staticmethod
    def words(text: str) -> list[str]:
        """Words and single punctuation marks, lower-cased, without accents."""
        out, word = [], ""
        for ch in unicodedata.normalize("NFD", text).lower():
            if unicodedata.category(ch) == "Mn":
                continue
            if ch.isspace() or not ch.isalnum():
                if word:
                    out.append(word)
                word = ""
                if not ch.isspace():
                    out.append(ch)
            else:
                word += ch
        return out + ([word] if word else [])

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without [CLS] and [SEP]; a word that cannot be cut into pieces is one [UNK]."""
        ids = []
        for word in self.words(text):
            word, i, found = WORD_BEGIN + word, 0, []
            while i < len(word):
                for j in range(min(len(word), i + self.longest), i, -1):
                    if word[i:j] in self.index:
                        found.append(self.index[word[i:j]])
                        i = j
                        break
                else:
                    found = [UNK]
                    break
            ids += found
        return ids

    def write(self, writer: gguf.GGUFWriter) -> None:
        """The keys `tokenizer.ggml.*` of the tokenizer model "bert"."""
        import gguf
        ordinary = len(self.tokens) - 5
        writer.add_tokenizer_model("bert")
        writer.add_tokenizer_pre("default")
        writer.add_token_list([t.encode() for t in self.tokens])
        writer.add_token_types([gguf.TokenType.CONTROL] * 5 + [gguf.TokenType.NORMAL] * ordinary)
        writer.add_pad_token_id(PAD)
        writer.add_unk_token_id(UNK)
        writer.add_bos_token_id(CLS)
        writer.add_uint32("tokenizer.ggml.cls_token_id", CLS)
        writer.add_eos_token_id(SEP)
        writer.add_sep_token_id(SEP)
        writer.add_mask_token_id(MASK)
        writer.add_add_bos_token(True)
