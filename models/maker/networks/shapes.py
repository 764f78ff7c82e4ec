# SPDX-License-Identifier: CC0-1.0
"""The sizes of each network, free of torch: files are described by them as well."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecoderShape:
    """A llama decoder, or a gemma3 one."""

    vocab: int
    dim: int  # width of the residual stream
    layers: int
    heads: int
    kv_heads: int
    ffn: int  # width of the feed-forward layer, or of each expert
    ctx: int = 2048  # tokens that the file allows; training saw fewer
    experts: int = 0  # 0: a plain feed-forward layer
    used: int = 0  # experts for one token
    gemma: bool = False
    window: int = 0  # gemma3: tokens that a sliding layer sees

    @property
    def head_dim(self) -> int:
        """Width of one head."""
        return self.dim // self.heads


@dataclass(frozen=True)
class EncoderShape:
    """A BERT encoder."""

    vocab: int
    dim: int
    layers: int
    heads: int
    ffn: int
    ctx: int
    wave: float  # amplitude of the positions, which are sine waves


@dataclass(frozen=True)
class PictureShape:
    """A vision transformer with gemma3's projector."""

    size: int  # pixels a side of a picture
    patch: int  # pixels a side of a patch
    dim: int
    layers: int
    heads: int
    ffn: int
    merge: int  # patches a side that are averaged into one row for the decoder


CHAT = DecoderShape(vocab=1024, dim=128, layers=4, heads=4, kv_heads=2, ffn=256)
TINY = DecoderShape(vocab=768, dim=64, layers=5, heads=8, kv_heads=4, ffn=256)
INFILL = DecoderShape(vocab=768, dim=96, layers=4, heads=4, kv_heads=2, ffn=192)
MOE = DecoderShape(vocab=768, dim=64, layers=3, heads=8, kv_heads=4, ffn=128, experts=4, used=2)
# Six layers: gemma3 takes five with a sliding window, then one without.
VISION = DecoderShape(vocab=640, dim=64, layers=6, heads=4, kv_heads=2, ffn=256, gemma=True, window=512)
PICTURE = PictureShape(size=64, patch=8, dim=64, layers=2, heads=4, ffn=128, merge=2)


def embed_shape(vocab: int) -> EncoderShape:
    """The embedding model's sizes; its vocabulary is known after the tokenizer is made."""
    return EncoderShape(vocab, dim=128, layers=2, heads=4, ffn=256, ctx=512, wave=0.02)


def rerank_shape(vocab: int) -> EncoderShape:
    """The reranking model's sizes."""
    return EncoderShape(vocab, dim=128, layers=3, heads=4, ffn=256, ctx=512, wave=0.05)
