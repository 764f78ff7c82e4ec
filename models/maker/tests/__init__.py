# SPDX-License-Identifier: CC0-1.0
"""Tests of what needs no torch: `python3 -m unittest discover -t models -s models/maker` from the repository's root."""
