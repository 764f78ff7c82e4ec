# SPDX-License-Identifier: CC0-1.0
"""The untrained models of the memory kinds, read back."""

import importlib.util
import shutil
import tempfile
import unittest
from pathlib import Path

from ..recipes import Kitchen, memory_kinds

BUNDLED = Path(__file__).parents[2]


@unittest.skipUnless(importlib.util.find_spec("gguf"), "the gguf package is not installed")
class MemoryKinds(unittest.TestCase):
    """What tells llama.cpp which memory a model has."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.kitchen = Kitchen(Path(folder.name), Path(folder.name))
        shutil.copy(BUNDLED / "stories-chat-Q8_0.gguf", self.kitchen.out)

    def made(self, name: str) -> tuple[dict[str, object], set[str]]:
        """Keys and names of tensors of a file that was made."""
        import gguf
        reader = gguf.GGUFReader(self.kitchen.out / f"{name}.gguf")
        return {key: field.contents() for key, field in reader.fields.items()}, {tensor.name for tensor in reader.tensors}

    def test_a_hybrid_has_both_kinds_of_layers_and_the_vocabulary_of_the_chat_model(self) -> None:
        memory_kinds.make_qwen35(self.kitchen)
        keys, tensors = self.made("qwen35")
        self.assertEqual((keys["qwen35.block_count"], keys["qwen35.nextn_predict_layers"]), (5, 1))
        self.assertEqual((len(keys["tokenizer.ggml.tokens"]), keys["qwen35.vocab_size"]), (1024, 1024))
        self.assertTrue({"blk.0.ssm_a", "blk.1.attn_q.weight", "blk.4.nextn.eh_proj.weight"} <= tensors)

    def test_a_head_has_nothing_of_the_trunk(self) -> None:
        memory_kinds.make_qwen35(self.kitchen)
        _, tensors = self.made("qwen35-head")
        self.assertEqual({name.split(".")[1] for name in tensors if name.startswith("blk.")}, {"4"})

    def test_short_convolutions_have_no_heads(self) -> None:
        memory_kinds.make_lfm2(self.kitchen)
        keys, _ = self.made("lfm2")
        self.assertEqual(keys["lfm2.attention.head_count_kv"], [0, 2, 0, 2])

    def test_a_recurrent_model_has_no_attention(self) -> None:
        memory_kinds.make_mamba(self.kitchen)
        _, tensors = self.made("mamba")
        self.assertFalse([name for name in tensors if "attn_q" in name])

    def test_windows_and_layers_that_see_all_in_turn(self) -> None:
        memory_kinds.make_gemma3(self.kitchen)
        keys, _ = self.made("gemma3")
        self.assertEqual((keys["gemma3.attention.sliding_window"], keys["gemma3.attention.sliding_window_pattern"]), (32, 2))

    def test_a_file_is_small(self) -> None:
        for name in ("qwen35", "lfm2", "mamba", "gemma3"):
            getattr(memory_kinds, f"make_{name}")(self.kitchen)
            self.assertLess((self.kitchen.out / f"{name}.gguf").stat().st_size, 1_000_000)

    def test_the_same_file_each_time(self) -> None:
        memory_kinds.make_mamba(self.kitchen)
        first = (self.kitchen.out / "mamba.gguf").read_bytes()
        memory_kinds.make_mamba(self.kitchen)
        self.assertEqual(first, (self.kitchen.out / "mamba.gguf").read_bytes())


if __name__ == "__main__":
    unittest.main()
