# SPDX-License-Identifier: MIT
"""Image files for tests, as bytes."""

import base64
import struct
import zlib


def png(width: int = 32, height: int = 32, color: tuple[int, int, int] = (220, 20, 20), *,
        claimed: tuple[int, int] | None = None, data: bytes | None = None) -> bytes:
    """A PNG of one colour; `claimed` is the size that its header names, `data` are other rows than its own."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + bytes(color) * width) * height if data is None else data
    size = struct.pack(">II", *(claimed or (width, height)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0])) + chunk(b"IDAT", zlib.compress(rows, 9))
            + chunk(b"IEND", b""))


def shape(is_circle: bool, color: tuple[int, int, int]) -> bytes:
    """A circle or a square on white, as the model vision-tiny has learnt to name them."""
    def inside(x: int, y: int) -> bool:
        return x * x + y * y < 400 if is_circle else max(abs(x), abs(y)) < 17

    rows = b"".join(b"\0" + b"".join(bytes(color if inside(x - 32, y - 32) else (255, 255, 255)) for x in range(64))
                    for y in range(64))
    return png(64, 64, data=rows)


def uri(image: bytes, kind: str = "image/png") -> str:
    """The file as a data URI."""
    return f"data:{kind};base64,{base64.b64encode(image).decode()}"


def part(url: str) -> dict:
    """A part of a message, as OpenAI has it."""
    return {"type": "image_url", "image_url": {"url": url}}
