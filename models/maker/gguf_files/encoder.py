# SPDX-License-Identifier: CC0-1.0
"""GGUF files of the architecture "bert"."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..networks.shapes import EncoderShape
from .file import add_tensor, finish, open_file

if TYPE_CHECKING:
    import gguf

    from ..networks.encoder import Encoder
    from ..tokenizers.wordpiece import WordPiece


def add_shape(writer: gguf.GGUFWriter, shape: EncoderShape) -> None:
    """The keys `bert.*` that describe the network, except the pooling."""
    writer.add_vocab_size(shape.vocab)
    writer.add_context_length(shape.ctx)
    writer.add_embedding_length(shape.dim)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)


def write_encoder(path: Path, model: Encoder, tokenizer: WordPiece, name: str, description: str,
                  pooling: Literal["MEAN", "RANK"]) -> None:
    """The whole file, matrices in F16. RANK: the input is [CLS] query [SEP] passage [SEP]."""
    import gguf

    from ..networks.parts import n_params
    writer = open_file(path, "bert", name, description, "F16", n_params(model))
    add_shape(writer, model.shape)
    writer.add_pooling_type(gguf.PoolingType[pooling])
    writer.add_token_type_count(1)
    tokenizer.write(writer)
    if pooling == "RANK":
        writer.add_add_eos_token(True)
        writer.add_add_sep_token(False)
    add_tensor(writer, "position_embd.weight", model.position, "F32")
    add_tensor(writer, "token_types.weight", model.token_types, "F32")
    for key, value in model.state_dict().items():
        if key != "token_types":
            add_tensor(writer, key.replace("cls_output.", "cls.output."), value, "F16")
    finish(writer, path)
