# SPDX-License-Identifier: CC0-1.0
"""The tokenizer of the models that generate: SentencePiece BPE with byte fallback."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gguf

BOS, EOS = 1, 2


class SentencePieceBPE:
    """A trained SentencePiece model, and its GGUF form.

    Ids: 0 <unk>, 1 <s>, 2 </s>, then the control tokens given, 256 bytes, pieces.
    """

    def __init__(self, work: Path, name: str, texts: Iterable[str], vocab_size: int, control: Iterable[str] = (),
                 space_prefix: bool = False) -> None:
        """Trains on `texts`, one a line, unless `work` holds a model of that name already.

        `space_prefix`: a space is put before each text, as llama's own tokenizer does.
        """
        import sentencepiece
        self.space_prefix = space_prefix
        prefix = work / ("spm-" + name)
        if not prefix.with_suffix(".model").exists():
            with open(prefix.with_suffix(".txt"), "w") as lines:
                for text in texts:
                    lines.write(text.replace("\n", " ") + "\n")
            sentencepiece.SentencePieceTrainer.train(
                input=str(prefix.with_suffix(".txt")), model_prefix=str(prefix), model_type="bpe",
                vocab_size=vocab_size, byte_fallback=True, character_coverage=1.0, split_digits=True,
                add_dummy_prefix=space_prefix, remove_extra_whitespaces=False,
                normalization_rule_name="identity", control_symbols=list(control),
                required_chars="".join(chr(c) for c in range(33, 127)),
                num_threads=1, minloglevel=2)
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(prefix.with_suffix(".model")))

    def id(self, piece: str) -> int:
        """The id of a piece or control token."""
        return self.pieces.piece_to_id(piece)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without <s> and </s>; control tokens in the text are plain characters here."""
        return self.pieces.encode(text)

    def decode(self, ids: list[int]) -> str:
        """The text of the ids; control tokens have none."""
        return self.pieces.decode(ids)

    def write(self, writer: gguf.GGUFWriter) -> None:
        """The keys `tokenizer.ggml.*` of the tokenizer model "llama"; the end of a turn is the recipe's to add."""
        import gguf
        tokens, scores, types = [], [], []
        for i in range(self.pieces.get_piece_size()):
            tokens.append(self.pieces.id_to_piece(i).encode())
            scores.append(self.pieces.get_score(i))
            types.append(gguf.TokenType.UNKNOWN if self.pieces.is_unknown(i) else
                         gguf.TokenType.CONTROL if self.pieces.is_control(i) else
                         gguf.TokenType.BYTE if self.pieces.is_byte(i) else gguf.TokenType.NORMAL)
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list(tokens)
        writer.add_token_scores(scores)
        writer.add_token_types(types)
        writer.add_bos_token_id(BOS)
        writer.add_unk_token_id(0)
        writer.add_add_bos_token(True)
        writer.add_add_eos_token(False)
        writer.add_add_space_prefix(self.space_prefix)
