# SPDX-License-Identifier: CC0-1.0
"""Options, and which recipes run side by side."""

import argparse
import importlib
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .recipes import Kitchen

# The module of each recipe; its function is make_<name>. They are imported where they run, since they need torch.
RECIPES = {"chat": "chat", "tiny": "continuation", "pirate": "chat", "adapter": "adapter", "infill": "infill", "embed": "embed",
           "rerank": "rerank", "vision": "vision", "moe": "continuation", "qwen35": "memory_kinds", "lfm2": "memory_kinds",
           "mamba": "memory_kinds", "gemma3": "memory_kinds"}
# The modules that train nothing, and so do without torch.
UNTRAINED = {"adapter", "memory_kinds"}
# What can be made side by side; what is in one group goes one after the other.
GROUPS = [
    ["chat", "pirate", "adapter", "qwen35", "lfm2", "mamba", "gemma3"], ["tiny", "moe"], ["infill"], ["vision"], ["rerank"], ["embed"],
]


def make_group(names: list[str], kitchen: Kitchen, threads: int) -> None:
    """Makes the models one after the other, in this process."""
    if any(RECIPES[name] not in UNTRAINED for name in names):
        import torch
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True)
        torch.utils.deterministic.fill_uninitialized_memory = False
    for name in names:
        module = importlib.import_module(".recipes." + RECIPES[name], __package__)
        getattr(module, "make_" + name)(kitchen)


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(description="Make the tiny GGUF models of this folder, from nothing, on a CPU.")
    p.add_argument("--out", type=Path, default=Path("."), help="folder for the GGUF files")
    p.add_argument("--work", type=Path,
                   help="folder for tokenizers and weights, kept between runs (default: OUT/.work)")
    p.add_argument("--only", nargs="+", choices=list(RECIPES), default=list(RECIPES), help="which models to make")
    p.add_argument("--jobs", type=int, default=os.cpu_count(), help="models made side by side (default: one per core)")
    p.add_argument("--threads", type=int, default=1, help="threads of each job; another number, slightly other weights")
    p.add_argument("--scale", type=float, default=1.0, help="factor on all training lengths (0.02: a quick dry run)")
    return p


def main(arguments: list[str] | None = None) -> None:
    """Makes what the command line asks for."""
    args = parser().parse_args(arguments)
    kitchen = Kitchen(args.out, args.work or args.out / ".work", args.scale)
    kitchen.out.mkdir(parents=True, exist_ok=True)
    kitchen.work.mkdir(parents=True, exist_ok=True)
    t0 = time.time()
    groups = [g for g in ([n for n in g if n in args.only] for g in GROUPS) if g]
    with ProcessPoolExecutor(max(1, min(args.jobs, len(groups))), multiprocessing.get_context("spawn")) as pool:
        for job in [pool.submit(make_group, g, kitchen, args.threads) for g in groups]:
            job.result()
    print("done in %.0f s" % (time.time() - t0))
