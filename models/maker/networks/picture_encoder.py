# SPDX-License-Identifier: CC0-1.0
"""The eyes of the vision model: a vision transformer with gemma3's projector, as llama.cpp's "clip" files hold it."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .parts import Norm
from .shapes import PictureShape


class PictureBlock(nn.Module):
    """One layer, norms before the sums, as in ViT (arXiv:2010.11929)."""

    def __init__(self, shape: PictureShape) -> None:
        super().__init__()
        d, self.heads = shape.dim, shape.heads
        self.ln1, self.ln2 = nn.LayerNorm(d, 1e-6), nn.LayerNorm(d, 1e-6)
        self.attn_q, self.attn_k, self.attn_v, self.attn_out = (nn.Linear(d, d) for _ in range(4))
        self.ffn_up, self.ffn_down = nn.Linear(d, shape.ffn), nn.Linear(shape.ffn, d)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, patches, dim) to the same."""
        b, t, d = x.shape
        y = self.ln1(x)
        q, k, v = (m(y).view(b, t, self.heads, -1).transpose(1, 2) for m in (self.attn_q, self.attn_k, self.attn_v))
        x = x + self.attn_out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d))
        return x + self.ffn_down(F.gelu(self.ffn_up(self.ln2(x)), approximate="tanh"))


class PictureEncoder(nn.Module):
    """Pictures to rows for the decoder."""

    def __init__(self, shape: PictureShape, text_dim: int) -> None:
        super().__init__()
        self.shape = shape
        d, n = shape.dim, shape.size // shape.patch
        self.side = n
        self.patch_embd = nn.Conv2d(3, d, shape.patch, shape.patch)
        self.position_embd = nn.Parameter(torch.randn(n * n, d) * 0.1)
        self.blk = nn.ModuleList(PictureBlock(shape) for _ in range(shape.layers))
        self.post_ln = nn.LayerNorm(d, 1e-6)
        self.soft_emb_norm = Norm(d, 1e-6)
        self.input_projection = nn.Parameter(torch.randn(d, text_dim) * d ** -0.5)
        self.rows = (n // shape.merge) ** 2

    def forward(self, img: Tensor) -> Tensor:
        """(batch, height, width, 3) from 0 to 255 to (batch, rows, text_dim)."""
        x = (img / 255.0 - 0.5) / 0.5
        x = self.patch_embd(x.permute(0, 3, 1, 2)).flatten(2).transpose(1, 2) + self.position_embd
        for b in self.blk:
            x = b(x)
        x = self.post_ln(x).transpose(1, 2).unflatten(2, (self.side, self.side))
        x = F.avg_pool2d(x, self.shape.merge).flatten(2).transpose(1, 2)
        return self.soft_emb_norm(x) @ self.input_projection
