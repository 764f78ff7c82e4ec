# SPDX-License-Identifier: CC0-1.0
"""What goes into a GGUF file of each architecture. The keys and tensor names are those that llama.cpp reads."""
