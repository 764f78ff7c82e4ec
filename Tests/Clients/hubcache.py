# SPDX-License-Identifier: MIT
"""A Hugging Face cache as its tools lay it out, made by the tests."""

from pathlib import Path

from hub import COMMIT, sha256


def put(cache: Path, repository: str, files: dict[str, bytes], commit: str = COMMIT,
        branch: str | None = "main") -> Path:
    """Writes a repository's snapshot; returns its folder."""
    folder = cache / ("models--" + repository.replace("/", "--"))
    for path, data in files.items():
        blob = folder / "blobs" / sha256(data)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        link = folder / "snapshots" / commit / path
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to("../" * (path.count("/") + 2) + f"blobs/{blob.name}")
    if branch:
        (folder / "refs").mkdir(parents=True, exist_ok=True)
        (folder / "refs" / branch).write_text(commit)
    return folder
