# SPDX-License-Identifier: CC0-1.0
"""Untrained models of the memories that can't be cut anywhere, for tests of what a cache may reuse.

    qwen35       hybrid: every second layer is gated delta net, the others attention; one layer behind the trunk proposes tokens (MTP)
    qwen35-head  that layer alone, as the files `mtp-*.gguf` have it: a draft model that can't run by itself
    lfm2         hybrid: short convolutions and attention in turn
    mamba        recurrent: no attention at all
    gemma3       windows: every second layer sees the last 32 tokens, the others all

lfm2 becomes a hybrid with windows where `lfm2.attention.sliding_window` is set.

The weights are random and fixed by a seed; the words mean nothing, but the log-probabilities are as sensitive to a wrong
state as those of a trained model. All is F32 and the output matrix is the embedding's: files stay below a megabyte, and
what the same tokens give in other steps differs by rounding alone. Vocabulary and chat template are those of
stories-chat. Only numpy and gguf are needed.
The keys and tensor names are those that llama.cpp reads for each architecture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..gguf_files.file import finish, open_file
from . import Kitchen

if TYPE_CHECKING:
    import numpy as np

WIDTH, FEED_FORWARD, CONTEXT = 64, 64, 16384
HEADS, KV_HEADS, HEAD = 4, 2, 16  # attention: query heads, key and value heads, the width of each
LAYERS = 4  # of the trunk of both hybrid models
# Qwen's gated delta net: value heads, key heads, state of each; the convolution runs over keys, queries and values.
DELTA_VALUES, DELTA_KEYS, DELTA_STATE, KERNEL = 4, 2, 16, 4
MAMBA_LAYERS, MAMBA_STATE, MAMBA_RANK = 3, 16, 4
WINDOW = 32  # tokens
# Of the embedding, which is the output's as well: no token gets nearly all of the probability.
EMBEDDING = 0.25


class RandomFile:
    """A GGUF file of one architecture with stories-chat's vocabulary, filled with random tensors."""

    def __init__(self, kitchen: Kitchen, name: str, arch: str, description: str) -> None:
        import gguf
        import numpy as np
        self.path = kitchen.out / f"{name}.gguf"
        self.arch = arch
        self.random = np.random.default_rng(7)
        self.tensors: dict[str, np.ndarray] = {}
        self.keys: dict[str, int | float | list[int]] = {}
        self.description = description
        self.title = name
        self.vocabulary = {key: field for key, field in gguf.GGUFReader(kitchen.out / "stories-chat-Q8_0.gguf").fields.items()
                           if key.startswith("tokenizer.")}
        self.words = len(self.vocabulary["tokenizer.ggml.tokens"].data)

    def key(self, **values: int | float | list[int]) -> None:
        """Keys below the architecture's name; `__` stands for a dot."""
        self.keys.update({name.replace("__", "."): value for name, value in values.items()})

    def normal(self, name: str, *shape: int, scale: float | None = None) -> None:
        """A normal tensor; the shape in ggml's order, the input's width first, whose root scales it where nothing is given."""
        import numpy as np
        values = self.random.standard_normal(shape[::-1]).astype(np.float32)
        self.tensors[name] = values * np.float32(shape[0] ** -0.5 if scale is None else scale)

    def ones(self, name: str, width: int) -> None:
        """A norm's weight."""
        import numpy as np
        self.tensors[name] = np.ones(width, np.float32)

    def decay(self, name: str, *shape: int, scale: float, least: float = 0.0) -> None:
        """A state's decay: negative, at most `-least`."""
        import numpy as np
        self.normal(name, *shape, scale=scale)
        self.tensors[name] = -np.abs(self.tensors[name]) - np.float32(least)

    def feed_forward(self, block: str) -> None:
        """Gate, up and down."""
        self.normal(block + "ffn_gate.weight", WIDTH, FEED_FORWARD)
        self.normal(block + "ffn_up.weight", WIDTH, FEED_FORWARD)
        self.normal(block + "ffn_down.weight", FEED_FORWARD, WIDTH)

    def attention(self, block: str, queries: int) -> None:
        """Projections and the norms of queries and keys; `queries` is the width of the query's projection."""
        self.normal(block + "attn_q.weight", WIDTH, queries)
        self.normal(block + "attn_k.weight", WIDTH, HEAD * KV_HEADS)
        self.normal(block + "attn_v.weight", WIDTH, HEAD * KV_HEADS)
        self.normal(block + "attn_output.weight", HEAD * HEADS, WIDTH)
        self.ones(block + "attn_q_norm.weight", HEAD)
        self.ones(block + "attn_k_norm.weight", HEAD)

    def write(self) -> None:
        """The whole file, in F32."""
        import gguf
        writer = open_file(self.path, self.arch, self.title, self.description, "F32",
                           sum(tensor.size for tensor in self.tensors.values()))
        for key, field in self.vocabulary.items():
            if field.types[0] == gguf.GGUFValueType.ARRAY:
                writer.add_array(key, field.contents())
            else:
                writer.add_key_value(key, field.contents(), field.types[0])
        self.key(vocab_size=self.words, context_length=CONTEXT, embedding_length=WIDTH)
        for key, value in self.keys.items():
            name = f"{self.arch}.{key}"
            if isinstance(value, list):
                writer.add_array(name, value)
            elif isinstance(value, float):
                writer.add_float32(name, value)
            else:
                writer.add_uint32(name, value)
        for name, tensor in self.tensors.items():
            writer.add_tensor(name, tensor)
        finish(writer, self.path)


def qwen35(kitchen: Kitchen, name: str, description: str, trunk: bool) -> None:
    """The trunk, if it is wanted, and one layer behind it that proposes tokens."""
    file = RandomFile(kitchen, name, "qwen35", description)
    file.key(block_count=LAYERS + 1, feed_forward_length=FEED_FORWARD, nextn_predict_layers=1, full_attention_interval=2,
             attention__head_count=HEADS, attention__head_count_kv=KV_HEADS, attention__key_length=HEAD,
             attention__value_length=HEAD, attention__layer_norm_rms_epsilon=1e-6, rope__freq_base=10000.0,
             rope__dimension_count=HEAD, rope__dimension_sections=[4, 2, 2, 0], ssm__conv_kernel=KERNEL,
             ssm__inner_size=DELTA_VALUES * DELTA_STATE, ssm__state_size=DELTA_STATE, ssm__time_step_rank=DELTA_VALUES,
             ssm__group_count=DELTA_KEYS)
    file.normal("token_embd.weight", WIDTH, file.words, scale=EMBEDDING)
    file.ones("output_norm.weight", WIDTH)
    values = DELTA_VALUES * DELTA_STATE
    mixed = 2 * DELTA_KEYS * DELTA_STATE + values
    for layer in range(0 if trunk else LAYERS, LAYERS + 1):
        block = f"blk.{layer}."
        file.ones(block + "attn_norm.weight", WIDTH)
        file.ones(block + "post_attention_norm.weight", WIDTH)
        if layer == LAYERS or layer % 2:
            file.attention(block, 2 * HEAD * HEADS)  # each query with its gate
        else:
            file.normal(block + "attn_qkv.weight", WIDTH, mixed)
            file.normal(block + "attn_gate.weight", WIDTH, values)
            file.normal(block + "ssm_conv1d.weight", KERNEL, mixed)
            file.normal(block + "ssm_dt.bias", DELTA_VALUES, scale=0.1)
            file.decay(block + "ssm_a", DELTA_VALUES, scale=0.05)
            file.normal(block + "ssm_beta.weight", WIDTH, DELTA_VALUES)
            file.normal(block + "ssm_alpha.weight", WIDTH, DELTA_VALUES)
            file.ones(block + "ssm_norm.weight", DELTA_STATE)
            file.normal(block + "ssm_out.weight", values, WIDTH)
        file.feed_forward(block)
    file.normal(f"blk.{LAYERS}.nextn.eh_proj.weight", 2 * WIDTH, WIDTH)
    file.ones(f"blk.{LAYERS}.nextn.enorm.weight", WIDTH)
    file.ones(f"blk.{LAYERS}.nextn.hnorm.weight", WIDTH)
    file.write()


def make_qwen35(kitchen: Kitchen) -> None:
    """qwen35.gguf and qwen35-head.gguf."""
    qwen35(kitchen, "qwen35", "Random hybrid of gated delta nets and attention. A test model for servers.", trunk=True)
    qwen35(kitchen, "qwen35-head", "Random head that proposes tokens. A test file for servers.", trunk=False)


def make_lfm2(kitchen: Kitchen) -> None:
    """lfm2.gguf."""
    file = RandomFile(kitchen, "lfm2", "lfm2", "Random hybrid of short convolutions and attention. A test model for servers.")
    file.key(block_count=LAYERS, feed_forward_length=FEED_FORWARD, attention__head_count=HEADS,
             attention__head_count_kv=[KV_HEADS if layer % 2 else 0 for layer in range(LAYERS)],
             attention__layer_norm_rms_epsilon=1e-5, rope__freq_base=10000.0, shortconv__l_cache=3)
    file.normal("token_embd.weight", WIDTH, file.words, scale=EMBEDDING)
    file.ones("token_embd_norm.weight", WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        file.ones(block + "attn_norm.weight", WIDTH)
        file.ones(block + "ffn_norm.weight", WIDTH)
        file.feed_forward(block)
        if layer % 2:
            file.attention(block, HEAD * HEADS)
        else:
            file.normal(block + "shortconv.conv.weight", 3, WIDTH)
            file.normal(block + "shortconv.in_proj.weight", WIDTH, 3 * WIDTH)
            file.normal(block + "shortconv.out_proj.weight", WIDTH, WIDTH)
    file.write()


def make_mamba(kitchen: Kitchen) -> None:
    """mamba.gguf."""
    file = RandomFile(kitchen, "mamba", "mamba", "Random recurrent network. A test model for servers.")
    inner = 2 * WIDTH
    file.key(block_count=MAMBA_LAYERS, feed_forward_length=0, attention__head_count=0,
             attention__layer_norm_rms_epsilon=1e-5, ssm__conv_kernel=KERNEL, ssm__inner_size=inner,
             ssm__state_size=MAMBA_STATE, ssm__time_step_rank=MAMBA_RANK)
    file.normal("token_embd.weight", WIDTH, file.words, scale=EMBEDDING)
    file.ones("output_norm.weight", WIDTH)
    for layer in range(MAMBA_LAYERS):
        block = f"blk.{layer}."
        file.ones(block + "attn_norm.weight", WIDTH)
        file.normal(block + "ssm_in.weight", WIDTH, 2 * inner)
        file.normal(block + "ssm_conv1d.weight", KERNEL, inner)
        file.normal(block + "ssm_conv1d.bias", inner, scale=0.1)
        file.normal(block + "ssm_x.weight", inner, MAMBA_RANK + 2 * MAMBA_STATE)
        file.normal(block + "ssm_dt.weight", MAMBA_RANK, inner)
        file.normal(block + "ssm_dt.bias", inner, scale=0.1)
        file.decay(block + "ssm_a", MAMBA_STATE, inner, scale=0.5, least=0.01)
        file.ones(block + "ssm_d", inner)
        file.normal(block + "ssm_out.weight", inner, WIDTH)
    file.write()


def make_gemma3(kitchen: Kitchen) -> None:
    """gemma3.gguf."""
    file = RandomFile(kitchen, "gemma3", "gemma3", "Random transformer with windows. A test model for servers.")
    file.key(block_count=LAYERS, feed_forward_length=FEED_FORWARD, attention__head_count=HEADS,
             attention__head_count_kv=KV_HEADS, attention__key_length=HEAD, attention__value_length=HEAD,
             attention__layer_norm_rms_epsilon=1e-6, attention__sliding_window=WINDOW,
             attention__sliding_window_pattern=2, rope__freq_base=10000.0)
    file.normal("token_embd.weight", WIDTH, file.words, scale=EMBEDDING)
    file.ones("output_norm.weight", WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            file.ones(f"{block}{norm}.weight", WIDTH)
        file.attention(block, HEAD * HEADS)
        file.feed_forward(block)
    file.write()
