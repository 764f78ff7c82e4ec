# SPDX-License-Identifier: MIT
"""Sounds for tests, and a projector with random weights that lets a model hear them."""

import math
import struct
from pathlib import Path

import gguf
import numpy as np

WIDTH, MELS, STACK, HIDDEN = 32, 80, 30, 64


def wav(seconds: float = 1.0, pitch: float = 440.0, rate: int = 16000) -> bytes:
    """A tone, mono, 16 bits."""
    count = int(seconds * rate)
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(2 * math.pi * pitch * i / rate))) for i in range(count))
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def projector(path: Path, width: int = 128) -> Path:
    """Whisper's encoder of one layer and Ultravox's projector; 50 embeddings of that width for half a minute."""
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type("mmproj")
    writer.add_bool("clip.has_audio_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.projector_type", "ultravox")
    for key, value in {"embedding_length": WIDTH, "feed_forward_length": 64, "block_count": 1, "projection_dim": width,
                       "attention.head_count": 2, "num_mel_bins": MELS, "projector.stack_factor": STACK}.items():
        writer.add_uint32(f"clip.audio.{key}", value)
    writer.add_float32("clip.audio.attention.layer_norm_epsilon", 1e-5)

    def matrix(name: str, *shape: int, kind: type = np.float32) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) / math.sqrt(shape[1])).astype(kind))

    def vector(name: str, *shape: int, value: float = 0) -> None:
        writer.add_tensor(name, np.full(shape, value, dtype=np.float32))

    matrix("a.conv1d.1.weight", WIDTH, MELS, 3, kind=np.float16)
    matrix("a.conv1d.2.weight", WIDTH, WIDTH, 3, kind=np.float16)
    matrix("a.position_embd.weight", 1500, WIDTH)
    for number in (1, 2):
        vector(f"a.conv1d.{number}.bias", WIDTH, 1)
        vector(f"a.blk.0.ln{number}.weight", WIDTH, value=1)
        vector(f"a.blk.0.ln{number}.bias", WIDTH)
    for name in ("q", "k", "v", "out"):
        matrix(f"a.blk.0.attn_{name}.weight", WIDTH, WIDTH)
        if name != "k":
            vector(f"a.blk.0.attn_{name}.bias", WIDTH)
    matrix("a.blk.0.ffn_up.weight", 64, WIDTH)
    vector("a.blk.0.ffn_up.bias", 64)
    matrix("a.blk.0.ffn_down.weight", WIDTH, 64)
    vector("a.blk.0.ffn_down.bias", WIDTH)
    vector("a.post_ln.weight", WIDTH, value=1)
    vector("a.post_ln.bias", WIDTH)
    vector("mm.a.norm_pre.weight", WIDTH * STACK, value=1)
    matrix("mm.a.mlp.1.weight", 2 * HIDDEN, WIDTH * STACK)
    vector("mm.a.norm_mid.weight", HIDDEN, value=0.1)
    matrix("mm.a.mlp.2.weight", width, HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
