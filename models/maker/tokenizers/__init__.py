# SPDX-License-Identifier: CC0-1.0
"""How texts become token ids, and how a tokenizer is written into a GGUF file."""
