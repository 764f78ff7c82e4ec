# SPDX-License-Identifier: CC0-1.0
"""The transformers. Attributes are named as GGUF names the tensors, and tensors are written in their order."""
