# SPDX-License-Identifier: CC0-1.0
"""The keys of the files. A recorder stands for the writer; the last class reads real bytes where `gguf` is installed."""

import importlib.util
import struct
import tempfile
import unittest
from pathlib import Path

from ..gguf_files import decoder, encoder, picture_encoder
from ..gguf_files.file import AUTHOR, LICENSE, finish, open_file, size_label
from ..networks.shapes import CHAT, MOE, PICTURE, VISION, embed_shape

BUNDLED = Path(__file__).parents[2]


class Recorder:
    """Stands for gguf.GGUFWriter: remembers what was added, by the name of the method or by the key."""

    def __init__(self) -> None:
        self.added: dict[str, object] = {}

    def __getattr__(self, name: str):
        def add(*values: object) -> None:
            key, value = values if len(values) == 2 else (name.removeprefix("add_"), values[0])
            self.added[key] = value
        return add


class Shapes(unittest.TestCase):
    """The keys that describe each network."""

    def test_llama(self) -> None:
        writer = Recorder()
        decoder.add_shape(writer, CHAT)
        self.assertEqual(writer.added, {
            "vocab_size": 1024, "context_length": 2048, "embedding_length": 128, "block_count": 4,
            "feed_forward_length": 256, "head_count": 4, "head_count_kv": 2, "layer_norm_rms_eps": 1e-5,
            "rope_freq_base": 10000.0, "rope_dimension_count": 32})

    def test_experts(self) -> None:
        writer = Recorder()
        decoder.add_shape(writer, MOE)
        self.assertEqual((writer.added["expert_count"], writer.added["expert_used_count"]), (4, 2))

    def test_gemma3(self) -> None:
        writer = Recorder()
        decoder.add_shape(writer, VISION)
        self.assertEqual((writer.added["sliding_window"], writer.added["key_length"]), (512, 16))
        self.assertNotIn("rope_dimension_count", writer.added)

    def test_bert(self) -> None:
        writer = Recorder()
        encoder.add_shape(writer, embed_shape(1000))
        self.assertEqual((writer.added["vocab_size"], writer.added["causal_attention"]), (1000, False))

    def test_clip(self) -> None:
        writer = Recorder()
        picture_encoder.add_shape(writer, PICTURE, VISION.dim)
        self.assertEqual(writer.added["clip.projector_type"], "gemma3")
        self.assertEqual(writer.added["clip.vision.projection_dim"], 64)

    def test_size_labels(self) -> None:
        self.assertEqual([size_label(n) for n in (722_000, 949_999, 1_100_000)], ["722K", "950K", "1.1M"])


class BundledFiles(unittest.TestCase):
    """The files beside the maker were made by it."""

    def test_each_begins_with_the_magic_and_version_3_and_names_maker_and_licence(self) -> None:
        files = sorted(BUNDLED.glob("*.gguf"))
        self.assertTrue(files, "no GGUF file in %s" % BUNDLED)
        for file in files:
            with self.subTest(file.name):
                head = file.read_bytes()[:4096]
                self.assertEqual(struct.unpack("<4sI", head[:8]), (b"GGUF", 3))
                self.assertIn(AUTHOR.encode(), head)
                self.assertIn(LICENSE.encode(), head)


@unittest.skipUnless(importlib.util.find_spec("gguf"), "the gguf package is not installed")
class WrittenFiles(unittest.TestCase):
    """A file without tensors, read back byte by byte."""

    def test_a_header_without_tensors(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "empty.gguf"
            writer = open_file(path, "llama", "Empty", "Nothing.", "Q8_0", 722_000)
            finish(writer, path)
            data = path.read_bytes()
        magic, version, tensors, keys = struct.unpack("<4sIQQ", data[:24])
        self.assertEqual((magic, version, tensors, keys), (b"GGUF", 3, 0, 10))
        # A key is its length, its bytes, then the type of its value (4: uint32, 8: string) and the value.
        self.assertIn(struct.pack("<Q", 17) + b"general.file_type" + struct.pack("<II", 4, 7), data)
        self.assertIn(struct.pack("<Q", 18) + b"general.size_label" + struct.pack("<IQ", 8, 4) + b"722K", data)


if __name__ == "__main__":
    unittest.main()
