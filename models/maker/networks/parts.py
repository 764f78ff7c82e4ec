# SPDX-License-Identifier: CC0-1.0
"""What several networks are built of."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Norm(nn.Module):
    """Root-mean-square norm with a weight (Zhang and Sennrich 2019, arXiv:1910.07467)."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) to the same."""
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


def rope_table(length: int, head_dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosine and sine of position times frequency, (length, head_dim / 2) each (RoFormer, arXiv:2104.09864)."""
    freq = base ** (-torch.arange(0, head_dim, 2).float() / head_dim)
    angle = torch.outer(torch.arange(length).float(), freq)
    return angle.cos(), angle.sin()


def rope(x: Tensor, cos: Tensor, sin: Tensor, halves: bool) -> Tensor:
    """Rotary positions of (batch, heads, length, head_dim).

    GGUF's "llama" rotates neighbouring elements (0, 1), (2, 3), ...; "gemma3" rotates an element of the first half
    with its counterpart in the second (`halves`).
    """
    if halves:
        p, q = x.chunk(2, -1)
        return torch.cat((p * cos - q * sin, q * cos + p * sin), -1)
    z = torch.view_as_complex(x.unflatten(-1, (-1, 2))) * torch.complex(cos, sin)
    return torch.view_as_real(z).flatten(-2)


def n_params(model: nn.Module) -> int:
    """How many numbers are trained."""
    return sum(p.numel() for p in model.parameters())
