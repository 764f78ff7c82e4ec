# SPDX-License-Identifier: CC0-1.0
"""The encoders: BERT, with a mean over the tokens or a score from the first one."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..tokenizers.wordpiece import PAD
from .parts import rope_table
from .shapes import EncoderShape


class EncoderBlock(nn.Module):
    """One layer, norms after the sums, as in BERT (arXiv:1810.04805)."""

    def __init__(self, d: int, heads: int, ffn: int) -> None:
        super().__init__()
        self.heads = heads
        self.attn_q, self.attn_k, self.attn_v = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
        self.attn_output = nn.Linear(d, d)
        self.attn_output_norm, self.layer_output_norm = nn.LayerNorm(d, 1e-12), nn.LayerNorm(d, 1e-12)
        self.ffn_up, self.ffn_down = nn.Linear(d, ffn), nn.Linear(ffn, d)
        self.attn_k.weight.data.copy_(self.attn_q.weight.data)  # at first, look at your like

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, length, dim) to the same; mask (batch, 1, 1, length), True for real tokens."""
        b, t, d = x.shape
        q, k, v = (m(x).view(b, t, self.heads, -1).transpose(1, 2) for m in (self.attn_q, self.attn_k, self.attn_v))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(b, t, d)
        x = self.attn_output_norm(x + self.attn_output(y))
        return self.layer_output_norm(x + self.ffn_down(F.gelu(self.ffn_up(x), approximate="tanh")))


class Encoder(nn.Module):
    """Sentences to unit vectors or, with `rank`, pairs of texts to scores."""

    def __init__(self, shape: EncoderShape, rank: bool) -> None:
        super().__init__()
        self.shape = shape
        d = shape.dim
        self.token_embd = nn.Embedding(shape.vocab, d)
        self.token_types = nn.Parameter(torch.zeros(1, d))
        self.token_embd_norm = nn.LayerNorm(d, 1e-12)
        self.blk = nn.ModuleList(EncoderBlock(d, shape.heads, shape.ffn) for _ in range(shape.layers))
        self.cls = nn.Linear(d, d) if rank else None
        self.cls_output = nn.Linear(d, 1) if rank else None
        for p in self.parameters():
            if p.dim() == 2 and p.shape[0] > 1:
                nn.init.normal_(p, std=0.05 if p is self.token_embd.weight else d ** -0.5)
        for b in self.blk:
            b.attn_k.weight.data.copy_(b.attn_q.weight.data)
        # Positions are sine waves, not learned: places that training never saw still make sense.
        cos, sin = rope_table(shape.ctx, d, 300.0)
        self.register_buffer("position", shape.wave * torch.cat((sin, cos), -1), persistent=False)

    def forward(self, ids: Tensor, inside: list[Tensor] | None = None) -> Tensor:
        """Token ids (batch, length) to vectors (batch, dim) of length one, or to scores (batch).

        With a list for `inside`, the rows that go into each layer are left there.
        """
        mask = (ids != PAD)
        x = self.token_embd(ids) + self.token_types[0] + self.position[:ids.shape[1]]
        x = self.token_embd_norm(x)
        for b in self.blk:
            if inside is not None:
                inside.append(x)
            x = b(x, mask[:, None, None, :])
        if self.cls is not None:  # a score from the first token
            return self.cls_output(torch.tanh(self.cls(x[:, 0])))[:, 0]
        m = mask[:, :, None].float()  # the mean over all tokens, at length one
        return F.normalize((x * m).sum(1) / m.sum(1), dim=-1)


def padded(seqs: list[list[int]], longest: int) -> Tensor:
    """Sequences of ids, cut at `longest`, as one (batch, length) of the longest of them."""
    seqs = [s[:longest] for s in seqs]
    n = max(map(len, seqs))
    return torch.tensor([s + [PAD] * (n - len(s)) for s in seqs])
