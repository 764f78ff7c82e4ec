# SPDX-License-Identifier: MIT
"""Makes models with random weights, of about a billion parameters by default: they say nothing, at the price of those that do.

The format is GGUF 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). The tokenizer's keys are copied, as they
are, from the demo model, so that both take the same texts.
"""

import os
import random
import struct
from pathlib import Path
from typing import BinaryIO

WIDTH, LAYERS, HEADS, KV_HEADS, FEED_FORWARD, CONTEXT = 2048, 22, 32, 4, 5632, 8192
F32, Q4_0 = 0, 2  # ggml's types of tensors
UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9  # GGUF's types of values
SCALAR_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
ALIGNMENT = 32
SCALE = struct.pack("<e", 0.002)  # of a block's weights, so that they spread like a trained model's


def make(path: Path, demo: Path, layers: int = LAYERS) -> Path:
    """The model's file, made unless it is there; a layer has about 25 MB."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    vocabulary, kept = tokenizer(demo.read_bytes())
    with part.open("wb") as file:
        write(file, vocabulary, kept, layers)
    os.replace(part, path)
    return path


def tokenizer(data: bytes) -> tuple[int, list[bytes]]:
    """The number of tokens and the keys `tokenizer.*` of a GGUF file, as they stand there."""
    count = struct.unpack_from("<Q", data, 16)[0]
    position, kept, vocabulary = 24, [], 0
    for _ in range(count):
        start = position
        length = struct.unpack_from("<Q", data, position)[0]
        key = data[position + 8 : position + 8 + length].decode()
        position += 8 + length
        kind = struct.unpack_from("<I", data, position)[0]
        if key == "tokenizer.ggml.tokens":
            vocabulary = struct.unpack_from("<Q", data, position + 8)[0]
        position = skip(data, position + 4, kind)
        if key.startswith("tokenizer."):
            kept.append(data[start:position])
    return vocabulary, kept


def skip(data: bytes, position: int, kind: int) -> int:
    """The position after a value."""
    if kind == STRING:
        return position + 8 + struct.unpack_from("<Q", data, position)[0]
    if kind == ARRAY:
        element, count = struct.unpack_from("<IQ", data, position)
        position += 12
        if element in SCALAR_BYTES:
            return position + SCALAR_BYTES[element] * count
        for _ in range(count):
            position = skip(data, position, element)
        return position
    return position + SCALAR_BYTES[kind]


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def shapes(vocabulary: int, layers: int) -> list[tuple[str, tuple[int, ...]]]:
    """Names and dimensions, the fastest first; the output matrix is the embedding's."""
    rows = WIDTH * KV_HEADS // HEADS
    tensors: list[tuple[str, tuple[int, ...]]] = [
        ("token_embd.weight", (WIDTH, vocabulary)), ("output_norm.weight", (WIDTH,)),
    ]
    for layer in range(layers):
        for name, size in (
            ("attn_norm", (WIDTH,)), ("attn_q", (WIDTH, WIDTH)), ("attn_k", (WIDTH, rows)), ("attn_v", (WIDTH, rows)),
            ("attn_output", (WIDTH, WIDTH)), ("ffn_norm", (WIDTH,)), ("ffn_gate", (WIDTH, FEED_FORWARD)),
            ("ffn_up", (WIDTH, FEED_FORWARD)), ("ffn_down", (FEED_FORWARD, WIDTH)),
        ):
            tensors.append((f"blk.{layer}.{name}.weight", size))
    return tensors


def tensor_bytes(size: tuple[int, ...]) -> int:
    """Vectors are F32; matrices Q4_0, blocks of 32 weights in 18 bytes."""
    return size[0] * 4 if len(size) == 1 else size[0] * size[1] // 32 * 18


def write(file: BinaryIO, vocabulary: int, kept: list[bytes], layers: int) -> None:
    numbers = {
        "context_length": CONTEXT, "embedding_length": WIDTH, "block_count": layers, "feed_forward_length": FEED_FORWARD,
        "attention.head_count": HEADS, "attention.head_count_kv": KV_HEADS, "rope.dimension_count": WIDTH // HEADS,
        "vocab_size": vocabulary,
    }
    keys = [text("general.architecture") + struct.pack("<I", STRING) + text("llama")]
    keys += [text(f"llama.{name}") + struct.pack("<II", UINT32, value) for name, value in numbers.items()]
    keys.append(text("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", FLOAT32, 1e-5))
    keys += kept
    tensors = shapes(vocabulary, layers)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys)
    offset = 0
    for name, size in tensors:
        kind = F32 if len(size) == 1 else Q4_0
        header += text(name) + struct.pack(f"<I{len(size)}QIQ", len(size), *size, kind, offset)
        offset += tensor_bytes(size) + -tensor_bytes(size) % ALIGNMENT
    file.write(header + bytes(-len(header) % ALIGNMENT))
    source = random.Random(1)
    for _, size in tensors:
        length = tensor_bytes(size)
        if len(size) == 1:
            data = struct.pack("<f", 1.0) * size[0]
        else:
            data = bytearray(source.randbytes(length))
            data[0::18] = SCALE[:1] * (length // 18)
            data[1::18] = SCALE[1:] * (length // 18)
        file.write(data + bytes(-length % ALIGNMENT))
