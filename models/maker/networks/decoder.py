# SPDX-License-Identifier: CC0-1.0
"""The transformers that generate text: llama, llama with experts, gemma3."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .parts import Norm, rope, rope_table
from .shapes import DecoderShape


class Block(nn.Module):
    """One layer. Q, K, V are one matrix here, and gate and up another; parts() takes them apart."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        d, hd = shape.dim, shape.head_dim
        self.h, self.kv, self.hd, self.gemma = shape.heads, shape.kv_heads, hd, shape.gemma
        self.attn_norm, self.ffn_norm = Norm(d), Norm(d)
        self.attn_qkv = nn.Linear(d, (self.h + 2 * self.kv) * hd, bias=False)
        self.attn_output = nn.Linear(self.h * hd, d, bias=False)
        self.experts, self.used = shape.experts, shape.used
        if self.experts:
            self.ffn_gate_inp = nn.Linear(d, self.experts, bias=False)
            self.ffn_gate_up_exps = nn.Parameter(torch.randn(self.experts, 2 * shape.ffn, d) * 0.04)
            self.ffn_down_exps = nn.Parameter(torch.randn(self.experts, d, shape.ffn) * 0.015)
        else:
            self.ffn_gate_up = nn.Linear(d, 2 * shape.ffn, bias=False)
            self.ffn_down = nn.Linear(shape.ffn, d, bias=False)
        if self.gemma:
            self.attn_q_norm, self.attn_k_norm = Norm(hd), Norm(hd)
            self.post_attention_norm, self.post_ffw_norm = Norm(d), Norm(d)

    def parts(self) -> dict[str, Tensor]:
        """The tensors by GGUF's names, without the `blk.N.` before them."""
        out = {}
        for key, value in self.state_dict().items():
            if key == "attn_qkv.weight":
                n = [self.h * self.hd, self.kv * self.hd, self.kv * self.hd]
                out.update(zip(("attn_q.weight", "attn_k.weight", "attn_v.weight"), value.split(n)))
            elif key == "ffn_gate_up.weight":
                out.update(zip(("ffn_gate.weight", "ffn_up.weight"), value.chunk(2)))
            elif key == "ffn_gate_up_exps":
                out.update(zip(("ffn_gate_exps.weight", "ffn_up_exps.weight"), value.chunk(2, 1)))
            elif key == "ffn_down_exps":
                out["ffn_down_exps.weight"] = value
            else:
                out[key] = value
        return out

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None = None) -> Tensor:
        """(batch, length, dim) to the same. Without a mask (True: sees), each token sees those before it."""
        b, t, _ = x.shape
        y = self.attn_qkv(self.attn_norm(x)).view(b, t, -1, self.hd).transpose(1, 2)
        qk, v = y[:, :self.h + self.kv], y[:, self.h + self.kv:]
        if self.gemma:
            qk = torch.cat((self.attn_q_norm(qk[:, :self.h]), self.attn_k_norm(qk[:, self.h:])), 1)
        qk = rope(qk, cos, sin, self.gemma)
        y = F.scaled_dot_product_attention(qk[:, :self.h], qk[:, self.h:], v, attn_mask=mask, is_causal=mask is None,
                                           enable_gqa=True)
        y = self.attn_output(y.transpose(1, 2).reshape(b, t, -1))
        x = x + (self.post_attention_norm(y) if self.gemma else y)
        if self.experts:
            return x + self.mixture(self.ffn_norm(x))
        gate, up = self.ffn_gate_up(self.ffn_norm(x)).chunk(2, -1)
        if self.gemma:
            return x + self.post_ffw_norm(self.ffn_down(F.gelu(gate, approximate="tanh") * up))
        return x + self.ffn_down(F.silu(gate) * up)

    def mixture(self, y: Tensor) -> Tensor:
        """The best few experts of each token, weighted; all are computed, as they are tiny."""
        best, which = self.ffn_gate_inp(y).topk(self.used, -1)
        weight = torch.zeros(*y.shape[:2], self.experts).scatter(-1, which, best.softmax(-1))
        gate, up = torch.einsum("btd,efd->btef", y, self.ffn_gate_up_exps).chunk(2, -1)
        return torch.einsum("btef,edf->btd", F.silu(gate) * up * weight[..., None], self.ffn_down_exps)


class Decoder(nn.Module):
    """A llama (or, with `shape.gemma`, a gemma3) decoder; the output matrix is the embedding's."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocab, shape.dim)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.dim)
        cos, sin = rope_table(shape.ctx, shape.head_dim)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02 if shape.gemma else 0.04)
        for b in self.blk:
            for m in (b.attn_output,) if b.experts else (b.attn_output, b.ffn_down):
                m.weight.data *= (2 * shape.layers) ** -0.5

    def embed(self, ids: Tensor) -> Tensor:
        """(batch, length) token ids to (batch, length, dim)."""
        e = self.token_embd(ids)
        return e * math.sqrt(self.shape.dim) if self.shape.gemma else e

    def forward(self, ids: Tensor | None = None, embd: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Logits (batch, length, vocab) for token ids, or for rows that embed() or a picture made."""
        x = self.embed(ids) if embd is None else embd
        t = x.shape[1]
        for b in self.blk:
            x = b(x, self.cos[:t], self.sin[:t], mask)
        return self.output_norm(x) @ self.token_embd.weight.T


@torch.no_grad()
def generate(model: Decoder, ids: list[int], stop: set[int], n: int = 200) -> list[int]:
    """Greedy continuation of at most `n` tokens (for the log only)."""
    out: list[int] = []
    for _ in range(n):
        token = model(torch.tensor([ids + out]))[0, -1].argmax().item()
        if token in stop:
            break
        out.append(token)
    return out
