# SPDX-License-Identifier: CC0-1.0
"""GGUF files of the architecture "clip": the picture encoder that `--mmproj` takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..networks.shapes import PictureShape
from .file import add_tensor, finish, open_file

if TYPE_CHECKING:
    import gguf

    from ..networks.picture_encoder import PictureEncoder

# The tensors whose names do not begin with "v.".
NAMES = {"position_embd": "v.position_embd.weight", "input_projection": "mm.input_projection.weight",
         "soft_emb_norm.weight": "mm.soft_emb_norm.weight"}


def add_shape(writer: gguf.GGUFWriter, shape: PictureShape, text_dim: int) -> None:
    """The keys `clip.*`; `text_dim` is the width of the decoder."""
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.projector_type", "gemma3")
    for key, value in (("image_size", shape.size), ("patch_size", shape.patch), ("embedding_length", shape.dim),
                       ("feed_forward_length", shape.ffn), ("block_count", shape.layers),
                       ("attention.head_count", shape.heads), ("projection_dim", text_dim),
                       ("projector.scale_factor", shape.merge)):
        writer.add_uint32("clip.vision." + key, value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])


def write_picture_encoder(path: Path, model: PictureEncoder, name: str) -> None:
    """The whole file, matrices in F16."""
    from ..networks.parts import n_params
    writer = open_file(path, "clip", name, "Picture encoder of Vision Tiny. A test model for servers.", "F16",
                       n_params(model), kind="mmproj")
    add_shape(writer, model.shape, model.input_projection.shape[1])
    for key, value in model.state_dict().items():
        add_tensor(writer, NAMES.get(key, "v." + key), value, "F32" if key == "position_embd" else "F16")
    finish(writer, path)
