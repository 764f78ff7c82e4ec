# SPDX-License-Identifier: CC0-1.0
"""GGUF files of the architectures "llama" (with and without experts) and "gemma3"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..networks.shapes import DecoderShape
from .file import Quantisation, add_tensor, finish, open_file

if TYPE_CHECKING:
    import gguf

    from ..networks.decoder import Decoder
    from ..tokenizers.sentencepiece_bpe import SentencePieceBPE


def add_shape(writer: gguf.GGUFWriter, shape: DecoderShape) -> None:
    """The keys `llama.*` or `gemma3.*` that describe the network."""
    writer.add_vocab_size(shape.vocab)
    writer.add_context_length(shape.ctx)
    writer.add_embedding_length(shape.dim)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    if shape.gemma:
        writer.add_key_length(shape.head_dim)
        writer.add_value_length(shape.head_dim)
        writer.add_sliding_window(shape.window)
    else:
        writer.add_rope_dimension_count(shape.head_dim)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(shape.used)


def write_decoder(path: Path, model: Decoder, tokenizer: SentencePieceBPE, name: str, description: str,
                  quantisation: Quantisation, extra: Callable[[gguf.GGUFWriter], None]) -> None:
    """The whole file; `extra` adds the end of a turn, the chat template and the like."""
    from ..networks.parts import n_params
    writer = open_file(path, "gemma3" if model.shape.gemma else "llama", name, description, quantisation,
                       n_params(model))
    add_shape(writer, model.shape)
    tokenizer.write(writer)
    extra(writer)
    add_tensor(writer, "token_embd.weight", model.token_embd.weight, quantisation)
    add_tensor(writer, "output_norm.weight", model.output_norm.weight, quantisation)
    for i, block in enumerate(model.blk):
        for key, value in block.parts().items():
            add_tensor(writer, "blk.%d.%s" % (i, key), value, quantisation)
    finish(writer, path)
