# SPDX-License-Identifier: CC0-1.0
"""The grammar that writes every text and picture that the models are trained on. It needs no data."""
