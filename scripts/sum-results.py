#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sums the suites' results into the last line of `make test`.

    sum-results.py FOLDER NAME=STATUS ...

Counts the test cases in FOLDER's JUnit files. A suite that failed without a failed case in its file (it crashed, or
wrote none), and one that has no file at all, counts as one test. Skipped cases count as failed: nothing here may be skipped.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(file: Path) -> tuple[int, int]:
    """Passed and failed cases of one file."""
    passed = failed = 0
    for case in ElementTree.parse(file).iter("testcase"):
        bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        passed, failed = (passed, failed + 1) if bad else (passed + 1, failed)
    return passed, failed


def main() -> int:
    folder = Path(sys.argv[1])
    total_passed = total_failed = 0
    print("\n== Results")
    for argument in sys.argv[2:]:
        name, status = argument.split("=")
        passed = failed = 0
        for file in sorted(folder.glob(f"{name}*.xml")):
            try:
                more_passed, more_failed = count(file)
            except ElementTree.ParseError:
                continue
            passed, failed = passed + more_passed, failed + more_failed
        if status != "0" and failed == 0:
            failed = 1
        elif status == "0" and passed == 0:
            passed = 1
        print(f"{name}: {passed} passed, {failed} failed")
        total_passed, total_failed = total_passed + passed, total_failed + failed
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed else 0


if __name__ == "__main__":
    sys.exit(main())
