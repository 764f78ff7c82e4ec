#!/usr/bin/env python3
# SPDX-License-Identifier: CC0-1.0
"""Makes the tiny GGUF models of this folder, from nothing, on a CPU: see README.md and maker/."""

from maker.commandline import main

if __name__ == "__main__":
    main()
