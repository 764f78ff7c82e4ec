#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the bill of materials of a release, CycloneDX 1.6 as JSON, to standard output.

    scripts/sbom.py VERSION ENGINE_SOURCE_SHA256 < DEPENDENCIES

SOURCE_DATE_EPOCH is the time that it says; without it, now. DEPENDENCIES is what `swift package show-dependencies
--format json` prints. What a binary carries beside Swift packages, and every
licence, comes from the tables of THIRD_PARTY.md; a Swift package that they don't list ends the program, so that none is forgotten.
Source: https://cyclonedx.org/docs/1.6/json/
"""

import json
import os
import re
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Licences as the tables name them, as SPDX expressions.
EXPRESSIONS = {
    "Apache-2.0 with Runtime Library Exception": "Apache-2.0 WITH Swift-exception",
    "public domain": "LicenseRef-public-domain",
    "MIT, see below": "MIT",
    "Unlicense or MIT-0": "Unlicense OR MIT-0",
    "MIT or Unlicense": "MIT OR Unlicense",
    "Apache-2.0, MIT or BSD-1-Clause": "Apache-2.0 OR MIT OR BSD-1-Clause",
    "Apache-2.0 or MPL-2.0": "Apache-2.0 OR MPL-2.0",
}


def rows(text: str) -> list[dict[str, str]]:
    """The rows of all tables of a Markdown text, each by its columns' names; "the same" stands for the cell above."""
    found: list[dict[str, str]] = []
    names: list[str] | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            names = None
            continue
        cells = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell).strip() for cell in line.strip("|").split("|")]
        if names is None:
            names = cells
        elif not set(cells[0]) <= {"-"}:
            row = dict(zip(names, cells))
            for name, cell in row.items():
                if cell in ("the same", "as above"):
                    row[name] = found[-1][name]
            found.append(row)
    return found


def resolved(tree: dict) -> dict[str, tuple[str, str]]:
    """Version and address of every package below one, by its name in small letters."""
    found = {}
    for package in tree["dependencies"]:
        found[package["identity"].lower()] = (package["version"], package["url"])
        found |= resolved(package)
    return found


def main() -> None:
    version, engine_hash = sys.argv[1:]
    packages = resolved(json.load(sys.stdin))
    components, listed = [], set()
    for row in rows((ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")):
        if "Component" not in row:
            continue
        name = re.sub(r" \(.*\)$", "", row["Component"])
        number = next((value for column, value in row.items() if column.startswith("Version")), "")
        component = {"type": "library", "name": name, "bom-ref": f"component-{len(components) + 1}"}
        if name.lower() in packages:
            number, address = packages[name.lower()]
            listed.add(name.lower())
            path = re.sub(r"^https://|\.git$", "", address)
            component["purl"] = f"pkg:swift/{path}@{number}"
        if number and number != "as vendored":
            component["version"] = number
        if row["Component"].startswith("llama.cpp: "):
            component["name"] = "llama.cpp"
            component["hashes"] = [{"alg": "SHA-256", "content": engine_hash}]
            component["purl"] = f"pkg:github/ggml-org/llama.cpp@{number}"
        component["licenses"] = [{"expression": EXPRESSIONS.get(row["Licence"], row["Licence"])}]
        binary = row.get("Binary", "")
        component["properties"] = [{"name": "enginehouse:binary", "value": name} for name in
                                   (["enginehouse", "enginehouse-worker"] if binary == "both" else [binary])]
        components.append(component)
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    unlinked = text[text.index("Resolved but not linked"):]
    missing = sorted(name for name in packages if name not in listed and name not in unlinked)
    if missing:
        sys.exit(f"sbom: THIRD_PARTY.md doesn't list {', '.join(missing)}")
    own = {"type": "application", "name": "enginehouse", "version": version, "bom-ref": "enginehouse",
           "licenses": [{"expression": "MIT"}], "purl": f"pkg:generic/enginehouse@{version}"}
    # The same content has the same number.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([own, components]))
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), UTC)
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{number}", "version": 1,
        "metadata": {"timestamp": made.isoformat(timespec="seconds"), "component": own},
        "components": components,
        "dependencies": [{"ref": "enginehouse", "dependsOn": [component["bom-ref"] for component in components]}],
    }
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
