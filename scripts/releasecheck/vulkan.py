# SPDX-License-Identifier: MIT
"""The Vulkan plug-in on Mesa's software driver: it computes what the processor does."""

import math
from pathlib import Path

from releasecheck.checks import MODEL, expect
from releasecheck.systems import System

# By how much the logarithm of a token's probability may differ: the plug-in rounds activations of Q8_0 in its own way.
MOST_DIFFERENCE = 0.1
# Tokens rarer than one in a hundred are left out: their logarithms are large, and differ by more.
LEAST_PROBABILITY = 0.01
Tokens = list[tuple[str, dict[str, float]]]


def vulkan_answers(suite: str, dist: Path, plugin: Path) -> str:
    """A chat on the processor and one on the device, in a fresh system."""
    archive = next(dist.glob("*-linux-*.tar.gz"))
    with System(suite, [archive, plugin]) as system:
        system.run("tar", "-xzf", f"/packages/{archive.name}", "-C", "/usr/local", "--strip-components=1")
        serve = ["/usr/local/bin/enginehouse", "--models-dir", "/usr/local/share/enginehouse/models", "--port", "8090"]
        with system.program(*serve):
            plain = system.tokens(MODEL, 8090)
        system.run("cp", f"/packages/{plugin.name}", "/usr/local/lib/enginehouse/")
        # An emulated GPU counts as a processor to ggml, which takes it only if it is told to.
        own = {"GGML_VK_VISIBLE_DEVICES": "0"}
        devices = system.run("/usr/local/bin/enginehouse-worker", "--list-devices", environment=own).stdout
        expect("Vulkan0" in devices, f"--list-devices says {devices}")
        with system.program(*serve, "--device", "Vulkan0", "-ngl", "99", environment=own):
            found = system.tokens(MODEL, 8090)
            held = system.run("/usr/local/bin/enginehouse", "ps", "--host", "127.0.0.1:8090").stdout
        memory = next((line for line in held.splitlines() if line.startswith("Vulkan0: models ")), "")
        expect(memory and "models 0 " not in memory, f"the model isn't on the device:\n{held}")
    name = next(line.strip() for line in devices.splitlines() if "Vulkan0" in line)
    return f"{name}; {memory.split(',')[0]}; {compared(plain, found)}"


def compared(plain: Tokens, found: Tokens) -> str:
    """Compares up to the first token that differs, which only two nearly equal ones may do; raises where more does."""
    expect(len(plain) > 8 and len(found) > 8, f"there are {len(plain)} and {len(found)} tokens")
    greatest, same = 0.0, 0
    for (token, odds), (other, others) in zip(plain, found):
        for word in odds.keys() & others.keys():
            if max(odds[word], others[word]) < math.log(LEAST_PROBABILITY):
                continue
            difference = abs(odds[word] - others[word])
            expect(difference <= MOST_DIFFERENCE, f"token {same}: {word!r} has {others[word]:.2f} for {odds[word]:.2f}")
            greatest = max(greatest, difference)
        if token != other:
            expect(other in odds, f"token {same} is {other!r} for {token!r}, which the processor doesn't consider")
            gap = odds[token] - odds[other]
            expect(gap <= 2 * MOST_DIFFERENCE, f"token {same} is {other!r} for {token!r}, less likely by {gap:.2f}")
            return f"{same} tokens are the processor's, then {other!r} for {token!r} ({gap:.2f} apart); differences up to {greatest:.3f}"
        same += 1
    return f"all {same} tokens are the processor's; differences up to {greatest:.3f}"
