# SPDX-License-Identifier: CC0-1.0
"""Pictures of one coloured shape on a plain ground, and what can be asked about them."""

from random import Random

import numpy as np

# Pictures are squares of this many pixels a side.
SIZE = 64

PAINT = {"red": (220, 30, 30), "blue": (40, 60, 220), "green": (30, 160, 50), "yellow": (240, 220, 40),
         "pink": (250, 150, 190), "purple": (130, 40, 160), "orange": (245, 140, 20), "white": (250, 250, 250),
         "brown": (120, 75, 35), "black": (15, 15, 15)}
SHAPES = ["circle", "square", "triangle", "cross"]
ASK_PICTURE = ["What is this:", "What is this?", "What is in the picture?", "Describe this image.", "What do you see?",
               "Describe the picture.", "What's in this image?"]


def picture(r: Random, noise: np.random.Generator) -> tuple[str, str, np.ndarray]:
    """One shape on a plain ground: its colour, its shape, and float32 of (SIZE, SIZE, 3) from 0 to 255."""
    color, shape = r.choice(list(PAINT)), r.choice(SHAPES)
    while True:
        g = r.randrange(256)                       # white, black, grey, or a pale colour
        ground = r.choice([(255, 255, 255), (0, 0, 0), (g, g, g), tuple(r.randrange(180, 256) for _ in range(3))])
        if sum(abs(x - y) for x, y in zip(ground, PAINT[color])) > 150:
            break
    n = SIZE
    y, x = np.mgrid[0:n, 0:n].astype(np.float32)
    s = r.uniform(14, 24)                          # in the middle, more or less
    x, y = x - n / 2 - r.uniform(-7, 7), y - n / 2 - r.uniform(-7, 7)
    inside = {"circle": x * x + y * y < s * s,
              "square": np.maximum(abs(x), abs(y)) < s * 0.85,
              "triangle": (y < s * 0.8) & (abs(x) * 1.7 < y + s),
              "cross": ((abs(x) < s * 0.3) | (abs(y) < s * 0.3)) & (np.maximum(abs(x), abs(y)) < s)}[shape]
    img = np.where(inside[:, :, None], np.float32(PAINT[color]), np.float32(ground))
    img += noise.normal(0, 6, img.shape).astype(np.float32)
    return color, shape, img.clip(0, 255)
