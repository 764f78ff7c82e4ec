# SPDX-License-Identifier: MIT
"""The parts of scripts/release-check: systems to install on, and what is asked of a server there."""
